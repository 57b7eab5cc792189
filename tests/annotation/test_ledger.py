"""Release, exclude, reopen: each audited, none deletes (docs/invariants.md, 5 and 9)."""

import pytest

from annotation.models import Annotation
from annotation.services import ledger
from tests.factories import arrive, finished, make_researcher, make_study, run_out_of_time

pytestmark = pytest.mark.django_db


def test_exclude_frees_the_seat_keeps_the_answers_and_says_who_and_why():
    study, grace = make_study(personas=1, raters=1), make_researcher()
    assignment = finished(study)
    ledger.exclude(assignment, reason=" Same text ten times. ", by=grace)
    event = assignment.events.last()
    assert (event.by, event.from_state, event.to_state, event.note) == (
        grace,
        "complete",
        "excluded",
        "Same text ten times.",
    )
    assert Annotation.objects.count() == 10
    assert study.seats.free().count() == 1


def test_exclude_without_a_reason_is_refused():
    assignment = finished(make_study())
    with pytest.raises(ledger.MoveNotAllowed):
        ledger.exclude(assignment, reason="  ", by=None)
    assert assignment.state == "complete"


def test_release_of_a_finished_assignment_is_refused():
    assignment = finished(make_study())
    with pytest.raises(ledger.MoveNotAllowed):
        ledger.release(assignment, cause="by hand")


def test_release_expired_touches_only_what_ran_out():
    study = make_study()
    late, fresh = arrive(study, 1), arrive(study, 2)
    run_out_of_time(late)
    fresh.refresh_from_db()
    assert (late.state, fresh.state) == ("released", "live")
    assert ledger.release_expired(study) == 0


@pytest.mark.parametrize("before", ["released", "excluded complete", "declined", "screened_out"])
def test_reopen_puts_back_what_was_taken_out(before):
    study = make_study(personas=1, raters=1)
    assignment = finished(study) if before == "excluded complete" else arrive(study)
    if before == "excluded complete":
        ledger.exclude(assignment, reason="Test", by=None)
    else:
        state = next(state for state in ledger.S if state.value == before)
        ledger.move(assignment, state, cause="test")
    ledger.reopen(assignment, by=None)
    assert assignment.state == ("complete" if before == "excluded complete" else "live")


def test_reopen_of_a_released_one_whose_seat_is_taken_is_refused():
    study = make_study(personas=1, raters=1)
    assignment = run_out_of_time(arrive(study, 1))
    arrive(study, 2)
    with pytest.raises(ledger.MoveNotAllowed, match="another rater"):
        ledger.reopen(assignment, by=None)


def test_reopen_of_an_excluded_finisher_whose_seat_is_taken_is_surplus():
    study = make_study(personas=1, raters=1)
    assignment = finished(study, 1)
    ledger.exclude(assignment, reason="Test", by=None)
    arrive(study, 2)
    ledger.reopen(assignment, by=None)
    assert assignment.state == "surplus"


def test_reopen_of_a_surplus_one_counts_it_when_the_seat_is_free_again():
    study = make_study(personas=1, raters=1)
    assignment = finished(study, 1)
    ledger.exclude(assignment, reason="Test", by=None)
    other = arrive(study, 2)
    ledger.reopen(assignment, by=None)
    ledger.release(other, cause="by hand")
    ledger.reopen(assignment, by=None)
    assert assignment.state == "complete"


def test_reopen_of_a_live_one_is_refused():
    with pytest.raises(ledger.MoveNotAllowed):
        ledger.reopen(arrive(make_study()), by=None)
