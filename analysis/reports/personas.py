"""Each persona's agreement: people among themselves, and each model with their consensus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isnan

import numpy as np

from analysis.labels import Annotator
from analysis.reports.tables import Table, Value, table_of
from analysis.results import Results
from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table
from analysis.stats.coefficients import Coefficient
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import FloatArray
from analysis.stats.many_raters import fleiss_kappa
from personas.models import Persona
from personas.text import short_summary

COLUMNS = (
    "persona_id",
    "questions",
    "raters",
    "annotator",
    "kind",
    "n",
    "agreement",
    "kappa",
    "kappa_low",
    "kappa_high",
    "kappa_undefined",
)


@dataclass(frozen=True, eq=False)
class PersonaRow:
    """One persona: ``humans`` is Fleiss' kappa of its raters, ``tables`` one table per annotator against consensus."""

    persona: Persona
    questions: int
    raters: int
    decided: int
    humans: Coefficient
    tables: FloatArray
    kappas: FloatArray

    @property
    def summary(self) -> str:
        return short_summary(self.persona.attributes)

    @cached_property
    def cells(self) -> tuple[CohenKappa, ...]:
        """In the order of the annotators; made only for the rows that are shown."""
        return tuple(cohen_kappa_of_table(table) for table in self.tables)


@dataclass(frozen=True, eq=False)
class PersonaKappas:
    """All personas the filters leave, in the order the reader asked for."""

    annotators: tuple[Annotator, ...]
    rows: tuple[PersonaRow, ...]
    sort: str

    @property
    def columns(self) -> list[tuple[str, Annotator]]:
        """The key to sort by, and the annotator, of each column of kappas."""
        return [(f"annotator{number}", annotator) for number, annotator in enumerate(self.annotators)]

    def table(self) -> Table:
        return table_of((line for row in self.rows for line in self._lines(row)), names=COLUMNS)

    def _lines(self, row: PersonaRow) -> Iterator[dict[str, Value]]:
        start = (row.persona.key, row.questions, row.raters)
        humans = row.humans
        reason = humans.undefined.value if humans.undefined else ""
        fleiss = (humans.n, humans.observed, humans.value, humans.interval.low, humans.interval.high, reason)
        yield dict(zip(COLUMNS, (*start, "people (Fleiss)", "people", *fleiss), strict=True))
        for annotator, kappa in zip(self.annotators, row.cells, strict=True):
            reason = kappa.undefined.value if kappa.undefined else ""
            numbers = (kappa.n, kappa.observed, kappa.kappa, kappa.interval.low, kappa.interval.high, reason)
            yield dict(zip(COLUMNS, (*start, annotator.label, annotator.kind, *numbers), strict=True))


def persona_kappas_of(results: Results, *, sort: str = "") -> PersonaKappas:
    """One row for each persona, in the order of the set unless ``sort`` names a column."""
    kappas = PersonaKappas(results.annotators, tuple(_rows(results)), sort)
    value = _sort_key(sort.removeprefix("-"), len(results.annotators))
    if value is None:
        return PersonaKappas(results.annotators, kappas.rows, "")
    known = [row for row in kappas.rows if not isnan(value(row))]
    unknown = [row for row in kappas.rows if isnan(value(row))]
    ordered = sorted(known, key=value, reverse=sort.startswith("-"))
    return PersonaKappas(results.annotators, (*ordered, *unknown), sort)


def _sort_key(name: str, annotators: int):
    plain = {
        "name": lambda row: row.persona.position,
        "n": lambda row: row.decided,
        "humans": lambda row: row.humans.value,
    }
    numbered = {f"annotator{n}": (lambda row, n=n: float(row.kappas[n])) for n in range(annotators)}
    return {**plain, **numbered}.get(name)


def _rows(results: Results) -> Iterator[PersonaRow]:
    matrix = results.matrix
    tables = _tables(results)
    kappas = kappa_of_tables(tables)
    starts = np.searchsorted(matrix.persona_index, np.arange(len(matrix.personas) + 1))
    for index, persona in enumerate(matrix.personas):
        humans = results.humans[:, starts[index] : starts[index + 1]]
        yield PersonaRow(
            persona=persona,
            questions=humans.shape[1],
            raters=int((matrix.slot_raters[:, index] >= 0).sum()),
            decided=int((results.consensus[starts[index] : starts[index + 1]] >= 0).sum()),
            humans=fleiss_kappa(humans, categories=results.categories),
            tables=tables[index],
            kappas=kappas[index],
        )


def _tables(results: Results) -> FloatArray:
    """Annotator against consensus, counted for each persona: shape (P, M, K, K)."""
    n_personas, n_annotators, k = len(results.matrix.personas), len(results.annotators), len(results.categories)
    both = (results.named >= 0) & (results.consensus >= 0)
    annotator, item = np.nonzero(both)
    cells = (
        np.ravel_multi_index(
            (results.clusters[item], annotator, results.named[annotator, item], results.consensus[item]),
            (n_personas, n_annotators, k, k),
        )
        if item.size
        else np.empty(0, dtype=np.int64)
    )
    counts = np.bincount(cells, minlength=n_personas * n_annotators * k * k)
    return counts.reshape(n_personas, n_annotators, k, k).astype(np.float64)
