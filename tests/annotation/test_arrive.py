"""Who gets which seat (docs/invariants.md, 1-3). The crowd itself is tested in tests/load."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import Assignment, AssignmentEvent, Outcome, Response, Study, StudyState, TurnedAway
from annotation.services import assembly, ledger, seating
from tests.factories import arrive, finished, make_entry, make_study, prolific_id, run_out_of_time, walk_to_questions

pytestmark = pytest.mark.django_db


def test_arrive_takes_a_seat_and_leaves_an_audit_row():
    assignment = arrive(make_study())
    assert (assignment.state, assignment.seat.number) == ("live", 1)
    event = AssignmentEvent.objects.get()
    assert (event.assignment, event.from_state, event.to_state, event.cause) == (assignment, "", "live", "arrived")


def test_arrive_again_gives_the_same_assignment():
    study = make_study()
    assert [arrive(study, 1).pk for _ in range(3)] == [arrive(study, 1).pk] * 3
    assert Assignment.objects.count() == 1


def test_arrive_fills_every_first_seat_before_any_second():
    study = make_study(personas=3, raters=2)
    numbers = [arrive(study, n).seat.number for n in range(1, 7)]
    assert numbers == [1, 1, 1, 2, 2, 2]


def test_arrive_when_full_is_refused_and_counted_without_the_id():
    study = make_study(personas=1, raters=1)
    arrive(study, 1)
    for _ in range(2):
        assert seating.arrive(study=study, entry=make_entry(2)) == seating.Arrival(None, Outcome.FULL)
    visit = TurnedAway.objects.get()
    assert visit.visits == 2
    assert prolific_id(2) not in visit.visitor


def test_arrive_when_full_frees_an_expired_seat_first():
    study = make_study(personas=1, raters=1)
    first = arrive(study, 1)
    Assignment.objects.filter(pk=first.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    second = arrive(study, 2)
    first.refresh_from_db()
    assert (first.state, second.state, second.seat) == ("released", "live", first.seat)


@pytest.mark.parametrize("stop", [assembly.pause_study, assembly.close_study])
def test_arrive_at_a_stopped_study_is_refused_but_not_for_those_seated(stop):
    study = make_study()
    seated = arrive(study, 1)
    stop(study=study)
    assert seating.arrive(study=study, entry=make_entry(2)).refusal == Outcome.NOT_OPEN
    assert arrive(study, 1) == seated


def test_arrive_sees_a_pause_that_came_after_the_study_was_loaded():
    study = make_study()
    assembly.pause_study(study=Study.objects.get(pk=study.pk))
    assert study.state == StudyState.OPEN
    assert seating.arrive(study=study, entry=make_entry(1)).refusal == Outcome.NOT_OPEN


def test_arrive_at_a_draft_is_refused():
    study = make_study(open=False)
    assert study.state == StudyState.DRAFT
    assert seating.arrive(study=study, entry=make_entry()).refusal == Outcome.NOT_OPEN


def test_arrive_after_a_release_takes_the_seat_back_when_free():
    study = make_study()
    assignment = run_out_of_time(arrive(study, 1))
    assert arrive(study, 1).state == "live"
    causes = list(assignment.events.values_list("cause", flat=True))
    assert causes == ["arrived", "did not consent in time", "came back"]


def test_arrive_after_a_release_stays_released_when_the_seat_is_taken():
    study = make_study(personas=1, raters=1)
    run_out_of_time(walk_to_questions(arrive(study, 1)))
    arrive(study, 2)
    assert arrive(study, 1).state == "released"


def test_arrive_moves_the_deadline_of_idle_time():
    study = make_study(idle_minutes=30)
    assignment = walk_to_questions(arrive(study))
    Assignment.objects.filter(pk=assignment.pk).update(deadline=timezone.now() + timedelta(minutes=1))
    assert arrive(study).deadline > timezone.now() + timedelta(minutes=29)


def test_arrive_does_not_move_prolifics_time_limit():
    study = make_study(time_limit_minutes=43)
    deadline = arrive(study).deadline
    assert arrive(study).deadline == deadline


def test_screens_are_balanced_within_each_rater_and_over_the_four_seats():
    study = make_study(personas=1, questions=10, raters=4)
    shown = {}
    for number in range(1, 5):
        screens = arrive(study, number).screens.all()
        assert sum(screen.shown_first == Response.REVISED for screen in screens) == 5
        for screen in screens:
            shown.setdefault(screen.question_id, []).append(screen.shown_first)
    assert all(sides.count(Response.REVISED) == 2 for sides in shown.values())


def test_screens_of_a_replacement_keep_the_sides_of_the_seat_but_not_the_order():
    study = make_study(personas=1, raters=1)
    first = run_out_of_time(arrive(study, 1))
    second = arrive(study, 2)
    sides = [dict(a.screens.values_list("question_id", "shown_first")) for a in (first, second)]
    assert sides[0] == sides[1]
    assert first.seed != second.seed


def test_screens_place_attention_checks_where_the_study_says():
    study = make_study(personas=1, questions=4, checks=2, attention_after=[1, 3])
    screens = arrive(study).screens.select_related("question")
    assert [screen.question.is_attention_check for screen in screens] == [False, True, False, False, True, False]


def test_a_released_seat_goes_to_the_next_arrival():
    study = make_study(personas=2, raters=1)
    gone, _ = arrive(study, 1), arrive(study, 2)
    ledger.release(gone, cause="released by hand")
    assert arrive(study, 3).seat == gone.seat


def test_a_complete_seat_is_not_given_away():
    study = make_study(personas=1, raters=1)
    finished(study, 1)
    Assignment.objects.update(deadline=timezone.now() - timedelta(days=1))
    assert seating.arrive(study=study, entry=make_entry(2)).refusal == Outcome.FULL


def test_arrive_marks_a_rehearsal_rater():
    study = make_study()
    assert arrive(study, 1, is_rehearsal=True).rater.is_rehearsal
    assert not arrive(study, 2).rater.is_rehearsal
