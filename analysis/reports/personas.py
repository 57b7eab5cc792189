"""Each persona's agreement: people among themselves, a held-out human and each model with the other raters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

import numpy as np

from analysis.reference import evidence_of, evidence_of_humans, is_held_out, reference_words
from analysis.reports.columns import ReportColumn, in_order, reason_of, sorted_by, value_of
from analysis.reports.people import people_of
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import count, number, quoted
from analysis.results import Results
from analysis.stats.coefficients import Coefficient
from analysis.stats.counting import Entries
from analysis.stats.estimates import KAPPA, Estimate
from analysis.stats.formulas import agreement_of_tables, kappa_of_tables
from analysis.stats.inference import estimate
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import BoolArray, FloatArray
from analysis.stats.many_raters import fleiss_kappa
from analysis.stats.sampling import Sampling
from annotation.models import RaterKind
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


HUMAN = "human ceiling"


@dataclass(frozen=True, eq=False)
class KappaColumn:
    """Somebody who is compared with the reference on every persona."""

    name: str
    kind: str
    sort: str
    entries: Entries

    @property
    def heading(self) -> str:
        return f"{self.name[0].upper()}{self.name[1:]}" if self.kind == HUMAN else self.name


@dataclass(frozen=True, eq=False)
class PersonaRow:
    """One persona: ``humans`` is Fleiss' kappa of its raters; ``kappas`` and ``cells`` compare with the reference.

    ``entries`` are those of the held-out human, if anybody can be held out, and of each annotator.
    """

    persona: Persona
    questions: int
    raters: int
    compared: int
    humans: Coefficient
    kappas: FloatArray
    entries: tuple[Entries, ...]

    @property
    def summary(self) -> str:
        return short_summary(self.persona.attributes)

    @cached_property
    def cells(self) -> tuple[Estimate, ...]:
        """In the order of the columns; made only for the rows that are shown."""
        return tuple(over_questions(one) for one in self.entries)


def over_questions(entries: Entries) -> Estimate:
    """Kappa of the entries of one persona, with an interval for new questions about it."""
    each = np.arange(entries.n_items)
    return estimate(Evidence(entries), KAPPA, Sampling(each, each))


@dataclass(frozen=True, eq=False)
class PersonaKappas:
    """All personas the filters leave, in the order the reader asked for."""

    columns_of_kappa: tuple[KappaColumn, ...]
    rows: tuple[PersonaRow, ...]
    sort: str
    reference_words: str

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        """Of the page; the file has a row for each persona and annotator."""
        return (*COLUMNS, *(_kappa_column(number, one) for number, one in enumerate(self.columns_of_kappa)))

    @property
    def finding(self) -> str:
        """The median kappa over personas, of people and of the model with the highest."""
        medians = {column.name: (column, self._median(place)) for place, column in enumerate(self.columns_of_kappa)}
        models = [(value, name) for name, (one, value) in medians.items() if one.kind == RaterKind.MODEL]
        people = [f"that of a {name} {number(value)}" for name, (one, value) in medians.items() if one.kind == HUMAN]
        known = [pair for pair in models if not np.isnan(pair[0])]
        over = f"Over {count(len(self.rows), 'persona')}"
        if not known:
            return f"{over}, no model has a kappa yet."
        value, name = max(known)
        return f"{over}, the median kappa of {quoted(name)} is {number(value)}{''.join(f', {one}' for one in people)}."

    def _median(self, place: int) -> float:
        values = [row.kappas[place] for row in self.rows if not np.isnan(row.kappas[place])]
        return float(np.median(values)) if values else float("nan")

    @property
    def has_annotators(self) -> bool:
        return any(column.kind != HUMAN for column in self.columns_of_kappa)

    def table(self) -> Table:
        return table_of((line for row in self.rows for line in self._lines(row)), names=FILE_COLUMNS)

    def _lines(self, row: PersonaRow) -> Iterator[dict[str, Value]]:
        start = (row.persona.key, row.questions, row.raters)
        humans = row.humans
        reason = humans.undefined.value if humans.undefined else ""
        fleiss = (humans.n, humans.observed, humans.value, humans.interval.low, humans.interval.high, reason)
        yield dict(zip(FILE_COLUMNS, (*start, "people (Fleiss)", "people", *fleiss), strict=True))
        for column, entries, kappa in zip(self.columns_of_kappa, row.entries, row.cells, strict=True):
            agreement = float(agreement_of_tables(entries.total()))
            numbers = (kappa.n, agreement, kappa.value, kappa.interval.low, kappa.interval.high, reason_of(kappa))
            yield dict(zip(FILE_COLUMNS, (*start, column.name, column.kind, *numbers), strict=True))


COLUMNS = (
    ReportColumn(
        lambda row: row,
        heading="Persona",
        sort="name",
        order=attrgetter("persona.position"),
        cell="persona_name",
        style="",
    ),
    ReportColumn(attrgetter("compared"), heading="Questions with a reference", sort="n", cell="n_of_questions"),
    ReportColumn(
        attrgetter("humans"),
        heading="People among themselves (Fleiss)",
        sort="humans",
        order=value_of,
        cell="fleiss",
    ),
)


def _kappa_column(number: int, column: KappaColumn) -> ReportColumn:
    """Sorted by the plain number: a table of thousands of personas describes only the rows that it shows."""
    return ReportColumn(
        lambda row: row.cells[number],
        heading=column.heading,
        badge="baseline rater" if column.kind == RaterKind.COMPUTED else "",
        sort=column.sort,
        order_of_row=lambda row: float(row.kappas[number]),
        cell="estimate_n",
    )


def persona_kappas_of(results: Results, *, sort: str = "") -> PersonaKappas:
    """One row for each persona, in the order of the set unless ``sort`` names a column."""
    columns = tuple(_columns(results))
    kappas = PersonaKappas(columns, tuple(_rows(results, columns)), sort, reference_words(results))
    if sorted_by(kappas.columns, sort) is None:
        return replace(kappas, sort="")
    return replace(kappas, rows=tuple(in_order(kappas.rows, kappas.columns, sort)))


def _columns(results: Results) -> Iterator[KappaColumn]:
    coding = results.options.coding
    if is_held_out(results):
        name = f"held-out {people_of(results).noun}"
        yield KappaColumn(name, HUMAN, "ceiling", evidence_of_humans(results, coding).entries.by_number())
    for place, annotator in enumerate(results.annotators):
        entries = evidence_of(results, results.matrix.named[place], coding).entries.by_number()
        yield KappaColumn(annotator.label, annotator.kind, f"annotator{place}", entries)


def _rows(results: Results, columns: tuple[KappaColumn, ...]) -> Iterator[PersonaRow]:
    matrix, n = results.matrix, len(results.matrix.personas)
    kappas = [kappa_of_tables(column.entries.by_group(results.clusters, n)) for column in columns]
    reference = _has_reference(results)
    starts = np.searchsorted(matrix.persona_index, np.arange(n + 1)).tolist()
    for index, (persona, start, stop) in enumerate(zip(matrix.personas, starts, starts[1:], strict=False)):
        humans = results.humans[:, start:stop]
        yield PersonaRow(
            persona=persona,
            questions=humans.shape[1],
            raters=int((matrix.slot_raters[:, index] >= 0).sum()),
            compared=int(reference[start:stop].sum()),
            humans=fleiss_kappa(humans, categories=results.categories),
            kappas=np.array([kappa[index] for kappa in kappas]),
            entries=tuple(column.entries.of_items(start, stop) for column in columns),
        )


def _has_reference(results: Results) -> BoolArray:
    """The questions on which somebody can be compared with people."""
    if not is_held_out(results):
        return np.asarray(results.consensus >= 0)
    found = np.zeros(results.matrix.n_items, dtype=bool)
    found[results.panels[results.options.coding].held_out.items] = True
    return found
