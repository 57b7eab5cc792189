"""Where a participant is: what every page reads of an assignment, with SQL that is written once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, Subquery

from annotation.flow import AssignmentState, Progress
from annotation.models import Annotation, Assignment, Question, Rater, Screen, Study
from annotation.sql_once import SqlOnce, columns_of, instances


class Dealt(NamedTuple):
    """One screen of an assignment, without its texts."""

    position: int
    answered_at: datetime | None
    draft_at: datetime | None
    screen_id: int
    question_id: int
    shown_first: str

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def has_unsent_change(self) -> bool:
        """A draft newer than the answer: an edit that is not valid, so the answer is still the one before it."""
        return self.answered_at is not None and self.draft_at is not None and self.draft_at > self.answered_at


OF_THE_RATER = ["id", "is_rehearsal"]
LAST_POSITION = 32_767  # a PositiveSmallIntegerField's largest value


def _by_code(code):
    columns = [*columns_of(Assignment), *columns_of(Study, "study__"), *(f"rater__{name}" for name in OF_THE_RATER)]
    return Assignment.objects.filter(code=code).values_list(*columns)


def _dealt_to(rater_id, assignment_id):
    answers = Annotation.objects.filter(rater=rater_id, question=OuterRef("question"), run=1)
    answered_at = Subquery(answers.order_by().values("saved_at"))
    screens = Screen.objects.filter(assignment=assignment_id).annotate(answered_at=answered_at).order_by("position")
    return screens.values_list("position", "answered_at", "draft_at", "pk", "question_id", "shown_first")


def _at_position(assignment_id, position):
    columns = [*columns_of(Screen), *columns_of(Question, "question__")]
    return Screen.objects.filter(assignment=assignment_id, position=position).values_list(*columns)


def _with_answers(assignment_id, rater_id):
    answers = Annotation.objects.filter(rater=rater_id, run=1)
    screens = answers.filter(question__screens__assignment=assignment_id).order_by("question__screens__position")
    texts = ["question__prompt", "choice", "justification"]
    return screens.values_list("question__screens__position", "question__screens__shown_first", *texts)


_answered_screens = SqlOnce(_with_answers)
_assignments_by_code = SqlOnce(_by_code)
_screens_dealt_to = SqlOnce(_dealt_to)
_screens_at_position = SqlOnce(_at_position)


def assignment_with_code(code: str) -> Assignment:
    """The assignment with its study and rater. Raises ``Assignment.DoesNotExist``."""
    rows = _assignments_by_code.rows(code)
    if not rows:
        raise Assignment.DoesNotExist
    assignment, assignment.study = instances(rows[0], Assignment, Study)
    assignment.rater = Rater.from_db(DEFAULT_DB_ALIAS, OF_THE_RATER, rows[0][-len(OF_THE_RATER) :])
    return assignment


def screens_of(assignment: Assignment) -> dict[int, Dealt]:
    """Every screen by its position, with the times of its answer and its draft."""
    rows = _screens_dealt_to.rows(assignment.rater_id, assignment.pk)
    return {dealt.position: dealt for dealt in map(Dealt._make, rows)}


class AnsweredScreen(NamedTuple):
    """One question with its stored answer, for the page that shows them all."""

    position: int
    shown_first: str
    prompt: str
    choice: str
    justification: str


def answered_screens(assignment: Assignment) -> list[AnsweredScreen]:
    """Every answered question in its order, with its prompt and answer."""
    return [AnsweredScreen._make(row) for row in _answered_screens.rows(assignment.pk, assignment.rater_id)]


def screen_at(assignment: Assignment, position: int) -> Screen | None:
    """The screen with its question, as it is now."""
    if position > LAST_POSITION:
        return None  # SQLite cannot even be asked for a number beyond 64 bits
    rows = _screens_at_position.rows(assignment.pk, position)
    if not rows:
        return None
    screen, screen.question = instances(rows[0], Screen, Question)
    return screen


def milliseconds(moment: datetime) -> int:
    """As browsers count time."""
    return int(moment.timestamp() * 1000)


def progress_of(assignment: Assignment) -> Progress:
    """Where the participant stands: at most one query, and none where no question is open."""
    has_open_questions = assignment.introduced_at and not assignment.completed_at
    return progress_with(assignment, screens_of(assignment) if has_open_questions else {})


def progress_with(assignment: Assignment, screens: dict[int, Dealt]) -> Progress:
    return Progress(
        state=AssignmentState(assignment.state),
        has_check=bool(assignment.study.comprehension),
        consented=assignment.consented_at is not None,
        instructed=assignment.instructed_at is not None,
        check_passed=assignment.check_passed_at is not None,
        has_practice=assignment.study.has_practice,
        practised=assignment.practice_length is not None,
        introduced=assignment.introduced_at is not None,
        completed=assignment.completed_at is not None,
        screens=len(screens),
        answered=frozenset(position for position, dealt in screens.items() if dealt.is_answered),
        stored_at={
            position: milliseconds(dealt.answered_at) for position, dealt in screens.items() if dealt.answered_at
        },
        unsent=frozenset(position for position, dealt in screens.items() if dealt.has_unsent_change),
    )
