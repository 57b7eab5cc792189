"""Runs on PostgreSQL whose workers, database or version go away in the middle. tests/jobs has the kills on SQLite."""

import itertools

import pytest

from tests.jobs.bundle import bundle_is_made
from tests.jobs.killing import TwoWorkers, killed_at_random
from tests.jobs.ledger import make_table
from tests.jobs.processes import database_of_its_own

_names = (f"runs_{number}" for number in itertools.count())


@pytest.fixture
def folder(cluster, tmp_path, django_db_blocker, settings):
    settings.RUNS_IN_BACKGROUND = True
    with database_of_its_own(cluster.create_database(next(_names)), django_db_blocker):
        make_table()
        yield tmp_path


def test_run_survives_thirty_kills(folder):
    killed_at_random(folder, kills=30)


def test_run_survives_a_restart_of_the_database(cluster, folder):
    def restart(workers):
        cluster.stop_immediately()
        cluster.start()

    killed_at_random(folder, kills=4, halfway=restart)


def test_run_survives_an_upgrade(folder):
    """The version is pinned; here it changes all the same, and what the old one queued is not stranded."""

    killed_at_random(folder, kills=2, halfway=TwoWorkers.upgrade)


def test_worker_makes_a_bundle_and_reports_from_within_its_snapshot(folder, settings):
    bundle_is_made(folder, settings)
