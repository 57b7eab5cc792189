"""Real worker processes with the real engine, on SQLite. tests/load has the same on PostgreSQL."""

import os
import signal

import pytest

from jobs.models import RunState
from jobs.services.runs import cancel_run, pause_run, resume_run, start_run
from tests.jobs.bundle import bundle_is_made
from tests.jobs.killing import killed_at_random
from tests.jobs.ledger import make_table, written
from tests.jobs.processes import database_of_its_own, nursery, until, wait_for_end

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
    with nursery(database) as workers:
        workers.start()
        until(lambda: run.done >= 20, run)
        pause_run(run=run)
        cancel_run(run=other)
        until(lambda: run.state == RunState.PAUSED and other.state == RunState.CANCELLED, run, other)
        assert run.rate is not None
        resume_run(run=run)
        until(lambda: run.has_ended, run)
    assert (run.state, run.result) == (RunState.DONE, {"items": 200})
    assert len(written(run)) == len(set(written(run))) == 200


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


def test_worker_makes_a_bundle_and_reports_from_within_its_snapshot(database, settings):
    bundle_is_made(database, settings)


def test_run_survives_thirty_kills(database):
    killed_at_random(database, kills=30)
