"""Real worker processes with the real engine, on SQLite. tests/load has the same on PostgreSQL."""

import contextlib
import os
import signal
import sqlite3

import pytest

from jobs.models import RunState, ScheduledTask
from jobs.services.runs import cancel_run, pause_run, resume_run, start_run
from tests.jobs.bundle import bundle_is_made
from tests.jobs.killing import killed_at_random
from tests.jobs.ledger import make_table, written
from tests.jobs.processes import database_of_its_own, nursery, until, wait_for_end

PRIVATE = "Somebody wrote this about herself."
SLOW = {"chunks": 20, "size": 10, "pause": 0.02}


@pytest.fixture
def database(tmp_path, django_db_blocker, settings):
    settings.RUNS_IN_BACKGROUND = True
    with database_of_its_own(f"sqlite:///{tmp_path / 'site.sqlite3'}", django_db_blocker):
        make_table()
        yield tmp_path


def test_worker_does_what_is_ordered_meanwhile(database):
    run = start_run("test-ledger", parameters=SLOW)
    other = start_run("test-ledger", parameters=SLOW)
    failing = start_run("test-ledger", parameters={"chunks": 1, "size": 1, "fails": [0, 1], "text": PRIVATE})
    with nursery(database) as workers:
        workers.start()
        until(lambda: run.done >= 20, run)
        pause_run(run=run)
        cancel_run(run=other)
        until(lambda: run.state == RunState.PAUSED and other.state == RunState.CANCELLED, run, other)
        assert run.rate is not None
        resume_run(run=run)
        until(lambda: run.has_ended and failing.chunks.filter(attempt__gt=1).exists(), run, failing)
    assert (run.state, run.result) == (RunState.DONE, {"items": 200})
    assert len(written(run)) == len(set(written(run))) == 200
    assert_the_engine_keeps_numbers_only(database)


def assert_the_engine_keeps_numbers_only(database):
    """No parameter and no error of a run, so that erasing a person has nothing to look for there."""
    with contextlib.closing(sqlite3.connect(database / "jobs.sqlite3")) as engine:
        kept = "\n".join(engine.iterdump())
    assert 'INSERT INTO "workflow_status"' in kept
    assert PRIVATE not in kept
    assert "cannot be done" not in kept


def test_worker_that_is_stopped_hands_its_chunks_back(database):
    run = start_run("test-ledger", parameters=SLOW)
    with nursery(database) as workers:
        pid = workers.start()
        until(lambda: run.done >= 20, run)
        os.kill(pid, signal.SIGTERM)
        wait_for_end(pid)
        assert not run.chunks.filter(state="running").exists()
        workers.start()
        until(lambda: run.has_ended, run)
    assert len(written(run)) == len(set(written(run))) == 200


def test_schedule_is_kept_without_old_tasks_and_without_making_up_for_the_past(database):
    """The nursery's worker has a task for each second; the engine's file has one of an earlier version."""
    with nursery(database) as workers:
        pid = workers.start()
        until(lambda: ticks() > 1)
        os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)
        with contextlib.closing(sqlite3.connect(database / "jobs.sqlite3")) as engine, engine:
            engine.execute("UPDATE workflow_schedules SET schedule_name = 'dropped' WHERE schedule_name = 'test-ticks'")
            engine.execute("UPDATE workflow_schedules SET last_fired_at = '2020-01-01T00:00:00+00:00'")
        before = ticks()
        workers.start()
        until(lambda: ticks() > before + 1)
    with contextlib.closing(sqlite3.connect(database / "jobs.sqlite3")) as engine:
        names = {name for (name,) in engine.execute("SELECT schedule_name FROM workflow_schedules")}
        fired = engine.execute("SELECT count(*) FROM workflow_status WHERE name = 'task'").fetchone()[0]
    assert "test-ticks" in names
    assert "dropped" not in names
    assert fired < 200, "2020 to now would be millions"


def ticks():
    row = ScheduledTask.objects.filter(name="test-ticks").first()
    return int(row.outcome or 0) if row else 0


def test_worker_makes_a_bundle_and_reports_from_within_its_snapshot(database, settings):
    bundle_is_made(database, settings)


def test_run_survives_thirty_kills(database):
    killed_at_random(database, kills=30)
