"""Who is to be paid: the one list that joins Prolific's ids with what happened here."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from annotation.flow import AssignmentState
from annotation.models import Assignment, Outcome, Study, StudyEvent

S = AssignmentState
OUTCOME_OF_STATE = {
    S.DECLINED: Outcome.NO_CONSENT,
    S.SCREENED_OUT: Outcome.FAILED_CHECK,
    S.RELEASED: Outcome.WITHDRAWN,
}
COLUMNS = [
    "prolific_id",
    "submission_id",
    "rater",
    "simulated",
    "state",
    "outcome",
    "code",
    "arrived_at",
    "completed_at",
]


def note_look(*, study: Study, by, what: str) -> None:
    """Seeing who is behind a pseudonym leaves a row in the study's log."""
    StudyEvent.objects.create(study=study, by=by, what=what)


def to_pay(study: Study) -> QuerySet[Assignment]:
    """Everybody but those whose data were erased, whose ids are not known any more."""
    people = Assignment.objects.of_participants().filter(study=study, rater__erased_at__isnull=True)
    return people.select_related("rater").order_by("arrived_at", "pk")


def payment_rows(study: Study, assignments) -> Iterator[dict]:
    codes = dict(study.completion_codes.values_list("outcome", "code"))
    for assignment in assignments:
        outcome = outcome_of(assignment)
        yield {
            "prolific_id": assignment.rater.prolific_id or "",
            "submission_id": assignment.submission_id,
            "rater": assignment.rater.pseudonym,
            "simulated": assignment.rater.is_rehearsal,
            "state": assignment.state,
            "outcome": outcome,
            "code": codes.get(outcome, ""),
            "arrived_at": assignment.arrived_at.isoformat(),
            "completed_at": assignment.completed_at.isoformat() if assignment.completed_at else "",
        }


def outcome_of(assignment: Assignment) -> str:
    """Which code this participant was shown; empty while they are at work."""
    if assignment.completed_at:
        return Outcome.COMPLETED
    return OUTCOME_OF_STATE.get(assignment.state, "")
