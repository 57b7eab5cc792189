"""Everybody at once: exactly as many seats as there are, and nobody told two things."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
from django.db import connection

from annotation.models import Assignment, Study
from annotation.rehearsal.client import Client
from annotation.rehearsal.server import database_url
from tests.factories import arrive
from tests.load.arrivals import (
    all_arrive_at_once,
    fullest_seat,
    held_seats,
    participant_link,
    seated_people,
    told_both,
    with_two_assignments,
)
from tests.load.crash import every, striking
from tests.load.integrity import assert_intact


def assert_exact(study, told, *, seats: int) -> None:
    assert held_seats(study) == seats
    assert len(seated_people(told)) == seats
    assert fullest_seat(study) == 1
    assert told_both(told) == set()
    assert with_two_assignments(told) == set()
    assert_intact(study)


def test_arrivals_500_people_twice_for_80_seats(study, serve):
    told = all_arrive_at_once(study, serve().url, people=500, times=2)
    assert_exact(study, told, seats=80)


def test_arrivals_beyond_the_limit_of_an_address_wait_and_hold_no_seat(study, serve):
    """Made-up ids from one address took 79 seats in 0.9 s. The limit is exact over all processes."""
    Study.objects.filter(pk=study.pk).update(arrivals_per_address=25)
    site = serve().url
    with ThreadPoolExecutor(100) as pool:
        statuses = Counter(pool.map(lambda number: status_of(site, study, number), range(1, 201)))
    assert statuses == {302: 25, 429: 175}
    assert held_seats(study) == 25
    assert_intact(study)


def status_of(site, study, number) -> int:
    with contextlib.closing(Client(site)) as client:
        return client.get(participant_link(study, seed=3, number=number)).status


def test_arrivals_without_locks_oversell(study, serve):
    """The negative control: if this does not oversell, the test above cannot see anything."""
    drop_the_seat_constraint()
    told = all_arrive_at_once(study, serve("tests.load.naive_wsgi").url, people=500, times=2)
    assert held_seats(study) > 80
    assert len(seated_people(told)) > 80
    assert fullest_seat(study) > 1


def test_arrivals_exact_fit_turns_nobody_away(study, serve):
    """80 people three times at once for 80 seats, each transaction held open: a skipped row must not become "full"."""
    told = all_arrive_at_once(study, serve("tests.load.slow_wsgi").url, people=80, times=3)
    assert [each for each in told if not each.is_seated] == []
    assert_exact(study, told, seats=80)


def test_arrival_waits_for_a_held_seat_before_hearing_full(study, serve):
    """Whoever holds the last seat may give it up again; here its transaction is rolled back."""
    leave_one_seat(study)
    site = serve(workers=2).url
    with all_seats_held() as holder, ThreadPoolExecutor(1) as pool:
        arrival = pool.submit(all_arrive_at_once, study, site, people=1, times=1, seed=2)
        wait_until_somebody_waits(holder)
        holder.rollback()
        (told,) = arrival.result()
    assert told.is_seated
    assert_intact(study)


def test_arrival_in_haste_hears_full(study, serve):
    """The negative control of the test above."""
    leave_one_seat(study)
    site = serve("tests.load.hasty_wsgi", workers=2).url
    with all_seats_held():
        (told,) = all_arrive_at_once(study, site, people=1, times=1, seed=2)
    assert not told.is_seated


def test_arrivals_while_workers_are_killed(study, serve):
    server = serve()
    with striking(server.kill_a_worker, times=12, is_due=every(0.25)) as kills:
        told = all_arrive_at_once(study, server.url, people=500, times=2)
    assert kills
    assert_exact(study, told, seats=80)


def test_arrivals_on_sqlite_100_people_twice_for_20_seats(sqlite_study, serve):
    told = all_arrive_at_once(sqlite_study, serve(workers=4).url, people=100, times=2)
    assert_exact(sqlite_study, told, seats=20)


def test_arrivals_on_sqlite_exact_fit_turns_nobody_away(sqlite_study, serve):
    told = all_arrive_at_once(sqlite_study, serve("tests.load.slow_wsgi", workers=4).url, people=20, times=3)
    assert [each for each in told if not each.is_seated] == []
    assert_exact(sqlite_study, told, seats=20)


def leave_one_seat(study) -> None:
    for number in range(1, study.seats.count()):
        arrive(study, number, is_rehearsal=True)


@contextlib.contextmanager
def all_seats_held():
    """A transaction of somebody else that holds every seat's row and changes nothing."""
    with psycopg.connect(database_url()) as holder:
        holder.execute("SELECT 1 FROM annotation_seat FOR NO KEY UPDATE")
        yield holder
        holder.rollback()


def wait_until_somebody_waits(holder) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        if holder.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            return
        time.sleep(0.05)
    raise AssertionError("nobody waited for the held seat")


def drop_the_seat_constraint() -> None:
    constraint = next(c for c in Assignment._meta.constraints if c.name == "seat_holds_one_live_or_complete")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Assignment, constraint)
