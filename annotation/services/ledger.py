"""Every change of an assignment's state goes through here and leaves one audit row."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from annotation.flow import AssignmentState, may_move
from annotation.models import Assignment, AssignmentEvent, Seat, Study
from annotation.services.locks import place_to_wait
from annotation.sql_once import SqlOnce, columns_of, insert, instances, update

S = AssignmentState


class MoveNotAllowed(Exception):
    """The assignment cannot go from its state to the asked one; the text says why, for the person who asked."""


def move(assignment: Assignment, to: AssignmentState, *, cause: str, by=None, note: str = "", now=None) -> None:
    """Change the state and write the audit row. The caller holds the row's lock, inside a transaction."""
    before = AssignmentState(assignment.state)
    if not may_move(before, to):
        raise MoveNotAllowed(f"An assignment that is {before.replace('_', ' ')} cannot become {to.replace('_', ' ')}.")
    assignment.state = to
    update(assignment, "state", "completed_at")
    event = AssignmentEvent(assignment=assignment, at=now or timezone.now(), by=by, cause=cause, note=note)
    event.from_state, event.to_state = before, to
    insert(event)


def locked(assignment: Assignment) -> Assignment:
    """The assignment as it is now, locked until the transaction ends; the given object is brought up to date."""
    now = dict(zip(columns_of(Assignment), _locked_row(assignment.pk), strict=True))
    if now["code"] != assignment.code:
        # The rater was erased while this request waited for the lock.
        raise Assignment.DoesNotExist
    for name, value in now.items():
        setattr(assignment, name, value)
    return assignment


def locked_assignment(pk: int) -> Assignment:
    (assignment,) = instances(_locked_row(pk), Assignment)
    return assignment


def _locked_row(pk: int) -> tuple:
    """Raises ``SiteBusy`` when too many requests of this process wait for a row already."""
    rows = _locked_at_once.rows(pk)
    if not rows:
        with place_to_wait():
            rows = _locked_after_waiting.rows(pk)
    if not rows:
        raise Assignment.DoesNotExist
    return rows[0]


def _lock_row(pk: int, *, skip_locked: bool):
    # NO KEY: rows that only point here (answers, events) need not wait.
    rows = Assignment.objects.select_for_update(no_key=True, skip_locked=skip_locked)
    return rows.filter(pk=pk).values_list(*columns_of(Assignment))


_locked_at_once = SqlOnce(partial(_lock_row, skip_locked=True))
_locked_after_waiting = SqlOnce(partial(_lock_row, skip_locked=False))


def seat_is_free(seat_id: int) -> bool:
    """Lock the seat, then look. The answer holds until the transaction ends."""
    Seat.objects.select_for_update(no_key=True).get(pk=seat_id)
    return not Assignment.objects.holding_seats().filter(seat_id=seat_id).exists()


def deadline_after(study: Study, *, arrived_at: datetime, last_seen: datetime) -> datetime:
    """Prolific's maximum time from arrival where the study has one, else idle time from the last sign of life."""
    if study.time_limit_minutes:
        return arrived_at + timedelta(minutes=study.time_limit_minutes)
    return last_seen + timedelta(minutes=study.idle_minutes)


def locked_as_seen(assignment: Assignment, seen: str | None) -> Assignment:
    """As ``locked``, but only while the state is still the one that the person who decides has seen."""
    locked(assignment)
    if seen is not None and seen != assignment.state:
        raise MoveNotAllowed(
            f"This assignment has changed since you opened the page. It is {assignment.get_state_display()} now. "
            "Read its record again before you decide."
        )
    return assignment


def deadline_for_consent(study: Study, *, seated_at: datetime) -> datetime:
    """Until when a rater who has read nothing yet keeps the seat: made-up visitors never get further."""
    consent_by = seated_at + timedelta(minutes=study.consent_minutes)
    return min(consent_by, deadline_after(study, arrived_at=seated_at, last_seen=seated_at))


def release(assignment: Assignment, *, cause: str, by=None, note: str = "", seen: str | None = None) -> None:
    """Free the seat; every answer stays. A rater who comes back takes the seat again if nobody else has."""
    with transaction.atomic():
        move(locked_as_seen(assignment, seen), S.RELEASED, cause=cause, by=by, note=note)


def release_expired(study: Study, *, now: datetime | None = None, wait: bool = False) -> int:
    """Free the seats whose raters ran out of time; returns how many.

    With ``wait`` this first lets other transactions end that hold such rows: one that is
    releasing them makes its seats seen, one that is storing an answer moves the deadline.
    """
    now = now or timezone.now()
    with transaction.atomic():
        # Without waiting: whoever holds the lock is answering right now, so is not idle.
        rows = Assignment.objects.select_for_update(of=("self",), no_key=True, skip_locked=not wait)
        expired = rows.filter(study=study).expired(now)
        for assignment in expired:
            cause = "ran out of time" if assignment.consented_at else "did not consent in time"
            move(assignment, S.RELEASED, cause=cause, now=now)
        return len(expired)


def release_all_expired() -> dict[str, int]:
    """As ``release_expired``, in every study that has such raters: slug -> seats released."""
    now = timezone.now()
    waiting = Study.objects.filter(assignments__in=Assignment.objects.expired(now)).distinct()
    return {study.slug: release_expired(study, now=now) for study in waiting}


def take_seat_back(assignment: Assignment, *, now: datetime) -> bool:
    """Put a released assignment back into its seat if that is free. The caller holds the assignment's lock."""
    if not seat_is_free(assignment.seat_id):
        return False
    move(assignment, S.LIVE, cause="came back", now=now)
    return True


def exclude(assignment: Assignment, *, reason: str, by, seen: str | None = None) -> None:
    """Take a rater out of the data, with a reason. The seat becomes free, the answers stay, and so does the code."""
    if not reason.strip():
        raise MoveNotAllowed("Say why this assignment is excluded; the reason is kept with it.")
    with transaction.atomic():
        move(locked_as_seen(assignment, seen), S.EXCLUDED, cause="excluded", by=by, note=reason.strip())


def reopen(assignment: Assignment, *, by, note: str = "", seen: str | None = None) -> None:
    """Undo a release, an exclusion, a decline or a failed check, or count a surplus one, where the seat is free."""
    with transaction.atomic():
        locked_as_seen(assignment, seen)
        if assignment.rater.erased_at and not assignment.completed_at:
            raise MoveNotAllowed("This person's data were erased, so they cannot come back to finish.")
        move(assignment, _state_after_reopening(assignment), cause="reopened", by=by, note=note)


def _state_after_reopening(assignment: Assignment) -> AssignmentState:
    state = AssignmentState(assignment.state)
    if state in {S.LIVE, S.COMPLETE, S.PREVIEW}:
        raise MoveNotAllowed("This assignment is already open.")
    free = seat_is_free(assignment.seat_id)
    if assignment.completed_at and free:
        return S.COMPLETE
    if assignment.completed_at and state is S.EXCLUDED:
        return S.SURPLUS
    if free:
        return S.LIVE
    raise MoveNotAllowed("Its seat has gone to another rater. Release or exclude that one first.")
