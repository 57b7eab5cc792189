"""Kappa of each persona, for each model, beside the spread that sampling noise alone would give. No matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.reports.tables import Table, Value, table_of
from analysis.results import Results
from analysis.stats.bootstrap import tables_by_cluster
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import FloatArray
from analysis.stats.noise import NoiseHistogram, noise_histogram

EDGES = np.linspace(-1, 1, 21).round(2)
PERSONA_COLUMNS = ("annotator", "persona", "kappa", "n", "undefined")
BIN_COLUMNS = ("annotator", "from", "to", "personas", "expected_from_noise", "noise_deviation")


@dataclass(frozen=True, eq=False)
class PersonaKappas:
    """One model: ``tables`` of shape (personas, K, K) against the human consensus."""

    name: str
    personas: tuple[str, ...]
    tables: FloatArray
    seed: int

    @cached_property
    def kappas(self) -> FloatArray:
        return kappa_of_tables(self.tables)

    @property
    def defined(self) -> FloatArray:
        return self.kappas[~np.isnan(self.kappas)]

    @cached_property
    def counts(self) -> np.ndarray:
        # -1 and 1 are common at ten questions; rounding keeps them in their bins.
        return np.histogram(self.defined.round(12), bins=EDGES)[0]

    @cached_property
    def noise(self) -> NoiseHistogram:
        return noise_histogram(self.tables, edges=EDGES, seed=self.seed)


def persona_kappas_of(results: Results) -> list[PersonaKappas]:
    """Every model against the consensus, under the reader's coding."""
    present = np.unique(results.clusters)
    personas = tuple(results.matrix.personas[n].key for n in present)
    return [
        PersonaKappas(annotator.label, personas, _tables(results, position), results.options.seed)
        for position, annotator in enumerate(results.annotators)
        if not annotator.is_baseline
    ]


def _tables(results: Results, position: int) -> FloatArray:
    return tables_by_cluster(
        results.named[position], results.consensus, categories=results.categories, clusters=results.clusters
    )


def persona_table(found: list[PersonaKappas]) -> Table:
    return table_of((row for one in found for row in _persona_rows(one)), names=PERSONA_COLUMNS)


def bin_table(found: list[PersonaKappas]) -> Table:
    return table_of((row for one in found for row in _bin_rows(one)), names=BIN_COLUMNS)


def _persona_rows(one: PersonaKappas) -> Iterator[dict[str, Value]]:
    sizes = one.tables.sum(axis=(1, 2)).astype(int)
    for persona, kappa, n in zip(one.personas, one.kappas.tolist(), sizes.tolist(), strict=True):
        reason = "" if kappa == kappa else "one_category" if n else "no_overlap"
        yield dict(zip(PERSONA_COLUMNS, (one.name, persona, kappa, n, reason), strict=True))


def _bin_rows(one: PersonaKappas) -> Iterator[dict[str, Value]]:
    bins = zip(EDGES[:-1], EDGES[1:], one.counts, one.noise.expected, one.noise.deviation, strict=True)
    for low, high, count, expected, deviation in bins:
        values = (one.name, float(low), float(high), int(count), float(expected), float(deviation))
        yield dict(zip(BIN_COLUMNS, values, strict=True))
