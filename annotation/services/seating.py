"""Arrival: who gets which seat. The part that must be exact under any crowd (DESIGN §4, invariants 1-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from annotation import defaults, design
from annotation.flow import AssignmentState
from annotation.models import (
    Assignment,
    AssignmentEvent,
    Outcome,
    Rater,
    RaterKind,
    Response,
    Screen,
    Seat,
    Study,
    StudyState,
    TurnedAway,
)
from annotation.prolific.entry import Entry
from annotation.services import ledger
from annotation.services.locks import SiteBusy, is_lock_trouble, lock_arrival

ATTEMPTS = 5


@dataclass(frozen=True)
class Arrival:
    """Either a seat, or why there is none (an Outcome)."""

    assignment: Assignment | None
    refusal: str = ""


def arrive(*, study: Study, entry: Entry, is_rehearsal: bool = False) -> Arrival:
    """Seat this person, or find the seat they have; the same answer however often and however at once they come."""
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _arrive_once(study, entry, is_rehearsal)
        except IntegrityError:
            continue  # a constraint stopped a race that the locks do not cover: look again
        except OperationalError as error:
            if is_lock_trouble(error):
                raise SiteBusy from error
            raise
    raise SiteBusy


def _arrive_once(study: Study, entry: Entry, is_rehearsal: bool) -> Arrival:
    now = timezone.now()
    lock_arrival(study.pk, entry.prolific_id)
    known = ledger.lock_assignments().filter(study=study, rater__prolific_id=entry.prolific_id).first()
    if known:
        return Arrival(_welcome_back(known, study, entry, now))
    if study.state != StudyState.OPEN:
        return _turn_away(study, entry, Outcome.NOT_OPEN)
    seat = take_free_seat(study, now)
    if seat is None:
        return _turn_away(study, entry, Outcome.FULL)
    # Whoever changes a design locks the seats first, so what is read under this lock is what was decided last.
    study.refresh_from_db()
    if study.state != StudyState.OPEN:
        return _turn_away(study, entry, Outcome.NOT_OPEN)
    return Arrival(_seat(study, seat, entry, is_rehearsal, now))


def take_free_seat(study: Study, now: datetime) -> Seat | None:
    """The first free seat, locked; None only if at some moment of this call no seat was free."""
    seat = _first_free_seat(study, skip_locked=True)
    if seat is None:
        # Waiting: an arrival beside us may be freeing these very seats, and has not committed yet.
        ledger.release_expired(study, now=now, wait=True)
        # Seats skipped above may have been let go meanwhile, so wait for them before saying "full".
        seat = _first_free_seat(study, skip_locked=False)
    return seat


def _first_free_seat(study: Study, *, skip_locked: bool) -> Seat | None:
    while True:
        free = Seat.objects.free().filter(study=study).select_related("persona").order_by("rank")
        seat = free.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked).first()
        # Its holder may have committed between our snapshot and our lock, so look again under the lock.
        if seat is None or not Assignment.objects.holding_seats().filter(seat=seat).exists():
            return seat


def _seat(study: Study, seat: Seat, entry: Entry, is_rehearsal: bool, now: datetime) -> Assignment:
    rater = Rater.objects.create(
        study=study,
        kind=RaterKind.PARTICIPANT,
        pseudonym=defaults.new_pseudonym(),
        prolific_id=entry.prolific_id,
        is_rehearsal=is_rehearsal,
    )
    assignment = Assignment.objects.create(
        study=study,
        rater=rater,
        persona=seat.persona,
        seat=seat,
        state=AssignmentState.LIVE.value,
        seed=defaults.new_seed(),
        submission_id=entry.submission_id,
        prolific_study_id=entry.prolific_study_id,
        arrived_at=now,
        last_seen=now,
        deadline=ledger.deadline_after(study, arrived_at=now, last_seen=now),
    )
    AssignmentEvent.objects.create(assignment=assignment, at=now, to_state=assignment.state, cause="arrived")
    deal_screens(assignment, seat_number=seat.number)
    return assignment


def deal_screens(assignment: Assignment, *, seat_number: int) -> None:
    """Store the rater's questions, their order and which response stands first, all from the recorded seeds."""
    study = assignment.study
    mine = study.questions.filter(persona_id=assignment.persona_id).order_by("position")
    planned = plan_screens(
        list(mine.drawn().values_list("pk", flat=True)),
        list(mine.attention_checks().values_list("pk", flat=True)),
        seat_number=seat_number,
        persona=assignment.persona.key,
        study_seed=study.seed,
        rater_seed=assignment.seed,
        checks_after=study.attention_after,
    )
    Screen.objects.bulk_create(
        Screen(assignment=assignment, question_id=question_id, position=position, shown_first=shown_first)
        for position, (question_id, shown_first) in enumerate(planned, start=1)
    )


def plan_screens(
    questions: list[int],
    checks: list[int],
    *,
    seat_number: int,
    persona: str,
    study_seed: int,
    rater_seed: int,
    checks_after: list[int],
) -> list[tuple[int, str]]:
    """(question, response that stands first) for each screen in order; the same again from the same seeds."""
    sides = design.sides_for_seat(len(questions), seat_number, seed=study_seed, persona=persona)
    first = dict(zip(questions, sides, strict=True))
    first |= {check: Random(f"{rater_seed}:check:{check}").random() < 0.5 for check in checks}
    order = [questions[index] for index in design.question_order(len(questions), seed=rater_seed)]
    return [
        (question, Response.REVISED.value if first[question] else Response.ALTERNATIVE.value)
        for question in design.with_checks(order, checks, checks_after)
    ]


def _welcome_back(assignment: Assignment, study: Study, entry: Entry, now: datetime) -> Assignment:
    """The assignment this person has; coming back is a sign of life, and takes a released seat again if it is free."""
    if assignment.state == AssignmentState.RELEASED.value:
        ledger.take_seat_back(assignment, now=now)
    assignment.last_seen = now
    assignment.deadline = ledger.deadline_after(study, arrived_at=assignment.arrived_at, last_seen=now)
    assignment.submission_id = entry.submission_id or assignment.submission_id
    assignment.save(update_fields=["last_seen", "deadline", "submission_id"])
    return assignment


def _turn_away(study: Study, entry: Entry, outcome: str) -> Arrival:
    visitor = salted_hmac(f"annotation.turned-away.{study.pk}", entry.prolific_id, algorithm="sha256").hexdigest()
    visit, is_first = TurnedAway.objects.get_or_create(study=study, visitor=visitor, outcome=outcome)
    if not is_first:
        visit.visits = F("visits") + 1
        visit.save(update_fields=["visits", "last_at"])
    return Arrival(None, outcome)
