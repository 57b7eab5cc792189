"""One persona: its raters against each other and the models, and its questions one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.labels import NO_PREFERENCE, REVISED
from analysis.reference import evidence_of, is_held_out
from analysis.reports.columns import reason_of
from analysis.reports.personas import over_questions
from analysis.reports.tables import Table, table_of
from analysis.results import Results
from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table, cross_tables
from analysis.stats.coefficients import Coefficient
from analysis.stats.counting import Entries
from analysis.stats.estimates import Estimate
from analysis.stats.formulas import agreement_of_tables
from analysis.stats.krippendorff import Alpha, krippendorff_alpha
from analysis.stats.labels import MISSING
from analysis.stats.many_raters import fleiss_kappa
from annotation.exporting.tables import name_of
from annotation.models import Question, Rater, Study
from personas.models import Persona

MATRIX_COLUMNS = ("row", "column", "n", "agreement", "kappa", "kappa_low", "kappa_high", "kappa_undefined")


@dataclass(frozen=True)
class Member:
    """A row of the matrix: a person, the consensus, a model or a baseline rater."""

    name: str
    kind: str
    pseudonym: str = ""
    is_simulated: bool = False

    @property
    def is_person(self) -> bool:
        return self.kind == "person"


@dataclass(frozen=True, eq=False)
class Cell:
    """Two members' agreement; ``nothing`` says why there is nothing to compare: itself, or a part of the consensus."""

    kappa: CohenKappa | None
    nothing: str = ""
    with_others: Entries | None = None
    """Instead of ``kappa`` in the last column: what is counted with the others, each rater held out."""

    @cached_property
    def estimate(self) -> Estimate | None:
        return over_questions(self.with_others) if self.with_others else None


@dataclass(frozen=True)
class QuestionRow:
    question: Question
    choices: tuple[str, ...]
    """In the order of the members: revised, alternative, no preference or nothing."""


@dataclass(frozen=True, eq=False)
class PersonaReport:
    """``cells`` has a row for each member and a column for each of ``columns``: the people, and last the reference."""

    persona: Persona
    members: tuple[Member, ...]
    columns: tuple[Member, ...]
    cells: tuple[tuple[Cell, ...], ...]
    fleiss: Coefficient
    alpha: Alpha
    questions: tuple[QuestionRow, ...]

    @property
    def rows(self) -> list[tuple[Member, tuple[Cell, ...]]]:
        return list(zip(self.members, self.cells, strict=True))

    @property
    def people(self) -> int:
        return sum(member.is_person for member in self.members)

    @property
    def simulated(self) -> int:
        return sum(member.is_simulated for member in self.members)

    def matrix_table(self) -> Table:
        return table_of(self._plain_cells(), names=MATRIX_COLUMNS)

    def question_table(self) -> Table:
        names = ("prompt_id", "topic", *(_column_name(member) for member in self.members))
        rows = ((row.question.prompt_key, row.question.topic, *row.choices) for row in self.questions)
        return Table(names, tuple(rows))

    def _plain_cells(self) -> Iterator[dict]:
        for member, cells in self.rows:
            for column, cell in zip(self.columns, cells, strict=True):
                if (one := cell.estimate) and cell.with_others:
                    agreement = float(agreement_of_tables(cell.with_others.total()))
                    values = (member.name, column.name, one.n, agreement, one.value)
                    limits = (one.interval.low, one.interval.high, reason_of(one))
                    yield dict(zip(MATRIX_COLUMNS, (*values, *limits), strict=True))
                elif kappa := cell.kappa:
                    reason = kappa.undefined.value if kappa.undefined else ""
                    limits = (kappa.interval.low, kappa.interval.high)
                    values = (member.name, column.name, kappa.n, kappa.observed, kappa.kappa, *limits, reason)
                    yield dict(zip(MATRIX_COLUMNS, values, strict=True))


def persona_report(results: Results, study: Study, persona: Persona) -> PersonaReport:
    """The report of one persona of the results; no questions where the filters leave the persona out."""
    matrix = results.matrix
    index = next((n for n, found in enumerate(matrix.personas) if found.pk == persona.pk), -1)
    items = np.flatnonzero(matrix.persona_index == index)
    slots = np.flatnonzero(matrix.slot_raters[:, index] >= 0) if index >= 0 else np.empty(0, dtype=np.int64)
    people = _people(matrix.slot_raters[slots, index].tolist())
    members = (*people, Member("Consensus", "consensus"), *_named(results))
    humans = results.humans[slots][:, items]
    labels = np.vstack([humans, results.consensus[None, items], results.named[:, items]])
    others = _with_others(results, slots, items)
    last = Member("The others", "reference") if others else members[len(people)]
    columns = (*people, last)
    return PersonaReport(
        persona=persona,
        members=members,
        columns=columns,
        cells=_cells(labels, len(people), results.categories, others),
        fleiss=fleiss_kappa(humans, categories=results.categories),
        alpha=krippendorff_alpha(humans, categories=results.categories),
        questions=_questions(results, study, items, slots),
    )


def _people(rater_ids: list[int]) -> tuple[Member, ...]:
    raters = Rater.objects.select_related("assignment").in_bulk(rater_ids)
    return tuple(_person(raters[pk]) for pk in rater_ids)


def _person(rater: Rater) -> Member:
    seated = rater.pseudonym if hasattr(rater, "assignment") else ""
    return Member(name_of(rater), "person", seated, rater.is_rehearsal)


def _named(results: Results) -> tuple[Member, ...]:
    return tuple(
        Member(annotator.label, "baseline rater" if annotator.is_baseline else "model")
        for annotator in results.annotators
    )


def _with_others(results: Results, slots: np.ndarray, items: np.ndarray) -> list[Entries | None]:
    """For each member what is counted with the others, each rater held out; nothing where nobody can be."""
    if not items.size or not is_held_out(results):
        return []
    coding, place = results.options.coding, (int(items[0]), int(items[-1]) + 1)
    held, k = results.panels[coding].held_out, len(results.categories)
    cells = held.labels * k + held.references
    own = [held.rows == slot for slot in slots.tolist()]
    people = [Entries(held.items[here], cells[here], (k, k), results.matrix.n_items) for here in own]
    named = [evidence_of(results, labels, coding).entries for labels in results.matrix.named]
    found: list[Entries | None] = [one.by_number().of_items(*place) for one in (*people, *named)]
    return [*found[: len(people)], None, *found[len(people) :]]


def _cells(
    labels: np.ndarray, n_people: int, categories: tuple[str, ...], others: list[Entries | None]
) -> tuple[tuple[Cell, ...], ...]:
    tables = cross_tables(labels, labels[: n_people + 1], categories=categories)
    found = [
        [_cell(tables[row, column], row, column, n_people) for column in range(n_people + 1)]
        for row in range(len(labels))
    ]
    for cells, one in zip(found, others, strict=False):
        if one is not None:
            cells[n_people] = Cell(None, with_others=one)
    return tuple(map(tuple, found))


def _cell(table: np.ndarray, row: int, column: int, n_people: int) -> Cell:
    if row == column:
        return Cell(None, "itself")
    if max(row, column) == n_people:
        return Cell(None, "part of it")
    return Cell(cohen_kappa_of_table(table))


def _questions(results: Results, study: Study, items: np.ndarray, slots: np.ndarray) -> tuple[QuestionRow, ...]:
    matrix = results.matrix
    consensus = results.content_consensus.labels[None, items]
    labels = np.vstack([matrix.humans[slots][:, items], consensus, matrix.named[:, items]])
    questions = Question.objects.filter(study=study).in_bulk(matrix.question_ids[items].tolist())
    return tuple(
        QuestionRow(questions[pk], tuple(_choice(label) for label in labels[:, place].tolist()))
        for place, pk in enumerate(matrix.question_ids[items].tolist())
    )


def _choice(label: int) -> str:
    """A label by content as a word.

    >>> [_choice(label) for label in (1, 0, 2, -1)]
    ['revised', 'alternative', 'no preference', '']
    """
    if label == MISSING:
        return ""
    return {REVISED: "revised", NO_PREFERENCE: "no preference"}.get(label, "alternative")


def _column_name(member: Member) -> str:
    return member.name.lower() if member.kind == "consensus" else f"{member.kind}: {member.name}"
