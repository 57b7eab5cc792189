"""Each persona's agreement: people among themselves, and each model with their consensus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

import numpy as np

from analysis.labels import Annotator
from analysis.reports.columns import ReportColumn, in_order, sorted_by, value_of
from analysis.reports.tables import Table, Value, table_of
from analysis.results import Results
from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table
from analysis.stats.coefficients import Coefficient
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import FloatArray
from analysis.stats.many_raters import fleiss_kappa
from personas.models import Persona
from personas.text import short_summary

FILE_COLUMNS = (
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
    def columns(self) -> tuple[ReportColumn, ...]:
        """Of the page; the file has a row for each persona and annotator."""
        return (*COLUMNS, *(_kappa_column(number, one) for number, one in enumerate(self.annotators)))

    def table(self) -> Table:
        return table_of((line for row in self.rows for line in self._lines(row)), names=FILE_COLUMNS)

    def _lines(self, row: PersonaRow) -> Iterator[dict[str, Value]]:
        start = (row.persona.key, row.questions, row.raters)
        humans = row.humans
        reason = humans.undefined.value if humans.undefined else ""
        fleiss = (humans.n, humans.observed, humans.value, humans.interval.low, humans.interval.high, reason)
        yield dict(zip(FILE_COLUMNS, (*start, "people (Fleiss)", "people", *fleiss), strict=True))
        for annotator, kappa in zip(self.annotators, row.cells, strict=True):
            reason = kappa.undefined.value if kappa.undefined else ""
            numbers = (kappa.n, kappa.observed, kappa.kappa, kappa.interval.low, kappa.interval.high, reason)
            yield dict(zip(FILE_COLUMNS, (*start, annotator.label, annotator.kind, *numbers), strict=True))


COLUMNS = (
    ReportColumn(
        lambda row: row,
        heading="Persona",
        sort="name",
        order=attrgetter("persona.position"),
        cell="persona_name",
        style="",
    ),
    ReportColumn(attrgetter("decided"), heading="Questions with a consensus", sort="n", cell="n_of_questions"),
    ReportColumn(
        attrgetter("humans"),
        heading="People among themselves (Fleiss)",
        sort="humans",
        order=value_of,
        cell="fleiss",
    ),
)


def _kappa_column(number: int, annotator: Annotator) -> ReportColumn:
    """Sorted by the plain number: a table of thousands of personas describes only the rows that it shows."""
    return ReportColumn(
        lambda row: row.cells[number],
        heading=annotator.label,
        badge="baseline rater" if annotator.is_baseline else "",
        sort=f"annotator{number}",
        order_of_row=lambda row: float(row.kappas[number]),
        cell="cohen_kappa",
    )


def persona_kappas_of(results: Results, *, sort: str = "") -> PersonaKappas:
    """One row for each persona, in the order of the set unless ``sort`` names a column."""
    kappas = PersonaKappas(results.annotators, tuple(_rows(results)), sort)
    if sorted_by(kappas.columns, sort) is None:
        return replace(kappas, sort="")
    return replace(kappas, rows=tuple(in_order(kappas.rows, kappas.columns, sort)))


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
