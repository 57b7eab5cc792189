"""Arrival: who gets which seat. The part that must be exact under any crowd (docs/invariants.md, 1-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
    Question,
    QuestionKind,
    Rater,
    RaterKind,
    Response,
    Screen,
    Seat,
    Study,
    StudyEvent,
    StudyState,
    TurnedAway,
)
from annotation.prolific.entry import Entry
from annotation.services import ledger
from annotation.services.locks import SiteBusy, is_lock_trouble, lock_arrival
from annotation.sql_once import SqlOnce, columns_of, insert, instances
from personas.text import VERSION

ATTEMPTS = 5
ERASED = "erased"
"""The refusal of somebody whose data were erased; no Outcome, since it has no completion code."""
OTHER_WORDS = "personas described in other words after an upgrade"


def _seats_without_holder(study_id, *, skip_locked: bool):
    free = Seat.objects.free().filter(study=study_id).order_by("rank").values_list(*columns_of(Seat))
    return free.select_for_update(no_key=True, skip_locked=skip_locked)[:1]


def _pks_of(study_id, prolific_id):
    return Assignment.objects.filter(study=study_id, rater__prolific_id=prolific_id).order_by().values_list("pk")


def _raters_erased(study_id, erased_id):
    return Rater.objects.filter(study=study_id, erased_id=erased_id).order_by().values_list("pk")


def _questions_in_order(study_id, persona_id):
    mine = Question.objects.filter(study=study_id, persona=persona_id).order_by("position")
    return mine.values_list("pk", "kind", "is_drawn", "persona__key")


_pks_of_known = SqlOnce(_pks_of)
_erased_with = SqlOnce(_raters_erased)
_free_seats = SqlOnce(partial(_seats_without_holder, skip_locked=False))
_free_seats_not_locked = SqlOnce(partial(_seats_without_holder, skip_locked=True))
_holders = SqlOnce(lambda seat_id: Assignment.objects.holding_seats().filter(seat=seat_id).order_by().values_list("pk"))
_studies = SqlOnce(lambda pk: Study.objects.filter(pk=pk).values_list(*columns_of(Study)))
_questions_for = SqlOnce(_questions_in_order)


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


def is_known(study: Study, entry: Entry) -> bool:
    """Whether this person has an assignment, in whatever state."""
    return bool(_pks_of_known.rows(study.pk, entry.prolific_id))


def _arrive_once(study: Study, entry: Entry, is_rehearsal: bool) -> Arrival:
    now = timezone.now()
    lock_arrival(study.pk, entry.prolific_id)
    known = _pks_of_known.rows(study.pk, entry.prolific_id)
    if known:
        return _come_back(ledger.locked_assignment(known[0][0]), study, entry, now)
    if _erased_with.rows(study.pk, erased_id_of(study, entry.prolific_id)):
        return Arrival(None, ERASED)
    if not takes(study, is_rehearsal):
        return _turn_away(study, entry, Outcome.NOT_OPEN)
    seat = take_free_seat(study, now)
    if seat is None:
        return _turn_away(study, entry, Outcome.FULL)
    # Whoever changes a design locks the seats first, so what is read under this lock is what was decided last.
    _refresh(study)
    if not takes(study, is_rehearsal):
        return _turn_away(study, entry, Outcome.NOT_OPEN)
    return Arrival(_seat(study, seat, entry, is_rehearsal, now))


def takes(study: Study, is_rehearsal: bool) -> bool:
    """Simulated raters may enter a draft, so that it is rehearsed before people come."""
    return study.state == StudyState.OPEN or (is_rehearsal and study.state == StudyState.DRAFT)


def _refresh(study: Study) -> None:
    for name, value in zip(columns_of(Study), _studies.rows(study.pk)[0], strict=True):
        setattr(study, name, value)


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
    free_seats = _free_seats_not_locked if skip_locked else _free_seats
    while rows := free_seats.rows(study.pk):
        (seat,) = instances(rows[0], Seat)
        # Its holder may have committed between our snapshot and our lock, so look again under the lock.
        if not _holders.rows(seat.pk):
            return seat
    return None


def _seat(study: Study, seat: Seat, entry: Entry, is_rehearsal: bool, now: datetime) -> Assignment:
    rater = Rater(
        study=study,
        kind=RaterKind.PARTICIPANT,
        pseudonym=defaults.new_pseudonym(),
        prolific_id=entry.prolific_id,
        is_rehearsal=is_rehearsal,
    )
    insert(rater)
    assignment = Assignment(
        study=study,
        rater=rater,
        persona_id=seat.persona_id,
        seat=seat,
        state=AssignmentState.LIVE,
        seed=defaults.new_seed(),
        submission_id=entry.submission_id,
        prolific_study_id=entry.prolific_study_id,
        arrived_at=now,
        last_seen=now,
        deadline=ledger.deadline_for_consent(study, seated_at=now),
    )
    if study.persona_text_version != VERSION:
        _note_persona_text(study)
    insert(assignment)
    insert(AssignmentEvent(assignment=assignment, at=now, to_state=assignment.state, cause="arrived"))
    deal_screens(assignment, seat_number=seat.number)
    return assignment


def _note_persona_text(study: Study) -> None:
    """The first seat fixes the version of the wording; a later one under other words is written in the log."""
    if not study.is_frozen:
        Study.objects.filter(pk=study.pk).update(persona_text_version=VERSION)
        return
    detail = {"persona_text_version": {"from": study.persona_text_version, "to": VERSION}}
    if not study.events.filter(what=OTHER_WORDS, detail=detail).exists():
        StudyEvent.objects.create(study=study, what=OTHER_WORDS, detail=detail)


def deal_screens(assignment: Assignment, *, seat_number: int) -> None:
    """Store the rater's questions, their order and which response stands first, all from the recorded seeds."""
    study = assignment.study
    rows = _questions_for.rows(study.pk, assignment.persona_id)
    planned = plan_screens(
        [pk for pk, kind, is_drawn, _ in rows if is_drawn and kind == QuestionKind.DATA],
        [pk for pk, kind, _, _ in rows if kind == QuestionKind.ATTENTION],
        seat_number=seat_number,
        persona=rows[0][3] if rows else "",
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
        (question, Response.REVISED if first[question] else Response.ALTERNATIVE)
        for question in design.with_checks(order, checks, checks_after)
    ]


class NoSeatLeft(Exception):
    """The seat was released before the rater consented, and no seat is free now; ``outcome`` says what to tell them."""

    def __init__(self, outcome: str):
        super().__init__(outcome)
        self.outcome = outcome


def _come_back(assignment: Assignment, study: Study, entry: Entry, now: datetime) -> Arrival:
    """The assignment this person has. Coming back is a sign of life, and takes a released seat again if it is free."""
    assignment.study = study
    if assignment.consented_at is None and assignment.state == AssignmentState.RELEASED:
        try:
            seat_again(assignment, now=now)
        except NoSeatLeft as error:
            return _turn_away(study, entry, error.outcome)
    elif assignment.state == AssignmentState.RELEASED:
        ledger.take_seat_back(assignment, now=now)
    if assignment.consented_at:
        assignment.deadline = ledger.deadline_after(study, arrived_at=assignment.arrived_at, last_seen=now)
    assignment.last_seen = now
    assignment.submission_id = entry.submission_id or assignment.submission_id
    assignment.save(update_fields=["last_seen", "deadline", "submission_id"])
    return Arrival(assignment)


def seat_again(assignment: Assignment, *, now: datetime) -> None:
    """Put a rater who lost the seat before consenting into it again, or into another: they have seen no question yet.

    The caller holds the assignment's lock. Raises ``NoSeatLeft``.
    """
    if not ledger.take_seat_back(assignment, now=now):
        _take_another_seat(assignment, now)
    assignment.deadline = ledger.deadline_for_consent(assignment.study, seated_at=now)
    assignment.save(update_fields=["deadline"])


def _take_another_seat(assignment: Assignment, now: datetime) -> None:
    if not takes(assignment.study, assignment.rater.is_rehearsal):
        raise NoSeatLeft(Outcome.NOT_OPEN)
    seat = take_free_seat(assignment.study, now)
    if seat is None:
        raise NoSeatLeft(Outcome.FULL)
    assignment.seat, assignment.persona_id = seat, seat.persona_id
    assignment.save(update_fields=["seat", "persona"])
    assignment.screens.all().delete()
    deal_screens(assignment, seat_number=seat.number)
    ledger.move(assignment, AssignmentState.LIVE, cause="came back", note="to another seat", now=now)


def visitor_of(study: Study, prolific_id: str) -> str:
    """What is kept of somebody who was turned away."""
    return salted_hmac(f"annotation.turned-away.{study.pk}", prolific_id, algorithm="sha256").hexdigest()


def erased_id_of(study: Study, prolific_id: str) -> str:
    """What is kept of the id of somebody whose data were erased."""
    return salted_hmac(f"annotation.erased.{study.pk}", prolific_id, algorithm="sha256").hexdigest()


def _turn_away(study: Study, entry: Entry, outcome: str) -> Arrival:
    visitor = visitor_of(study, entry.prolific_id)
    visit, is_first = TurnedAway.objects.get_or_create(study=study, visitor=visitor, outcome=outcome)
    if not is_first:
        visit.visits = F("visits") + 1
        visit.save(update_fields=["visits", "last_at"])
    return Arrival(None, outcome)
