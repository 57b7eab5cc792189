"""Brakes at the door: limits, the page that asks to wait, the alarm and the pause. Under a crowd: tests/load."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotation.models import ArrivalCount, Assignment, StudyState
from annotation.progress.report import study_progress
from annotation.rehearsal.mark import rehearsal_mark
from annotation.services import arrivals, participation
from tests.annotation.reading import Outline, text_of
from tests.factories import PASSWORD, arrive, make_researcher, make_study, prolific_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_moment(monkeypatch):
    """All arrivals fall into the same stretch of time."""
    now = timezone.now().replace(minute=34, second=30)
    monkeypatch.setattr(arrivals.timezone, "now", lambda: now)
    return now


def follow(client, study, number, *, address="198.51.100.7", **parameters):
    link = reverse("entry", args=[study.slug])
    return client.get(link, {"PROLIFIC_PID": prolific_id(number), **parameters}, REMOTE_ADDR=address)


def statuses(client, study, people, **options):
    return [follow(client, study, number, **options).status_code for number in people]


# --- Limits ------------------------------------------------------------------------------------------
def test_more_new_people_from_one_address_are_asked_to_wait(client, one_moment):
    study = make_study(arrivals_per_address=2)
    assert statuses(client, study, [1, 2, 3]) == [302, 302, 429]
    assert Assignment.objects.count() == 2
    assert statuses(client, study, [4], address="198.51.100.8") == [302]


def test_more_new_people_in_a_minute_are_asked_to_wait(client):
    study = make_study(arrivals_per_minute=2)
    addresses = [f"198.51.100.{number}" for number in range(1, 5)]
    found = [follow(client, study, n, address=address).status_code for n, address in enumerate(addresses, start=1)]
    assert found == [302, 302, 429, 429]


def test_default_limits_are_the_sites_own(client, settings):
    settings.ARRIVALS_PER_ADDRESS, settings.ARRIVALS_PER_MINUTE = 3, 2
    assert statuses(client, make_study(), [1, 2, 3]) == [302, 302, 429]
    assert statuses(client, make_study(arrivals_per_address=0, arrivals_per_minute=0), range(1, 6)) == [302] * 5


def test_limits_open_again_with_the_next_stretch_of_time(client, one_moment, monkeypatch):
    study = make_study(arrivals_per_address=1)
    assert statuses(client, study, [1, 2]) == [302, 429]
    monkeypatch.setattr(arrivals.timezone, "now", lambda: one_moment + timedelta(minutes=10))
    assert statuses(client, study, [2]) == [302]


def test_whoever_has_an_assignment_is_never_asked_to_wait(client):
    study = make_study(arrivals_per_address=1, arrivals_per_minute=1)
    assert statuses(client, study, [1, 2, 1, 1]) == [302, 429, 302, 302]


def test_strangers_who_get_no_seat_are_counted_as_well(client):
    study = make_study(personas=1, raters=1, arrivals_per_address=2)
    assert statuses(client, study, [1, 2, 3]) == [302, 200, 429]


def test_one_address_alone_does_not_use_up_the_minute_of_everybody(client):
    study = make_study(arrivals_per_address=1, arrivals_per_minute=3)
    statuses(client, study, range(1, 9))
    assert statuses(client, study, [9], address="198.51.100.8") == [302]


def test_rehearsal_passes_without_being_counted(client):
    study = make_study(arrivals_per_address=1)
    assert statuses(client, study, [1, 2, 3], rehearsal=rehearsal_mark(study.slug)) == [302] * 3
    assert not ArrivalCount.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_addresses_of_one_network_count_together(client, one, other):
    study = make_study(arrivals_per_address=1)
    assert statuses(client, study, [1], address=one) == [302]
    assert statuses(client, study, [2], address=other) == [429]


def test_forwarded_addresses_count_only_behind_a_proxy(client, settings):
    study = make_study(arrivals_per_address=1)
    link, ids = reverse("entry", args=[study.slug]), map(prolific_id, range(1, 5))
    forged = [
        client.get(link, {"PROLIFIC_PID": pid}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code
        for n, pid in zip(range(2), ids, strict=False)
    ]
    assert forged == [302, 429]
    settings.BEHIND_PROXY = True
    assert client.get(link, {"PROLIFIC_PID": prolific_id(9)}, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 302


# --- What is stored ----------------------------------------------------------------------------------
def test_counts_hold_no_address_and_go_after_an_hour(client, one_moment, monkeypatch):
    study = make_study()
    follow(client, study, 1)
    assert not ArrivalCount.objects.filter(address__contains="198.51").exists()
    assert ArrivalCount.objects.count() == 2
    monkeypatch.setattr(arrivals.timezone, "now", lambda: one_moment + timedelta(hours=2))
    follow(client, study, 2)
    assert set(ArrivalCount.objects.values_list("since__hour", flat=True)) == {(one_moment + timedelta(hours=2)).hour}


def test_stretches_of_time_start_where_the_clock_says():
    at = datetime(2026, 11, 21, 10, 47, 31, tzinfo=UTC)
    assert arrivals.start_of(arrivals.ADDRESS_WINDOW, at) == at.replace(minute=40, second=0)
    assert arrivals.start_of(arrivals.STUDY_WINDOW, at) == at.replace(second=0)


# --- The page ----------------------------------------------------------------------------------------
def test_page_says_when_to_come_back_and_asks_again_by_itself(client, one_moment, monkeypatch):
    monkeypatch.setattr("annotation.views.participant_pages.random.randint", lambda low, high: 7)
    monkeypatch.setattr("annotation.views.participant_pages.timezone.now", lambda: one_moment)
    study = make_study(arrivals_per_address=1)
    follow(client, study, 1)
    page = follow(client, study, 2)
    assert page.status_code == 429
    # 34:30 to 40:00, and 7 seconds so that not everybody comes in the same one
    assert page["Retry-After"] == page["Refresh"] == "337"
    assert page["Cache-Control"] == "no-store"
    outline = Outline(page.content.decode())
    assert "Please wait 6 minutes" in outline.text
    assert "You have done nothing wrong" in outline.text


def test_page_names_seconds_when_it_is_soon(client, one_moment, monkeypatch):
    monkeypatch.setattr("annotation.views.participant_pages.random.randint", lambda low, high: 0)
    monkeypatch.setattr("annotation.views.participant_pages.timezone.now", lambda: one_moment)
    study = make_study(arrivals_per_minute=1)
    follow(client, study, 1)
    assert "Please wait 30 seconds" in text_of(follow(client, study, 2))


# --- Alarm and pause ---------------------------------------------------------------------------------
def come_from_everywhere(client, study, people):
    return [follow(client, study, n, address=f"198.51.{n // 250}.{n % 250}").status_code for n in people]


def test_burst_raises_an_alarm_with_counts_and_a_button(client, one_moment):
    grace = make_researcher("grace")
    study = make_study(by=grace, personas=5, questions=1)  # 20 seats: more than 10 in a minute are implausible
    come_from_everywhere(client, study, range(1, 13))
    participation.give_consent(assignment=Assignment.objects.first())
    Assignment.objects.update(arrived_at=one_moment)
    burst = study_progress_at(study, one_moment).burst
    assert (burst.arrivals, burst.busiest_minute, burst.threshold) == (12, 12, 10)
    assert (burst.seated, burst.consented, burst.asked_to_wait) == (12, 1, 0)
    client.login(username="grace", password=PASSWORD)
    page = text_of(client.get(reverse("study-detail", args=[study.slug])))
    assert "12 new, at most 12 in one minute; 12 took a seat, 1 of them agreed to take part" in page
    assert "Pause the study now" in page
    assert "implausible burst of arrivals" in page.lower()


def study_progress_at(study, now):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotation.progress.report.timezone.now", lambda: now)
        return study_progress(study)


def test_people_asked_to_wait_raise_the_alarm(client, one_moment):
    study = make_study(arrivals_per_address=1)
    statuses(client, study, [1, 2, 3])
    assert study_progress_at(study, one_moment).burst.asked_to_wait == 2


def test_plausible_arrivals_raise_no_alarm_and_pause_nothing(client, one_moment):
    study = make_study(personas=5, questions=1, pauses_on_burst=True)
    come_from_everywhere(client, study, range(1, 11))
    assert study_progress_at(study, one_moment).burst is None
    study.refresh_from_db()
    assert study.state == StudyState.OPEN
    assert list(study.events.values_list("what", flat=True)) == ["created", "opened"]


def test_alarm_is_over_when_the_burst_is(client, one_moment):
    study = make_study(personas=5, questions=1)
    come_from_everywhere(client, study, range(1, 13))
    assert study_progress_at(study, one_moment + timedelta(minutes=25)).burst is None


@pytest.mark.parametrize(("pauses", "state"), [(False, StudyState.OPEN), (True, StudyState.PAUSED)])
def test_burst_pauses_the_study_only_where_it_says_so(client, pauses, state):
    study = make_study(personas=5, questions=1, pauses_on_burst=pauses)
    come_from_everywhere(client, study, range(1, 15))
    study.refresh_from_db()
    assert study.state == state
    events = list(study.events.filter(by=None).values_list("what", "detail"))
    assert ("implausible burst of arrivals", {"in one minute": 11}) in events
    assert (("paused automatically after a burst of arrivals", {}) in events) is pauses
    assert Assignment.objects.count() == (10 if pauses else 14)


def test_burst_threshold_grows_with_the_seats_up_to_sixty():
    assert arrivals.burst_threshold(make_study(personas=1, raters=1)) == 10
    assert arrivals.burst_threshold(make_study(personas=10, questions=1)) == 20
    study = make_study(personas=40, questions=1)
    assert study.seats.count() == 160
    assert arrivals.burst_threshold(study) == 60
    arrive(study)
