"""What happened to an assignment: docs/invariants.md, 6 and 9."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotation.flow import AssignmentState, may_move
from annotation.models import Annotation, Assignment, AssignmentEvent, Screen, Study

STATES = set(AssignmentState)
ENDED = (AssignmentState.COMPLETE, AssignmentState.SURPLUS)
NOT_ENDED = (
    AssignmentState.LIVE,
    AssignmentState.RELEASED,
    AssignmentState.DECLINED,
    AssignmentState.SCREENED_OUT,
)
CHUNK = 2000
# A time is taken before a row's lock is waited for, and the clocks of two servers differ a little.
OUT_OF_STEP = timedelta(minutes=1)


def audit_chains_are_whole(studies: QuerySet[Study]) -> Iterator[str]:
    """The audit rows of an assignment lead from its arrival, step by allowed step, to its present state."""
    assignments = Assignment.objects.filter(study__in=studies).of_participants().order_by("pk")
    events = AssignmentEvent.objects.filter(assignment__in=assignments).order_by("assignment_id", "pk")
    rows = events.values_list("assignment_id", "from_state", "to_state").iterator(chunk_size=CHUNK)
    chains = {pk: [step[1:] for step in steps] for pk, steps in groupby(rows, key=lambda row: row[0])}
    for pk, state in assignments.values_list("pk", "state").iterator(chunk_size=CHUNK):
        fault = fault_in_chain(chains.get(pk, []), state)
        if fault:
            yield f"Assignment {pk}: {fault}"


def fault_in_chain(chain: Sequence[tuple[str, str]], state: str) -> str:
    """What is wrong with (from, to) rows that should lead from nothing to ``state``; empty when nothing is."""
    if not chain:
        return "no audit row records its arrival."
    before = ""
    for from_state, to_state in chain:
        if from_state != before:
            return f"an audit row starts from {from_state or 'nothing'!r} where the one before ended at {before!r}."
        if not is_allowed(from_state, to_state):
            return f"an audit row goes from {from_state or 'nothing'!r} to {to_state!r}, which is not an allowed move."
        before = to_state
    return "" if before == state else f"it is {state!r}, but its last audit row says {before!r}."


def is_allowed(from_state: str, to_state: str) -> bool:
    if not from_state:
        return to_state == AssignmentState.LIVE
    if not {from_state, to_state} <= STATES:
        return False
    return may_move(AssignmentState(from_state), AssignmentState(to_state))


def finished_have_all_answers(studies: QuerySet[Study]) -> Iterator[str]:
    """A code appears only after all answers are stored: whoever has ended has an answer on every screen."""
    answers = Annotation.objects.filter(rater=OuterRef("assignment__rater"), question=OuterRef("question"))
    screens = Screen.objects.filter(assignment__study__in=studies, assignment__completed_at__isnull=False)
    missing = screens.filter(~Exists(answers)).order_by("assignment_id", "position")
    for assignment, position in missing.values_list("assignment_id", "position"):
        yield f"Assignment {assignment} has ended without an answer on screen {position}."
    ended = Assignment.objects.filter(study__in=studies, completed_at__isnull=False, screens__isnull=True)
    for pk in ended.values_list("pk", flat=True):
        yield f"Assignment {pk} has ended without a screen."


def ends_fit_states(studies: QuerySet[Study]) -> Iterator[str]:
    """Complete and surplus assignments have the time of their end, unfinished ones have none."""
    assignments = Assignment.objects.filter(study__in=studies).order_by("pk")
    wrong = Q(state__in=ENDED, completed_at__isnull=True) | Q(state__in=NOT_ENDED, completed_at__isnull=False)
    for pk, state in assignments.filter(wrong).values_list("pk", "state"):
        yield f"Assignment {pk} is {state}, which does not fit its time of completion."


def audit_times_run_forwards(studies: QuerySet[Study]) -> Iterator[str]:
    """No audit row of an assignment is more than a minute older than the one before it."""
    events = AssignmentEvent.objects.filter(assignment__study__in=studies).order_by()
    younger_before = AssignmentEvent.objects.filter(
        assignment=OuterRef("assignment"), pk__lt=OuterRef("pk"), at__gt=OuterRef("at") + OUT_OF_STEP
    )
    for pk, assignment in events.filter(Exists(younger_before)).order_by("pk").values_list("pk", "assignment_id"):
        yield f"Assignment {assignment}: audit row {pk} is older than a row before it."


def steps_follow_consent(studies: QuerySet[Study]) -> Iterator[str]:
    """Whoever has ended or answered a question has consented, read the instructions and met the persona before."""
    answers = Annotation.objects.filter(rater=OuterRef("rater"))
    skipped = Q(consented_at__isnull=True) | Q(instructed_at__isnull=True) | Q(introduced_at__isnull=True)
    early = Q(completed_at__lt=F("consented_at"))
    assignments = Assignment.objects.filter(study__in=studies).order_by("pk")
    at_questions = assignments.filter(Q(completed_at__isnull=False) | Exists(answers))
    for pk in at_questions.filter(skipped | early).values_list("pk", flat=True):
        yield f"Assignment {pk} has answers or has ended without a step that comes before, such as the consent."


HISTORY_RULES = (
    audit_chains_are_whole,
    audit_times_run_forwards,
    finished_have_all_answers,
    ends_fit_states,
    steps_follow_consent,
)
