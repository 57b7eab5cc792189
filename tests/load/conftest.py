"""Real servers on real databases. Every test gets a database of its own: a copy of one that holds an open study."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator

import dj_database_url
import pytest
from django.core.management import call_command
from django.db import connection, connections

from annotation.models import Study
from tests.factories import make_study
from tests.load.crash import CrashableServer
from tests.postgres import Cluster, PostgresUnavailable, throwaway_cluster

PERSONAS, SEATS_EACH, QUESTIONS = 20, 4, 10
WIDE = 50  # personas, so 200 seats
SLUG = "load"
_names = (f"load_{number}" for number in itertools.count())

SQLITE_OPTIONS = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}


@contextlib.contextmanager
def django_talks_to(url: str, blocker) -> Iterator[None]:
    """Point this process's ORM at another database, whichever kind it is."""
    before = connections.settings
    database = dj_database_url.parse(url)
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = SQLITE_OPTIONS
    with blocker.unblock():
        _use({"default": database})
        try:
            yield
        finally:
            connections.close_all()
            _use(before)


def _use(databases: dict) -> None:
    connections.settings = connections.configure_settings(databases)
    with contextlib.suppress(AttributeError):
        del connections["default"]


def prepare(*, personas: int = PERSONAS) -> None:
    """Tables, and a study with 10 questions and 4 seats for each persona, open for arrivals."""
    call_command("migrate", verbosity=0)
    make_study(
        personas=personas,
        questions=QUESTIONS,
        raters=SEATS_EACH,
        slug=SLUG,
        minimum_justification=20,
        # The whole crowd comes from one address in one second; real ones are spread over both.
        arrivals_per_address=2_000,
        arrivals_per_minute=2_000,
    )


@pytest.fixture(scope="session")
def cluster(django_db_blocker) -> Iterator[Cluster]:
    """A PostgreSQL that survives what we do to it: fsync and synchronous_commit are on."""
    try:
        with throwaway_cluster(durable=True) as cluster:
            for personas in (PERSONAS, WIDE):
                with django_talks_to(cluster.create_database(prepared(personas)), django_db_blocker):
                    prepare(personas=personas)
            yield cluster
    except PostgresUnavailable as error:
        pytest.skip(f"No PostgreSQL can be started here: {error}")


def prepared(personas: int) -> str:
    """The name of the database that holds the open study with so many personas."""
    return f"prepared_{personas}"


@pytest.fixture
def study(cluster, django_db_blocker) -> Iterator[Study]:
    """The open study of 80 seats in a fresh PostgreSQL database that Django in this process is connected to."""
    url = cluster.create_database(next(_names), template=prepared(PERSONAS))
    with django_talks_to(url, django_db_blocker):
        yield Study.objects.get(slug=SLUG)


@pytest.fixture
def wide_study(cluster, django_db_blocker) -> Iterator[Study]:
    """As ``study``, with 200 seats."""
    url = cluster.create_database(next(_names), template=prepared(WIDE))
    with django_talks_to(url, django_db_blocker):
        yield Study.objects.get(slug=SLUG)


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory, django_db_blocker):
    path = tmp_path_factory.mktemp("load") / "prepared.sqlite3"
    with django_talks_to(f"sqlite:///{path}", django_db_blocker):
        prepare(personas=5)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_study(prepared_sqlite, tmp_path, django_db_blocker) -> Iterator[Study]:
    """An open study of 5 personas x 4 seats in a SQLite file of its own."""
    path = shutil.copy(prepared_sqlite, tmp_path / "load.sqlite3")
    with django_talks_to(f"sqlite:///{path}", django_db_blocker):
        yield Study.objects.get(slug=SLUG)


@pytest.fixture
def serve() -> Iterator:
    """serve(application="config.wsgi", workers=8) starts a server on this test's database; all end with the test."""
    with contextlib.ExitStack() as servers:

        def start(application: str = "config.wsgi", *, workers: int = 8, threads: int = 4) -> CrashableServer:
            return servers.enter_context(CrashableServer(application=application, workers=workers, threads=threads))

        yield start
