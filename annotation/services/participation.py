"""What a participant does after arrival: consent, check, answers, the end. Each is atomic and may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotation.flow import CHECK_ATTEMPTS, AssignmentState, Progress, Step, current_step, may_open_question
from annotation.models import (
    CONTENT_FIELDS,
    Annotation,
    AnnotationRevision,
    Assignment,
    Choice,
    Response,
    Screen,
)
from annotation.services import ledger
from annotation.services.standing import Dealt, progress_of, progress_with, screen_at, screens_of
from annotation.sql_once import insert, update
from annotation.telemetry import Telemetry

S = AssignmentState


class OutOfStep(Exception):
    """The assignment does not stand where this request thinks; send the participant to the right page."""


class AlreadyFinished(OutOfStep):
    """The code has been shown; answers are closed."""


class UnseenDraft(Exception):
    """Another window or device has written a text that this one has not shown yet; nothing was changed."""

    def __init__(self, screen: Screen):
        super().__init__(f"The draft of screen {screen.pk} has changed elsewhere.")
        self.side = side_of(screen, screen.draft_choice)
        self.justification = screen.draft_justification
        self.saved_at = screen.draft_at


@transaction.atomic
def give_consent(*, assignment: Assignment) -> None:
    _pass(assignment, "consented_at")


@transaction.atomic
def read_instructions(*, assignment: Assignment) -> None:
    _pass(assignment, "instructed_at")


@transaction.atomic
def meet_persona(*, assignment: Assignment) -> None:
    _pass(assignment, "introduced_at")


def _pass(assignment: Assignment, stamp: str) -> None:
    """Set the step's time once; a repeat changes nothing."""
    now = timezone.now()
    ledger.locked(assignment)
    if getattr(assignment, stamp) is None:
        setattr(assignment, stamp, now)
    _touch(assignment, now, stamp)


def _touch(assignment: Assignment, now: datetime, *changed: str) -> None:
    """A sign of life: it moves the deadline where the study counts idle time."""
    assignment.last_seen = now
    if not assignment.is_preview:
        assignment.deadline = ledger.deadline_after(assignment.study, arrived_at=assignment.arrived_at, last_seen=now)
    update(assignment, "last_seen", "deadline", *changed)


@transaction.atomic
def decline(*, assignment: Assignment) -> None:
    """No to the consent: the seat goes to the next arrival."""
    ledger.locked(assignment)
    if assignment.state == S.LIVE and assignment.consented_at is None:
        ledger.move(assignment, S.DECLINED, cause="declined consent")


@transaction.atomic
def take_decline_back(*, assignment: Assignment) -> bool:
    """ "I pressed No by mistake": True if the seat was still free."""
    ledger.locked(assignment)
    if assignment.state != S.DECLINED:
        return True
    if not ledger.seat_is_free(assignment.seat_id):
        return False
    ledger.move(assignment, S.LIVE, cause="took the decline back")
    return True


@transaction.atomic
def withdraw(*, assignment: Assignment) -> None:
    """Stop before the end: the seat goes to the next arrival, the answers stay."""
    ledger.locked(assignment)
    if assignment.state == S.LIVE:
        ledger.move(assignment, S.RELEASED, cause="withdrew")


@dataclass(frozen=True)
class CheckResult:
    """How an attempt at the comprehension check went; ``wrong`` holds the numbers of the questions missed."""

    passed: bool
    attempts_left: int
    wrong: tuple[int, ...] = ()


@transaction.atomic
def answer_check(*, assignment: Assignment, answers: list[int], attempts_shown: int | None = None) -> CheckResult:
    """One attempt. After the last failed one the seat goes to the next arrival.

    ``attempts_shown`` is the number of attempts already used when the page was shown. A page that is sent
    again, because its first reply was lost, costs no further attempt and gets the first result.
    """
    ledger.locked(assignment)
    now = timezone.now()
    if assignment.check_passed_at:
        return CheckResult(passed=True, attempts_left=0)
    if attempts_shown is None or attempts_shown >= assignment.check_attempts:
        _use_attempt(assignment, answers, now)
    missed = assignment.check_missed[-1] if assignment.check_missed else []
    return CheckResult(passed=not missed, attempts_left=_attempts_left(assignment), wrong=tuple(missed))


def _use_attempt(assignment: Assignment, answers: list[int], now: datetime) -> None:
    right = [item["right"] for item in assignment.study.comprehension]
    missed = [number for number, (given, asked) in enumerate(zip(answers, right, strict=True)) if given != asked]
    assignment.check_attempts += 1
    assignment.check_missed = [*assignment.check_missed, missed]
    if not missed:
        assignment.check_passed_at = now
    _touch(assignment, now, "check_attempts", "check_missed", "check_passed_at")
    if missed and not _attempts_left(assignment) and assignment.state == S.LIVE:
        ledger.move(assignment, S.SCREENED_OUT, cause="failed the comprehension check", now=now)


def _attempts_left(assignment: Assignment) -> int:
    return max(CHECK_ATTEMPTS - assignment.check_attempts, 0)


@transaction.atomic
def save_draft(
    *,
    assignment: Assignment,
    position: int,
    side: str,
    justification: str,
    telemetry: Telemetry,
    based_on: datetime | None = None,
    may_replace: bool = False,
) -> datetime:
    """Keep what is typed so far; it becomes an answer only when the participant sends it.

    ``based_on`` is the time of the draft that the page has shown. A newer one, written elsewhere, is
    replaced only by a text that goes on from it, or with ``may_replace``; else ``UnseenDraft``.
    """
    now = timezone.now()
    ledger.locked(assignment)
    screen = screen_at(assignment, position)
    if assignment.completed_at or screen is None:
        raise OutOfStep
    if not may_replace and _is_unseen(screen, based_on) and not justification.startswith(screen.draft_justification):
        raise UnseenDraft(screen)
    screen.draft_choice = response_on_side(screen, side) if side else ""
    screen.draft_justification = justification
    screen.draft_at = now
    screen.telemetry = telemetry.as_dict()
    update(screen, "draft_choice", "draft_justification", "draft_at", "telemetry")
    _touch(assignment, now)
    return now


def _is_unseen(screen: Screen, based_on: datetime | None) -> bool:
    return screen.draft_at is not None and (based_on is None or based_on < screen.draft_at)


@dataclass(frozen=True)
class Recorded:
    """A stored answer and where the participant stands after it."""

    annotation: Annotation
    progress: Progress


@transaction.atomic
def record_annotation(
    *, assignment: Assignment, position: int, side: str, justification: str, telemetry: Telemetry | None = None
) -> Recorded:
    """Store the answer to the screen at ``position``; when this returns and commits, it is never lost.

    ``side`` is A or B as this rater sees the responses, or N for neither; the response itself is stored.
    The same answer again changes nothing; another one replaces the stored one and
    keeps it as a revision. Raises ``OutOfStep`` when the question is not open yet,
    ``AlreadyFinished`` when the participant has ended.
    """
    now = timezone.now()
    ledger.locked(assignment)
    if assignment.completed_at:
        raise AlreadyFinished
    screens = screens_of(assignment)
    progress = progress_with(assignment, screens)
    if not may_open_question(progress, position):
        raise OutOfStep
    screen = screens[position]
    telemetry = telemetry or Telemetry()
    choice = response_on_side(screen, side)
    current = _current_answer(screen, assignment) if screen.is_answered else None
    annotation = _store_answer(screen, assignment.rater_id, current, choice, justification, telemetry, now)
    update(Screen(pk=screen.screen_id, draft_at=None, telemetry=telemetry.as_dict()), "draft_at", "telemetry")
    if assignment.state == S.RELEASED:
        ledger.take_seat_back(assignment, now=now)
    _touch(assignment, now)
    return Recorded(annotation, _with_answer(progress, position))


def _with_answer(progress: Progress, position: int) -> Progress:
    return Progress(**{**progress.__dict__, "answered": progress.answered | {position}})


def _current_answer(screen: Dealt, assignment: Assignment) -> Annotation:
    return Annotation.objects.get(rater=assignment.rater_id, question=screen.question_id, run=1)


def _store_answer(screen, rater_id, current, choice, justification, telemetry, now) -> Annotation:
    if current is None:
        content = _content(screen, choice, justification, telemetry, now, first_choice=choice)
        insert(new := Annotation(rater_id=rater_id, question_id=screen.question_id, created_at=now, **content))
        return new
    if (current.choice, current.justification) == (choice, justification):
        return current
    AnnotationRevision.objects.create(annotation=current, **{name: getattr(current, name) for name in CONTENT_FIELDS})
    content = _content(screen, choice, justification, telemetry, now, first_choice=current.first_choice)
    changes = current.choice_changes + (current.choice != choice)
    content["choice_changes"] = max(content["choice_changes"], changes)
    for name, value in content.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    return current


def _content(screen: Dealt, choice: str, justification: str, telemetry: Telemetry, now, *, first_choice: str) -> dict:
    counts = telemetry.as_dict()
    seen_first = counts.pop("first_choice")
    return {
        "choice": choice,
        "shown_first": screen.shown_first,
        "justification": justification,
        "first_choice": response_on_side(screen, seen_first) if seen_first else first_choice,
        "saved_at": now,
        **counts,
    }


def response_on_side(screen: Screen | Dealt, side: str) -> str:
    """The response this rater saw as A or as B; N stands for no preference."""
    if side == "N":
        return Choice.NO_PREFERENCE
    other = Response.ALTERNATIVE if screen.shown_first == Response.REVISED else Response.REVISED
    return screen.shown_first if side == "A" else other


def side_of(screen: Screen, response: str) -> str:
    """A or B: where this rater saw the response; N for no preference, empty for none."""
    if not response:
        return ""
    if response == Choice.NO_PREFERENCE:
        return "N"
    return "A" if response == screen.shown_first else "B"


@transaction.atomic
def finish(*, assignment: Assignment, comment: str = "") -> None:
    """End with all answers stored. A late one takes its seat back if that is free, else is kept as surplus."""
    now = timezone.now()
    ledger.locked(assignment)
    if assignment.completed_at:
        return
    if current_step(progress_of(assignment)) is not Step.COMMENT:
        raise OutOfStep
    assignment.comment = comment
    assignment.completed_at = now
    assignment.last_seen = now
    assignment.save(update_fields=["comment", "last_seen", *_completed_at_now_or_with_the_move(assignment)])
    if assignment.state == S.LIVE:
        ledger.move(assignment, S.COMPLETE, cause="finished", now=now)
    elif assignment.state == S.RELEASED:
        _finish_late(assignment, now)


def _completed_at_now_or_with_the_move(assignment: Assignment) -> list[str]:
    # Live and released rows get the time together with their new state, as the constraint demands.
    return [] if assignment.state in {S.LIVE, S.RELEASED} else ["completed_at"]


def _finish_late(assignment: Assignment, now: datetime) -> None:
    if ledger.seat_is_free(assignment.seat_id):
        ledger.move(assignment, S.COMPLETE, cause="finished late, seat still free", now=now)
    else:
        ledger.move(assignment, S.SURPLUS, cause="finished late, seat taken", now=now)
