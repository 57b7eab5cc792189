"""The only bridge from the database to arrays: a study's annotations as label matrices.

Letters used throughout: S slots (the raters of a persona, joined over personas), M named
annotators (models, baseline raters), N items (questions), P personas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, Value, When
from django.db.models.functions import Cast, Coalesce

from analysis.fast_rows import Answers, answers_of, questions_of_personas, questions_of_prompts
from analysis.options import Coding, ReportOptions
from analysis.stats.labels import MISSING
from annotation.conditions import UNSAID, RunSetting, condition_in
from annotation.models import (
    HUMAN_KINDS,
    Annotation,
    AnnotatorRun,
    Choice,
    Question,
    Rater,
    RaterKind,
    Response,
    Study,
    who_counts,
)
from personas.models import Persona

ALTERNATIVE, REVISED, NO_PREFERENCE = 0, 1, 2
INCONSISTENT, UNPARSABLE = 8, 9
SPARSE = 32
"""Ids spread wider than this many times their number are searched for, not looked up in a table."""
CODES = {
    Choice.ALTERNATIVE: ALTERNATIVE,
    Choice.REVISED: REVISED,
    Choice.NO_PREFERENCE: NO_PREFERENCE,
    Choice.INCONSISTENT: INCONSISTENT,
    Choice.UNPARSABLE: UNPARSABLE,
}

Labels = npt.NDArray[np.int8]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Annotator:
    """A row of ``named``: one run of a model or of a baseline rater."""

    rater_id: int
    name: str
    kind: str
    run: int
    unparsable: int
    setting: RunSetting = UNSAID
    hue: int = 0
    """The model's place among all models of the study, whatever the filters: it picks the colour in every figure."""

    @property
    def condition(self) -> str:
        """What it was given of the persona (``annotation.conditions``); empty where neither data nor name tells."""
        return self.setting.condition or self.guessed_condition

    @property
    def guessed_condition(self) -> str:
        """The condition that a model's name tells, where nobody has stated one."""
        is_open = self.kind == RaterKind.MODEL and not self.setting.condition
        return condition_in(self.name) if is_open else ""

    @property
    def is_baseline(self) -> bool:
        return self.kind == RaterKind.COMPUTED

    @property
    def label(self) -> str:
        return self.name if self.run == 1 else f"{self.name}, run {self.run}"

    @property
    def label_with_condition(self) -> str:
        """The label, and the condition where it is stated and the name does not tell it."""
        told = self.setting.condition in ("", condition_in(self.name))
        return self.label if told else f"{self.label} ({self.setting.words})"


@dataclass(frozen=True, eq=False)
class LabelMatrix:
    """All countable choices of a study, coded by content.

    Attributes
    ----------
    humans : int8 array of shape (S, N)
        Row s has, for each persona, its s-th rater; -1 = no choice. Which rater that is: ``slot_raters``.
    slot_raters : int64 array of shape (S, P)
        Rater ids, -1 = nobody.
    named : int8 array of shape (M, N)
    annotators : tuple of length M
    human_sides, named_sides : int8 arrays shaped as ``humans`` and ``named``
        0 = chose what stood first on this rater's screen, 1 = second, -1 = not known or neither.
    question_ids : int64 array of shape (N,), ordered by persona, then position
    persona_index : int64 array of shape (N,)
        The cluster of each item: a position in ``personas``.
    prompt_index : int64 array of shape (N,)
        The prompt of each item, numbered from 0; prompts are crossed with personas.
    personas : tuple of Persona, length P
    revised_is_first : bool array of shape (N,)
        The question's fixed reference order.
    categories : tuple of str
        The content categories; label 0 = alternative, 1 = revised, 2 = no preference where the study allows it.
    simulated_raters : int
        How many of the human raters came from a rehearsal.
    """

    humans: Labels
    slot_raters: Ids
    named: Labels
    annotators: tuple[Annotator, ...]
    human_sides: Labels
    named_sides: Labels
    question_ids: Ids
    persona_index: Ids
    prompt_index: Ids
    personas: tuple[Persona, ...]
    revised_is_first: npt.NDArray[np.bool_]
    categories: tuple[str, ...]
    simulated_raters: int

    @property
    def n_items(self) -> int:
        return int(self.question_ids.size)

    @property
    def n_human_raters(self) -> int:
        return int(np.unique(self.slot_raters[self.slot_raters >= 0]).size)

    def coded(self, labels: Labels, coding: Coding) -> Labels:
        """The same choices under another coding; ``labels`` has N as its last axis."""
        return labels if coding is Coding.CONTENT else by_reference(labels, self.revised_is_first)

    def categories_of(self, coding: Coding) -> tuple[str, ...]:
        if coding is Coding.CONTENT:
            return self.categories
        return ("first", "second", *self.categories[2:])


def by_reference(labels: Labels, revised_is_first: npt.NDArray[np.bool_]) -> Labels:
    """Content labels as 0 = first, 1 = second of the question's fixed order; missing and no preference stay.

    >>> by_reference(np.array([1, 0, -1, 2], dtype=np.int8), np.array([True, True, False, False])).tolist()
    [0, 1, -1, 2]
    """
    is_response = (labels == ALTERNATIVE) | (labels == REVISED)
    second = (labels == REVISED) != revised_is_first
    return np.where(is_response, second, labels).astype(np.int8)


def label_matrix(study: Study, options: ReportOptions | None = None, *, persona: Persona | None = None) -> LabelMatrix:
    """The study's choices, or those on one persona, in a constant number of queries, whatever its size."""
    options = options or ReportOptions()
    personas = tuple(p for p in _personas(study, persona) if has_attributes(p, options.attributes))
    items = _items(study, personas, options.topic)
    raters = _raters(study, options)
    answers = answers_of(_choices(study, persona))
    item = _positions(items.question_ids, answers.question)
    counts = (item >= 0) & np.isin(answers.rater, list(raters))
    answers, item = answers.only(counts), item[counts]
    is_human = np.isin(answers.rater, [pk for pk, rater in raters.items() if rater.kind in HUMAN_KINDS])
    humans, human_sides, slot_raters = _slots(answers.only(is_human), item[is_human], items, len(personas), raters)
    named, named_sides, annotators = _named(answers.only(~is_human), item[~is_human], items, raters, _settings(study))
    return LabelMatrix(
        humans=humans,
        slot_raters=slot_raters,
        named=named,
        annotators=annotators,
        human_sides=human_sides,
        named_sides=named_sides,
        question_ids=items.question_ids,
        persona_index=items.persona_index,
        prompt_index=items.prompt_index,
        personas=personas,
        revised_is_first=items.revised_is_first,
        categories=("alternative", "revised", "no preference")
        if study.allows_no_preference
        else ("alternative", "revised"),
        simulated_raters=sum(raters[pk].is_rehearsal for pk in np.unique(slot_raters[slot_raters >= 0]).tolist()),
    )


@dataclass(frozen=True, eq=False)
class _Items:
    question_ids: Ids
    persona_index: Ids
    prompt_index: Ids
    revised_is_first: npt.NDArray[np.bool_]


def _personas(study: Study, only: Persona | None) -> QuerySet[Persona]:
    personas = Persona.objects.filter(studies=study).order_by("position")
    return personas.filter(pk=only.pk) if only else personas


def has_attributes(persona: Persona, wanted: tuple[tuple[str, str], ...]) -> bool:
    values = {name.casefold(): str(value) for name, value in persona.attributes}
    return all(values.get(name.casefold()) == value for name, value in wanted)


def _items(study: Study, personas: tuple[Persona, ...], topic: str) -> _Items:
    questions = Question.objects.filter(study=study).drawn()
    if topic:
        questions = questions.filter(topic=topic)
    first = Case(When(reference_first=Response.REVISED, then=Value(1)), default=Value(0))
    of_personas = questions_of_personas(questions.order_by().values_list("persona_id", "pk", first, "position"))
    found = [(n, *of_personas[persona.pk]) for n, persona in enumerate(personas) if persona.pk in of_personas]
    question_ids = np.concatenate([np.empty(0, dtype=np.int64), *(ids for _, ids, _ in found)])
    return _Items(
        question_ids=question_ids,
        prompt_index=_prompts(questions, question_ids),
        persona_index=np.repeat([n for n, _, _ in found], [len(ids) for _, ids, _ in found]).astype(np.int64),
        revised_is_first=np.concatenate([np.empty(0, dtype=bool), *(firsts for _, _, firsts in found)]),
    )


def _prompts(questions: QuerySet[Question], question_ids: Ids) -> Ids:
    """The prompt of each question, numbered in the order of their first questions."""
    groups = questions_of_prompts(questions.order_by().values_list("prompt_key", "pk"))
    groups.sort(key=lambda group: int(group.min()))
    place = _positions(question_ids, np.concatenate([np.empty(0, dtype=np.int64), *groups]))
    number = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    prompts = np.zeros(question_ids.size, dtype=np.int64)
    prompts[place[place >= 0]] = number[place >= 0]
    return prompts


def _raters(study: Study, options: ReportOptions) -> dict[int, Rater]:
    """Those whose answers count, with no more than a name, what kind they are, and ``seat`` (0 = without one)."""
    raters = Rater.objects.filter(study=study).exclude(kind=RaterKind.PREVIEW).filter(counts_under(options, ""))
    seated = raters.annotate(seat=Coalesce("assignment__seat__number", Value(0)))
    return seated.only("name", "kind", "is_rehearsal").in_bulk()


def counts_under(options: ReportOptions, of: str = "rater__") -> Q:
    """Whose annotations are data for this reader; of raters themselves with an empty path."""
    return who_counts(excluded=options.excluded, surplus=options.surplus, simulated=options.simulated, of=of)


def _choices(study: Study, persona: Persona | None) -> QuerySet:
    """One row of whole numbers per annotation: rater, question, run, choice, side.

    Whose answers count is not asked here: PostgreSQL takes that join for a hundred times smaller than it is.
    """
    small = SmallIntegerField()
    of_study = Q(question__study=study, question__persona=persona) if persona else Q(rater__study=study)
    return (
        Annotation.objects.filter(of_study)
        .order_by()
        .values_list(
            "rater_id",
            "question_id",
            Cast("run", small),
            Cast(Case(*[When(choice=choice, then=Value(code)) for choice, code in CODES.items()]), small),
            Cast(
                Case(
                    When(choice__in=[Choice.NO_PREFERENCE, Choice.INCONSISTENT, Choice.UNPARSABLE], then=Value(-1)),
                    When(shown_first="", then=Value(-1)),
                    When(shown_first=F("choice"), then=Value(0)),
                    default=Value(1),
                ),
                small,
            ),
        )
    )


def _positions(ids: Ids, wanted: Ids) -> Ids:
    """The position of each wanted id in the first array; -1 where it is missing."""
    if not ids.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    low, span = int(ids.min()), int(ids.max() - ids.min()) + 1
    if span > SPARSE * ids.size + 1_000_000:
        return _searched(ids, wanted)
    # A study's ids mostly lie together: then a table answers millions of questions faster than a search.
    table = np.full(span + 1, -1, dtype=np.int64)
    table[ids - low] = np.arange(ids.size)
    place = wanted - low
    return table[np.where((place >= 0) & (place < span), place, span)]


def _searched(ids: Ids, wanted: Ids) -> Ids:
    order = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids, wanted, sorter=order).clip(max=ids.size - 1)
    found = order[place]
    return np.where(ids[found] == wanted, found, -1)


def _distinct(*columns: Ids) -> tuple[Ids, Ids]:
    """The different rows of these columns, in order, and which of them each row is.

    Rows of one rater come together, so only the first of each stretch is compared with the others.
    """
    begins = np.ones(columns[0].size, dtype=bool)
    begins[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    firsts = np.stack([column[begins].astype(np.int64) for column in columns], axis=1)
    found, of_stretch = np.unique(firsts, axis=0, return_inverse=True)
    return found, of_stretch.reshape(-1)[np.cumsum(begins) - 1]


def _slots(
    answers: Answers, item: Ids, items: _Items, n_personas: int, raters: dict[int, Rater]
) -> tuple[Labels, Labels, Ids]:
    """Join the raters of all personas into as few rows as there are raters of one persona."""
    # One (persona, rater) pair each, ordered by seat and then by id, so that a slot is the same from call to call.
    pairs, pair_of_row = _distinct(items.persona_index[item], answers.rater)
    pairs, pair_of_row = _by_seat(pairs, pair_of_row, raters)
    starts = np.searchsorted(pairs[:, 0], np.arange(n_personas))
    slot_of_pair = np.arange(len(pairs)) - starts[pairs[:, 0]]
    n_slots = int(slot_of_pair.max()) + 1 if len(pairs) else 0
    slot_raters = np.full((n_slots, n_personas), -1, dtype=np.int64)
    slot_raters[slot_of_pair, pairs[:, 0]] = pairs[:, 1]
    labels, sides = _filled(n_slots, items.question_ids.size, slot_of_pair[pair_of_row], item, answers)
    return labels, sides, slot_raters


def _by_seat(pairs: Ids, pair_of_row: Ids, raters: dict[int, Rater]) -> tuple[Ids, Ids]:
    """The (persona, rater) pairs of each persona by seat and then by id, and which of them each row is now."""
    seats = np.array([raters[pk].seat for pk in pairs[:, 1].tolist()], dtype=np.int64)
    order = np.lexsort((pairs[:, 1], seats, pairs[:, 0]))
    place = np.empty(len(pairs), dtype=np.int64)
    place[order] = np.arange(len(pairs))
    return pairs[order], place[pair_of_row]


def _settings(study: Study) -> dict[tuple[int, int], RunSetting]:
    rows = AnnotatorRun.objects.filter(rater__study=study).values_list("rater_id", "run", *RunSetting._fields)
    return {(rater_id, run): RunSetting(*setting) for rater_id, run, *setting in rows}


def _named(
    answers: Answers, item: Ids, items: _Items, raters: dict[int, Rater], settings: dict[tuple[int, int], RunSetting]
) -> tuple[Labels, Labels, tuple[Annotator, ...]]:
    """One row per annotator and run, baseline raters last, each group by name."""
    pairs, row_of = _distinct(answers.rater, answers.run)
    hues = {pk: n for n, pk in enumerate(sorted(pk for pk, one in raters.items() if one.kind == RaterKind.MODEL))}
    unreadable = np.bincount(row_of, weights=answers.choice == UNPARSABLE, minlength=len(pairs))
    found = [
        Annotator(
            rater_id,
            raters[rater_id].name,
            raters[rater_id].kind,
            run,
            int(unreadable[n]),
            settings.get((rater_id, run), UNSAID),
            hues.get(rater_id, 0),
        )
        for n, (rater_id, run) in enumerate(pairs.tolist())
    ]
    order = sorted(range(len(found)), key=lambda n: (found[n].is_baseline, found[n].name, found[n].run))
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    labels, sides = _filled(len(found), items.question_ids.size, rank[row_of], item, answers)
    return labels, sides, tuple(found[n] for n in order)


def _filled(n_rows: int, n_items: int, row: Ids, item: Ids, answers: Answers) -> tuple[Labels, Labels]:
    labels = np.full((n_rows, n_items), MISSING, dtype=np.int8)
    sides = np.full((n_rows, n_items), MISSING, dtype=np.int8)
    readable = answers.choice < INCONSISTENT
    labels[row[readable], item[readable]] = answers.choice[readable]
    sides[row[readable], item[readable]] = answers.side[readable]
    return labels, sides


def only_items(matrix: LabelMatrix, keep: npt.NDArray[np.bool_]) -> LabelMatrix:
    """The matrix on some of its items; personas and raters stay, so indices keep their meaning."""
    return replace(
        matrix,
        humans=matrix.humans[:, keep],
        named=matrix.named[:, keep],
        human_sides=matrix.human_sides[:, keep],
        named_sides=matrix.named_sides[:, keep],
        question_ids=matrix.question_ids[keep],
        persona_index=matrix.persona_index[keep],
        prompt_index=matrix.prompt_index[keep],
        revised_is_first=matrix.revised_is_first[keep],
    )
