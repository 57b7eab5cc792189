"""The launcher that the PostgreSQL and crash tests stand on."""

import psycopg
import pytest

from tests.postgres import PostgresUnavailable, find_binaries, throwaway_cluster


@pytest.fixture(scope="module")
def cluster():
    with throwaway_cluster(durable=True) as cluster:
        yield cluster


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def test_cluster_answers_and_is_durable_when_asked(cluster):
    assert ask(cluster.url, "SHOW server_encoding") == "UTF8"
    assert ask(cluster.url, "SHOW fsync") == "on"


def test_cluster_keeps_committed_rows_over_an_immediate_stop(cluster):
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('stays')")
    cluster.stop_immediately()
    assert not cluster.is_running()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(cluster.url)
    cluster.start()
    assert ask(cluster.url, "SELECT word FROM kept") == "stays"


def test_cluster_leaves_nothing_behind():
    with throwaway_cluster() as passing:
        assert passing.base.is_dir()
        url = passing.url
    assert not passing.base.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_binaries_missing_says_what_would_mend_it(monkeypatch):
    monkeypatch.setattr("tests.postgres._candidate_folders", lambda: iter([]))
    with pytest.raises(PostgresUnavailable, match="TEST_DATABASE_URL"):
        find_binaries()
