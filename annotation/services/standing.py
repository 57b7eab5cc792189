"""Where a participant stands: what every page reads of an assignment, with SQL that is written once."""

from __future__ import annotations

from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef

from annotation.flow import AssignmentState, Progress
from annotation.models import Annotation, Assignment, Question, Rater, Screen, Study
from annotation.sql_once import SqlOnce, columns_of, instances


class Dealt(NamedTuple):
    """One screen of an assignment, without its texts."""

    position: int
    is_answered: bool
    screen_id: int
    question_id: int
    shown_first: str


OF_THE_RATER = ["id", "is_rehearsal"]
LAST_POSITION = 32_767  # a PositiveSmallIntegerField's largest value


def _by_code(code):
    columns = [*columns_of(Assignment), *columns_of(Study, "study__"), *(f"rater__{name}" for name in OF_THE_RATER)]
    return Assignment.objects.filter(code=code).values_list(*columns)


def _dealt_to(rater_id, assignment_id):
    answers = Annotation.objects.filter(rater=rater_id, question=OuterRef("question"))
    screens = Screen.objects.filter(assignment=assignment_id).annotate(is_answered=Exists(answers)).order_by("position")
    return screens.values_list("position", "is_answered", "pk", "question_id", "shown_first")


def _at_position(assignment_id, position):
    columns = [*columns_of(Screen), *columns_of(Question, "question__")]
    return Screen.objects.filter(assignment=assignment_id, position=position).values_list(*columns)


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
    """Every screen by its position, and whether it has an answer."""
    rows = _screens_dealt_to.rows(assignment.rater_id, assignment.pk)
    return {dealt.position: dealt for dealt in map(Dealt._make, rows)}


def screen_at(assignment: Assignment, position: int) -> Screen | None:
    """The screen with its question, as it is now."""
    if position > LAST_POSITION:
        return None  # SQLite cannot even be asked for a number beyond 64 bits
    rows = _screens_at_position.rows(assignment.pk, position)
    if not rows:
        return None
    screen, screen.question = instances(rows[0], Screen, Question)
    return screen


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
        introduced=assignment.introduced_at is not None,
        completed=assignment.completed_at is not None,
        screens=len(screens),
        answered=frozenset(position for position, dealt in screens.items() if dealt.is_answered),
    )
