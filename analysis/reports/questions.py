"""One question as it was answered: who chose which answer, and why; people and models side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.labels import counts_under
from analysis.options import ReportOptions
from analysis.reports.tables import Table, Value, table_of
from annotation.exporting.tables import name_of
from annotation.flow import AssignmentState
from annotation.models import HUMAN_KINDS, Annotation, Choice, Question, RaterKind, Response, Study

DESIGN_WORDS = {"baseline": "Baseline: written without a persona"}
UNUSUAL_STATES = {AssignmentState.SURPLUS, AssignmentState.EXCLUDED}


@dataclass(frozen=True)
class Voice:
    """One rater's answer to the question: a person's, a model's or a rule's."""

    name: str
    kind: str
    pseudonym: str
    """Of a participant: the address of the assignment's page; else empty."""
    is_simulated: bool
    state: str
    """Excluded or surplus, where such an assignment was asked for; else empty."""
    choice: str
    saw_first: str
    """Which response stood first for this rater; empty = not known."""
    justification: str
    raw_verdict: str
    probability: float | None

    @property
    def is_person(self) -> bool:
        return self.kind in HUMAN_KINDS

    @property
    def is_baseline(self) -> bool:
        return self.kind == RaterKind.COMPUTED

    @property
    def seen(self) -> str:
        """Where the chosen answer stood on this rater's screen."""
        if not self.saw_first:
            return "order not known"
        if self.choice not in Response.values:
            return f"saw the {self.saw_first} answer first"
        return "saw this answer first" if self.saw_first == self.choice else "saw this answer second"


@dataclass(frozen=True)
class Side:
    """One of the two answers with those who chose it."""

    response: str
    heading: str
    text: str
    voices: tuple[Voice, ...]

    @cached_property
    def people(self) -> tuple[Voice, ...]:
        return tuple(voice for voice in self.voices if voice.is_person)

    @cached_property
    def models(self) -> tuple[Voice, ...]:
        return tuple(voice for voice in self.voices if not voice.is_person and not voice.is_baseline)

    @cached_property
    def rules(self) -> tuple[Voice, ...]:
        """The site's baseline raters, which give no reasons."""
        return tuple(voice for voice in self.voices if voice.is_baseline)

    @property
    def speakers(self) -> tuple[Voice, ...]:
        return self.people + self.models


@dataclass(frozen=True)
class Reading:
    """A question to read: its sides, and those who chose neither."""

    question: Question
    sides: tuple[Side, Side]
    neither: Side
    unreadable: Side

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        return (*self.sides[0].voices, *self.sides[1].voices, *self.neither.voices, *self.unreadable.voices)

    @cached_property
    def n_people(self) -> int:
        return sum(voice.is_person for voice in self.voices)

    @property
    def simulated(self) -> int:
        return sum(voice.is_simulated for voice in self.voices)

    def table(self) -> Table:
        rows = [_plain_row(self.question, voice) for voice in self.voices]
        return table_of(rows, names=COLUMNS)


COLUMNS = (
    "persona_id",
    "prompt_id",
    "rater",
    "kind",
    "simulated",
    "state",
    "choice",
    "shown_first",
    "justification",
    "probability",
    "raw_verdict",
)


def readings_of(study: Study, options: ReportOptions, questions: Sequence[Question]) -> list[Reading]:
    """The questions with everybody's answers to them, in one query."""
    answers = Annotation.objects.filter(rater__study=study, question__in=questions).filter(counts_under(options))
    answers = answers.exclude(rater__kind=RaterKind.PREVIEW).select_related("rater__assignment__seat")
    found: dict[int, list[Voice]] = defaultdict(list)
    for answer in sorted(answers, key=_order):
        found[answer.question_id].append(_voice(answer))
    return [_reading(question, found[question.pk]) for question in questions]


def heading_of(question: Question, response: str) -> str:
    """What an answer is, said plainly: this page is for researchers, not for raters."""
    if response == Response.REVISED:
        return f"Revised for {question.persona.key}"
    if question.foil_persona:
        return f"Foil: the revision written for {question.foil_persona.key}"
    return DESIGN_WORDS.get(question.alternative_kind, question.alternative_kind)


def _reading(question: Question, voices: Iterable[Voice]) -> Reading:
    voices = tuple(voices)
    revised, alternative = (
        Side(response, heading_of(question, response), question.text_of(response), _who_chose(voices, response))
        for response in (Response.REVISED, Response.ALTERNATIVE)
    )
    neither = Side(Choice.NO_PREFERENCE, "No preference", "", _who_chose(voices, Choice.NO_PREFERENCE))
    no_choice = (*_who_chose(voices, Choice.UNPARSABLE), *_who_chose(voices, Choice.INCONSISTENT))
    unreadable = Side(Choice.UNPARSABLE, "Could not be read, or changed with the order", "", no_choice)
    return Reading(question, (revised, alternative), neither, unreadable)


def _who_chose(voices: tuple[Voice, ...], choice: str) -> tuple[Voice, ...]:
    return tuple(voice for voice in voices if voice.choice == choice)


def _order(answer: Annotation) -> tuple:
    """People by their seats, then models, then the rules of the site."""
    rater = answer.rater
    rank = 0 if rater.kind in HUMAN_KINDS else 1 if rater.kind == RaterKind.MODEL else 2
    assignment = getattr(rater, "assignment", None)
    seat = assignment.seat.number if assignment and assignment.seat else 0
    return rank, seat, name_of(rater), rater.pk, answer.run


def _voice(answer: Annotation) -> Voice:
    rater = answer.rater
    assignment = getattr(rater, "assignment", None)
    name = name_of(rater)
    return Voice(
        name=name if answer.run == 1 else f"{name}, run {answer.run}",
        kind=rater.kind,
        pseudonym=rater.pseudonym if assignment else "",
        is_simulated=rater.is_rehearsal,
        state=assignment.state if assignment and assignment.state in UNUSUAL_STATES else "",
        choice=answer.choice,
        saw_first=answer.shown_first,
        justification=answer.justification,
        raw_verdict=answer.raw_verdict,
        probability=answer.probability,
    )


def _plain_row(question: Question, voice: Voice) -> dict[str, Value]:
    values = (
        question.persona.key,
        question.prompt_key,
        voice.name,
        voice.kind,
        voice.is_simulated,
        voice.state,
        voice.choice,
        voice.saw_first,
        voice.justification,
        voice.probability,
        voice.raw_verdict,
    )
    return dict(zip(COLUMNS, values, strict=True))
