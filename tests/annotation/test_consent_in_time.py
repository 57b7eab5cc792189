"""Seats that never got past the consent page: freed after minutes, and given again to whoever comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.integrity.checking import integrity_problems
from annotation.models import Assignment, Outcome
from annotation.services import assembly, ledger, participation, seating
from tests.annotation.reading import text_of, url
from tests.factories import answer_all, arrive, finish, make_entry, make_study, run_out_of_time, walk_to_questions

pytestmark = pytest.mark.django_db


def minutes_left(assignment) -> float:
    return (assignment.deadline - timezone.now()).total_seconds() / 60


def test_seat_without_consent_is_free_after_ten_minutes():
    study = make_study()
    stranger, reader = arrive(study, 1), arrive(study, 2)
    participation.give_consent(assignment=reader)
    assert ledger.release_expired(study, now=timezone.now() + timedelta(minutes=11)) == 1
    stranger.refresh_from_db()
    assert stranger.state == "released"
    assert stranger.events.latest("pk").cause == "did not consent in time"
    assert integrity_problems(study) == []


def test_consent_opens_the_whole_time():
    idle = arrive(make_study(idle_minutes=45))
    assert 9 < minutes_left(idle) <= 10
    participation.give_consent(assignment=idle)
    assert 44 < minutes_left(idle) <= 45


def test_consent_time_is_never_longer_than_the_study_allows():
    assert minutes_left(arrive(make_study(consent_minutes=30, time_limit_minutes=20))) <= 20


def test_coming_back_to_the_consent_page_keeps_the_seat_no_longer():
    """Else the same few links, asked for every few minutes, would hold every seat."""
    study = make_study()
    deadline = arrive(study).deadline
    assert arrive(study).deadline == deadline


def test_late_consent_takes_the_own_seat_again(client):
    assignment = run_out_of_time(arrive(make_study(personas=1, raters=1)))
    assert "If you agree to take part, you will get another one" in text_of(client.get(url(assignment, "consent")))
    response = client.post(url(assignment, "consent"), {"consent": "yes"})
    assert response.status_code == 302
    assignment.refresh_from_db()
    assert assignment.state == "live"
    assert minutes_left(assignment) > 50


@pytest.mark.parametrize("way", ["consents", "follows the link"])
def test_late_rater_gets_another_seat_when_the_own_one_is_taken(way):
    study = make_study(personas=2, raters=1, questions=3)
    late = run_out_of_time(arrive(study, 1))
    replacement = arrive(study, 2)
    assert replacement.seat_id == late.seat_id
    if way == "consents":
        participation.give_consent(assignment=late)
    else:
        assert arrive(study, 1).pk == late.pk
    late.refresh_from_db()
    assert (late.state, late.seat_id != replacement.seat_id) == ("live", True)
    assert late.persona_id == late.seat.persona_id
    assert late.events.latest("pk").note == "to another seat"
    finish(answer_all(walk_to_questions(late)))
    assert integrity_problems(study) == []


def test_late_rater_hears_full_when_no_seat_is_left(client):
    study = make_study(personas=1, raters=1)
    late = run_out_of_time(arrive(study, 1))
    arrive(study, 2)
    assert seating.arrive(study=study, entry=make_entry(1)).refusal == Outcome.FULL
    page = client.post(url(late, "consent"), {"consent": "yes"})
    assert "The study is full" in text_of(page)
    late.refresh_from_db()
    assert (late.state, late.consented_at) == ("released", None)


def test_late_rater_of_a_paused_study_gets_the_own_seat_only():
    study = make_study(personas=2, raters=1)
    first, second = run_out_of_time(arrive(study, 1)), arrive(study, 2)
    third = run_out_of_time(arrive(study, 3))
    assembly.pause_study(study=study)
    study.refresh_from_db()
    assert (first.seat_id, second.seat_id) == (second.seat_id, first.seat_id)
    assert seating.arrive(study=study, entry=make_entry(1)).refusal == Outcome.NOT_OPEN
    assert seating.arrive(study=study, entry=make_entry(3)).assignment.pk == third.pk


def test_released_rater_who_had_consented_keeps_persona_and_answers():
    study = make_study(personas=2, raters=1)
    late = run_out_of_time(answer_all(walk_to_questions(arrive(study, 1)), up_to=2))
    arrive(study, 2)
    assert arrive(study, 1).state == "released"
    late.refresh_from_db()
    assert late.rater.annotations.count() == 2
    assert Assignment.objects.get(pk=late.pk).persona_id == late.persona_id
