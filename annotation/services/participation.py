"""What a participant does after arrival: consent, check, answers, the end. Each is atomic and may be repeated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotation import sides
from annotation.flow import CHECK_ATTEMPTS, AssignmentState, Progress, Step, current_step, may_open_question
from annotation.models import (
    CONTENT_FIELDS,
    Annotation,
    AnnotationRevision,
    Assignment,
    Choice,
    Screen,
    Study,
)
from annotation.services import ledger, seating
from annotation.services.participant_progress import (
    Dealt,
    milliseconds,
    progress_of,
    progress_with,
    screen_at,
    screens_of,
)
from annotation.sql_once import insert, update
from annotation.telemetry import Telemetry
from annotation.texts import written_length

S = AssignmentState


class OutOfStep(Exception):
    """The assignment does not stand where this request thinks; send the participant to the right page."""


class AlreadyFinished(OutOfStep):
    """The code has been shown; answers are closed."""


class UnsentChanges(OutOfStep):
    """Edits of answered questions are not valid, so they are not stored as answers; ``positions`` says which."""

    def __init__(self, positions: frozenset[int]):
        super().__init__(f"Edits that are not answers yet: {sorted(positions)}")
        self.positions = positions


class UnseenText(Exception):
    """Another window or device has saved a draft or an answer that this page has not shown; nothing was changed."""

    def __init__(self, screen: Screen, answer: Annotation | None, *, is_answer: bool):
        super().__init__(f"Screen {screen.pk} has changed elsewhere.")
        choice, self.justification, self.saved_at = newest_text(screen, answer)
        self.side = side_of(screen, choice)
        # The unseen text was stored as the answer, so nothing may replace it without a press of the button.
        self.is_answer = is_answer


@transaction.atomic
def give_consent(*, assignment: Assignment) -> None:
    """Raises ``seating.NoSeatLeft`` when the seat was released before the consent and none is free now."""
    ledger.locked(assignment)
    if assignment.state == S.RELEASED and assignment.consented_at is None:
        seating.seat_again(assignment, now=timezone.now())
    _pass(assignment, "consented_at")


@transaction.atomic
def read_instructions(*, assignment: Assignment) -> None:
    _pass(assignment, "instructed_at")


@transaction.atomic
def meet_persona(*, assignment: Assignment) -> None:
    _pass(assignment, "introduced_at")


def _pass(assignment: Assignment, stamp: str) -> None:
    """Set the step's time once; a repeat changes nothing."""
    ledger.locked(assignment)
    now = timezone.now()
    if getattr(assignment, stamp) is None:
        setattr(assignment, stamp, now)
    _touch(assignment, now, stamp)


def _touch(assignment: Assignment, now: datetime, *changed: str) -> None:
    """A sign of life: it moves the deadline where the study counts idle time."""
    assignment.last_seen = now
    if assignment.consented_at and not assignment.is_preview:
        assignment.deadline = ledger.deadline_after(assignment.study, arrived_at=assignment.arrived_at, last_seen=now)
    update(assignment, "last_seen", "deadline", *changed)


@transaction.atomic
def finish_practice(*, assignment: Assignment, length: int) -> None:
    """The practice question is behind; of its answer only the reason's length is kept, for the feedback."""
    ledger.locked(assignment)
    now = timezone.now()
    assignment.practice_length = length
    _touch(assignment, now, "practice_length")


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


@dataclass(frozen=True)
class Typed:
    """What a page has in its form. ``based_on`` is the time of the saved text that it has shown last.

    ``instead_of`` is the text of a save whose reply it has not seen: not unseen by it, although it is newer.
    """

    side: str
    justification: str
    telemetry: Telemetry
    based_on: datetime | None = None
    instead_of: str | None = None


@transaction.atomic
def save_draft(*, assignment: Assignment, position: int, typed: Typed, may_replace: bool = False) -> datetime:
    """Save what is typed; returns the time under which it is saved.

    To a question without an answer it becomes one only when the participant sends it. To an answered question a
    valid text is the answer from now on: whatever a page calls "Saved" counts. One that is not valid stays a
    draft, and ``finish`` waits for it. Raises ``UnseenText`` where another page has saved a newer text that this
    one would replace, unless ``may_replace``.
    """
    ledger.locked(assignment)
    now = timezone.now()
    screen = screen_at(assignment, position)
    if assignment.completed_at or screen is None:
        raise OutOfStep
    answer = answer_to(screen, assignment)
    if not may_replace:
        _refuse_unseen(screen, answer, typed)
    saved_at = now
    if answer is not None and is_valid_answer(assignment.study, typed.side, typed.justification):
        choice = response_on_side(screen, typed.side)
        text = typed.justification.strip()
        is_autosaved = screen.draft_at == answer.saved_at
        answer = _replace_answer(screen, answer, choice, text, typed.telemetry, now, keep_revision=not is_autosaved)
        if answer.saved_at != now and not is_autosaved:
            _drop_draft(screen, typed)
            _touch(assignment, now)
            return answer.saved_at
        saved_at = answer.saved_at
    _store_draft(screen, typed, saved_at)
    _touch(assignment, now)
    return saved_at


def _drop_draft(screen: Screen, typed: Typed) -> None:
    """The text is the answer that was sent: it stays one, so that whatever replaces it keeps it as a revision."""
    screen.draft_choice, screen.draft_justification, screen.draft_at = "", "", None
    screen.telemetry = typed.telemetry.as_dict()
    update(screen, "draft_choice", "draft_justification", "draft_at", "telemetry")


@transaction.atomic
def discard_draft(*, assignment: Assignment, position: int) -> None:
    """Drop a change of an answered question that is not valid; the stored answer stays as it is."""
    ledger.locked(assignment)
    screen = screens_of(assignment).get(position)
    if screen and screen.has_unsent_change and not assignment.completed_at:
        Screen.objects.filter(pk=screen.screen_id).update(draft_choice="", draft_justification="", draft_at=None)


def answer_to(screen: Screen | Dealt, assignment: Assignment) -> Annotation | None:
    """The participant's stored answer to this screen's question."""
    return Annotation.objects.filter(rater=assignment.rater_id, question=screen.question_id, run=1).first()


def is_valid_answer(study: Study, side: str, justification: str) -> bool:
    """Whether the participant could send this as it is."""
    return bool(side) and written_length(justification) >= study.minimum_justification


def newest_text(screen: Screen, answer: Annotation | None) -> tuple[str, str, datetime | None]:
    """Choice, text and time of what was saved last: the draft, to the character, unless an answer is newer."""
    if screen.draft_at and (answer is None or screen.draft_at >= answer.saved_at):
        return screen.draft_choice, screen.draft_justification, screen.draft_at
    if answer:
        return answer.choice, answer.justification, answer.saved_at
    return "", "", None


def _refuse_unseen(screen: Screen, answer: Annotation | None, typed: Typed) -> None:
    choice, text, saved_at = newest_text(screen, answer)
    if not _is_unseen(saved_at, typed) or text == typed.instead_of:
        return
    if answer and _is_unseen(answer.saved_at, typed):
        raise UnseenText(screen, answer, is_answer=True)
    loses_choice = choice and side_of(screen, choice) != typed.side
    if loses_choice or not typed.justification.startswith(text):
        raise UnseenText(screen, answer, is_answer=False)


def _is_unseen(saved_at: datetime | None, typed: Typed) -> bool:
    return saved_at is not None and (typed.based_on is None or typed.based_on < saved_at)


def _store_draft(screen: Screen, typed: Typed, saved_at: datetime) -> None:
    screen.draft_choice = response_on_side(screen, typed.side) if typed.side else ""
    screen.draft_justification = typed.justification
    screen.draft_at = saved_at
    screen.telemetry = typed.telemetry.as_dict()
    update(screen, "draft_choice", "draft_justification", "draft_at", "telemetry")


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
    ledger.locked(assignment)
    now = timezone.now()
    if assignment.completed_at:
        raise AlreadyFinished
    screens = screens_of(assignment)
    progress = progress_with(assignment, screens)
    if not may_open_question(progress, position):
        raise OutOfStep
    screen = screens[position]
    telemetry = telemetry or Telemetry()
    choice = response_on_side(screen, side)
    if screen.is_answered:
        current = answer_to(screen, assignment)
        is_autosaved = screen.draft_at == screen.answered_at
        annotation = _replace_answer(
            screen, current, choice, justification, telemetry, now, keep_revision=not is_autosaved
        )
    else:
        annotation = _first_answer(screen, assignment.rater_id, choice, justification, telemetry, now)
    update(Screen(pk=screen.screen_id, draft_at=None, telemetry=telemetry.as_dict()), "draft_at", "telemetry")
    if assignment.state == S.RELEASED:
        ledger.take_seat_back(assignment, now=now)
    _touch(assignment, now)
    return Recorded(annotation, _with_answer(progress, position, annotation))


def _with_answer(progress: Progress, position: int, annotation: Annotation) -> Progress:
    answered, unsent = progress.answered | {position}, progress.unsent - {position}
    stored_at = dict(sorted({**progress.stored_at, position: milliseconds(annotation.saved_at)}.items()))
    return replace(progress, answered=answered, unsent=unsent, stored_at=stored_at)


def _first_answer(screen: Dealt, rater_id: int, choice: str, justification: str, telemetry, now) -> Annotation:
    content = _content(screen, choice, justification, telemetry, now, first_choice=choice)
    insert(new := Annotation(rater_id=rater_id, question_id=screen.question_id, created_at=now, **content))
    return new


def _replace_answer(
    screen: Screen | Dealt, current: Annotation, choice: str, justification: str, telemetry, now, *, keep_revision: bool
) -> Annotation:
    """The same answer again changes nothing. What an autosave stored, the next save replaces without a revision."""
    if (current.choice, current.justification) == (choice, justification):
        return current
    if keep_revision:
        content = {name: getattr(current, name) for name in CONTENT_FIELDS}
        AnnotationRevision.objects.create(annotation=current, **content)
        current.version += 1
    content = _content(screen, choice, justification, telemetry, now, first_choice=current.first_choice)
    changes = current.choice_changes + (current.choice != choice)
    content["choice_changes"] = max(content["choice_changes"], changes)
    for name, value in content.items():
        setattr(current, name, value)
    current.save()
    return current


def _content(
    screen: Screen | Dealt, choice: str, justification: str, telemetry: Telemetry, now, *, first_choice: str
) -> dict:
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
    return sides.response_on(side, screen.shown_first)


def side_of(screen: Screen, response: str) -> str:
    """A or B: where this rater saw the response; N for no preference, empty for none."""
    return "N" if response == Choice.NO_PREFERENCE else sides.side_of(response, screen.shown_first)


@transaction.atomic
def finish(*, assignment: Assignment, comment: str = "") -> None:
    """End with all answers stored. A late one takes its seat back if that is free, else is kept as surplus.

    Raises ``UnsentChanges`` while an edit of an answered question is not valid.
    """
    ledger.locked(assignment)
    now = timezone.now()
    if assignment.completed_at:
        return
    progress = progress_of(assignment)
    if current_step(progress) is not Step.REVIEW:
        raise OutOfStep
    if progress.unsent:
        raise UnsentChanges(progress.unsent)
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
