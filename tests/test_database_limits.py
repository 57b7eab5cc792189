"""Nothing waits for ever: each connection has the limits of the work it does."""

import sqlite3
import threading
from dataclasses import replace

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from annotation.models import Assignment
from annotation.services import ledger, locks
from annotation.views.trouble import is_database_trouble
from config import database_limits, middleware
from config.database_limits import HEALTH, PARTICIPANT, RESEARCHER, WORK
from tests.annotation.reading import typed_in, url
from tests.factories import REASON, arrive, make_study, prolific_id, walk_to_questions

postgres_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one limit only")
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's one writer")
own_connection = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other():
    """Another connection to the same database, in a transaction that is rolled back at the end."""
    other = connection.copy()
    other.inc_thread_sharing()
    yield other
    other.close()


def lock(other, sql: str, parameters=()) -> None:
    """Run a statement that locks, in a transaction that stays open."""
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(sql, parameters)


def limits_in_force() -> dict[str, int]:
    """Milliseconds, as the database itself says."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout")
            return {"busy": cursor.fetchone()[0]}
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(WORK.postgres_settings)])
        return {name: int(setting) for name, setting in cursor.fetchall()}


def limits_of(role: database_limits.Limits) -> dict[str, int]:
    return {"busy": role.busy} if connection.vendor == "sqlite" else role.postgres_settings


def ask(rf, path: str) -> dict[str, int]:
    """The limits in force while the request for ``path`` is answered."""
    found = {}

    def view(request):
        found.update(limits_in_force())
        return HttpResponse()

    middleware.limit_database_waits(view)(rf.get(path))
    return found


@own_connection
def test_command_has_the_limits_of_work():
    assert limits_in_force() == limits_of(WORK)


@own_connection
@pytest.mark.parametrize(
    ("path", "role"),
    [("/a/code/q/1/", PARTICIPANT), ("/s/pilot/", PARTICIPANT), ("/studies/", RESEARCHER), ("/readyz", HEALTH)],
)
def test_request_has_the_limits_of_its_role_on_an_old_and_on_a_new_connection(rf, path, role):
    limits_in_force()  # opens a connection
    assert ask(rf, path) == limits_of(role)
    connection.close()
    assert ask(rf, path) == limits_of(role)


@own_connection
def test_request_changes_the_limits_only_where_the_role_changes(rf, monkeypatch):
    ask(rf, "/a/code/")
    with monkeypatch.context() as patch:
        patch.setattr(database_limits, "_apply", lambda *_: pytest.fail("asked the database again"))
        ask(rf, "/a/another/")


def test_health_check_touches_no_connection(rf, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(database_limits, "use", lambda *_: pytest.fail("used the connection"))
        middleware.limit_database_waits(lambda request: HttpResponse())(rf.get("/healthz"))


@own_connection
@postgres_only
def test_connection_that_died_meanwhile_is_replaced(rf, other):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close_if_unusable_or_obsolete()  # as at the start of a request
    assert ask(rf, "/a/code/") == limits_of(PARTICIPANT)


LOCK_STUDY = "SELECT id FROM annotation_study WHERE id = %s FOR UPDATE"
LOCK_ASSIGNMENT = "SELECT id FROM annotation_assignment WHERE id = %s FOR UPDATE"


@own_connection
@postgres_only
def test_wait_for_a_locked_row_ends_with_an_error(other):
    study = make_study(questions=1)
    database_limits.use(replace(PARTICIPANT, lock=50))
    lock(other, LOCK_STUDY, [study.pk])
    with pytest.raises(OperationalError, match="lock timeout"):
        study.save()


@own_connection
@postgres_only
def test_statement_without_an_end_ends_with_an_error():
    database_limits.use(replace(PARTICIPANT, statement=50))
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="statement timeout"):
        cursor.execute("SELECT pg_sleep(60)")


@own_connection
@postgres_only
def test_transaction_that_stays_idle_lets_its_row_go(other):
    assignment = arrive(make_study(questions=1))
    database_limits.use(replace(PARTICIPANT, idle_in_transaction=50))
    with pytest.raises(DatabaseError, match="idle-in-transaction") as ended, transaction.atomic():  # noqa: PT012
        ledger.locked(assignment)
        # Returns once the row is free, so once the limit has ended the transaction of this test.
        with other.cursor() as cursor:
            cursor.execute("UPDATE annotation_assignment SET comment = 'free' WHERE id = %s", [assignment.pk])
        assignment.save()
    assert is_database_trouble(ended.value)
    connection.close()
    assert Assignment.objects.get(pk=assignment.pk).comment == "free"


@own_connection
@sqlite_only
def test_answer_while_another_program_writes_is_handed_back(client, monkeypatch):
    monkeypatch.setattr(middleware.database_limits, "PARTICIPANT", replace(PARTICIPANT, busy=50))
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    sent = {"choice": "B", "justification": REASON}
    writer = sqlite3.connect(connection.settings_dict["NAME"])
    writer.execute("BEGIN IMMEDIATE")
    response = client.post(url(assignment, "question", 1), sent)
    writer.rollback()
    writer.close()
    assert (response.status_code, typed_in(response)) == (503, REASON)
    assert client.post(url(assignment, "question", 1), sent).status_code == 302


# --- Places to wait -------------------------------------------------------------------------------------
@pytest.fixture
def one_place(monkeypatch):
    monkeypatch.setattr(locks, "_places", threading.BoundedSemaphore(1))


def test_place_to_wait_is_refused_when_all_are_taken_and_free_again_afterwards(one_place):
    with locks.place_to_wait(), pytest.raises(locks.SiteBusy), locks.place_to_wait():
        pass
    with locks.place_to_wait():
        pass


@own_connection
@postgres_only
def test_locked_row_without_a_place_to_wait_is_busy_at_once(one_place, client, other):
    assignment = walk_to_questions(arrive(make_study(questions=1)))
    lock(other, LOCK_ASSIGNMENT, [assignment.pk])
    with locks.place_to_wait():
        response = client.post(url(assignment, "question", 1), {"choice": "A", "justification": REASON})
    assert (response.status_code, typed_in(response)) == (503, REASON)


@own_connection
@postgres_only
def test_arrival_twice_at_once_waits_and_finds_the_same_place(client, other):
    study = make_study(questions=1)
    lock(other, "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"arrival:{study.pk}:{prolific_id(1)}"])
    let_go = threading.Timer(0.3, other.close)
    let_go.start()
    assert client.get(reverse("entry", args=[study.slug]), {"PROLIFIC_PID": prolific_id(1)}).status_code == 302
    let_go.join()
