"""Kappa persona by persona: how far it spreads, and how far sampling noise alone would spread it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.reference import is_held_out
from analysis.reports.people import people_of
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import count, number, quoted
from analysis.results import Results
from analysis.stats.counting import tables_by_cluster
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import MISSING, FloatArray, IntArray
from analysis.stats.noise import NoiseHistogram, histogram, noise_histogram

FINE_FROM = 100
"""From so many personas the bins are 0.1 wide, below it 0.2."""


WIDER = 1.25
"""A spread this many times that of noise is called wider in the finding."""


@dataclass(frozen=True, eq=False)
class Spread:
    """The kappas of one annotator, one for each unit: a held-out rater, or a persona where nobody can be held out.

    ``counts`` are units per bin; ``noise`` is what the same pooled table gives when units differ by sampling only.
    """

    key: str
    name: str
    unit: str
    is_people: bool
    pooled: float
    kappas: FloatArray
    counts: FloatArray
    noise: NoiseHistogram
    hue: int = 0
    position: int = -1
    """Of the annotator; -1 for people."""
    personas: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The persona of each unit."""

    def personas_between(self, low: float, high: float) -> list[int]:
        """The personas with a unit whose kappa lies in a bin."""
        inside = (self.kappas >= low - 1e-9) & (self.kappas < high - 1e-9)
        return sorted(set(self.personas[inside].tolist()))

    @property
    def n_units(self) -> int:
        return int(self.kappas.size)

    @property
    def defined(self) -> FloatArray:
        return self.kappas[~np.isnan(self.kappas)]

    @property
    def undefined(self) -> int:
        return self.n_units - int(self.defined.size)

    @property
    def deviation(self) -> float:
        return float(self.defined.std()) if self.defined.size else float("nan")

    @property
    def heading(self) -> str:
        """People begin the sentence; the name of a model stays as it was written, in quotation marks."""
        return f"{self.name[0].upper()}{self.name[1:]}" if self.is_people else quoted(self.name)

    @property
    def title(self) -> str:
        """The finding: how wide the spread is beside that of noise."""
        if not self.defined.size:
            return f"{self.heading}: kappa is undefined for every {self.unit}"
        gaps = f"; undefined for {self.undefined:,} of {count(self.n_units, self.unit)}" if self.undefined else ""
        if np.isnan(self.noise.kappa_deviation):
            return f"{self.heading}: standard deviation {number(self.deviation)} over the {self.unit}s{gaps}"
        return (
            f"{self.heading}: standard deviation {number(self.deviation)} over the {self.unit}s, "
            f"{number(self.noise.kappa_deviation)} expected from sampling alone{gaps}"
        )


@dataclass(frozen=True, eq=False)
class Bin:
    """One row of the table: the bin, and for each annotator what was seen and what noise would give."""

    low: float
    high: float
    seen: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, eq=False)
class Histograms:
    spreads: tuple[Spread, ...]
    edges: FloatArray

    @property
    def highest_share(self) -> float:
        """The tallest bar or noise of all panels: their shared axis ends above it."""
        tops = [np.maximum(one.counts, one.noise.expected).max() / max(one.n_units, 1) for one in self.spreads]
        return float(max(tops, default=1.0)) or 1.0

    def bins(self) -> Iterator[Bin]:
        for place, (low, high) in enumerate(zip(self.edges[:-1], self.edges[1:], strict=True)):
            seen = tuple(
                (int(one.counts[place]), float(one.noise.expected[place]), float(one.noise.deviation[place]))
                for one in self.spreads
            )
            yield Bin(float(low), float(high), seen)

    def table(self) -> Table:
        return table_of(self._plain_rows(), names=FILE_COLUMNS)

    def _plain_rows(self) -> Iterator[dict[str, Value]]:
        for place, one in enumerate(self.spreads):
            for bin_ in self.bins():
                row = (one.name, one.unit, bin_.low, bin_.high, *bin_.seen[place])
                yield dict(zip(FILE_COLUMNS, row, strict=True))
            undefined = (one.name, one.unit, None, None, one.undefined, one.noise.expected_undefined, None)
            yield dict(zip(FILE_COLUMNS, undefined, strict=True))


FILE_COLUMNS = ("annotator", "unit", "from", "to", "count", "expected_from_noise", "deviation_of_noise")


def histograms_of(results: Results, *, baselines: bool = False) -> Histograms:
    """People first, each rater held out, then every model: all against the same reference."""
    width = 0.1 if len(results.matrix.personas) >= FINE_FROM else 0.2
    # A bin is centred on 0, so that a kappa of exactly 0, which is common by algebra, is drawn at 0.
    edges = np.linspace(-1 - width / 2, 1 + width / 2, round(2 / width) + 2).round(2)
    shown = [n for n, one in enumerate(results.annotators) if baselines or not one.is_baseline]
    spreads = [_people(results, edges)] if results.humans.shape[0] else []
    return Histograms((*spreads, *(_annotator(results, n, edges) for n in shown)), edges)


def finding(spreads: Sequence[Spread]) -> str:
    """Whether kappa spreads more than sampling alone would spread it, and for whom."""
    known = [one for one in spreads if one.defined.size and not np.isnan(one.noise.kappa_deviation)]
    if not known:
        return "Nothing can be said of a spread yet: it takes kappas that are defined."
    wider = [one for one in known if one.deviation > one.noise.kappa_deviation * WIDER]
    if not wider:
        return "No annotator's kappa spreads much more than sampling alone would spread it."
    names = f"{wider[0].heading}" if len(wider) == 1 else f"{len(wider)} of {len(known)} annotators"
    return f"Kappa spreads more than sampling alone would spread it for {names}."


def _annotator(results: Results, position: int, edges: FloatArray) -> Spread:
    """One table for each rater held out, as for people; for each persona where nobody can be."""
    annotator, own = results.annotators[position], results.named[position]
    key, everyone = f"spread-{position}", np.arange(len(results.matrix.personas))
    if is_held_out(results):
        tables = _by_rater(results, own[results.panels[results.options.coding].held_out.items].astype(np.int64))
        found = _spread(key, annotator.label, "rater", tables, edges, results)
        return replace(found, hue=annotator.hue, position=position, personas=_personas_of_raters(results))
    how = {"categories": results.categories, "clusters": results.clusters}
    tables = tables_by_cluster(own, results.consensus, **how)
    found = _spread(key, annotator.label, "persona", tables, edges, results)
    return replace(found, hue=annotator.hue, position=position, personas=everyone)


def _people(results: Results, edges: FloatArray) -> Spread:
    tables = _by_rater(results, results.panels[results.options.coding].held_out.labels)
    found = _spread("spread-people", f"held-out {people_of(results).noun}", "rater", tables, edges, results)
    return replace(found, personas=_personas_of_raters(results))


def _personas_of_raters(results: Results) -> IntArray:
    """The persona of each unit of :func:`_by_rater`."""
    slots = results.matrix.slot_raters
    everyone = np.tile(np.arange(slots.shape[1]), slots.shape[0])
    return np.asarray(everyone[slots.ravel() >= 0], dtype=np.int64)


def _by_rater(results: Results, labels: IntArray) -> FloatArray:
    """A table for each held-out rater; of a persona's raters no two are pooled: they label the same questions."""
    entries = results.panels[results.options.coding].held_out
    known = labels != MISSING
    k, n_personas = len(results.categories), len(results.matrix.personas)
    unit = entries.rows * n_personas + results.clusters[entries.items]
    cells = ((unit * k + labels) * k + entries.references)[known]
    n_units = results.humans.shape[0] * n_personas
    tables = np.bincount(cells, minlength=n_units * k * k).reshape(n_units, k, k).astype(np.float64)
    return tables[results.matrix.slot_raters.ravel() >= 0]


def _spread(key: str, name: str, unit: str, tables: FloatArray, edges: FloatArray, results: Results) -> Spread:
    kappas = kappa_of_tables(tables)
    return Spread(
        key=key,
        name=name,
        unit=unit,
        is_people=key == "spread-people",
        pooled=float(kappa_of_tables(tables.sum(axis=0))),
        kappas=kappas,
        counts=histogram(kappas, edges=edges),
        noise=noise_histogram(tables, edges=edges, seed=results.options.seed),
    )
