"""What every test gets: no network but this machine's own."""

import socket
import sys
import time

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from config import database_limits
from tests import migrated

# Time is no reason to fail: a busy machine is slow, not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
LOOPBACK = ("127.", "::1", "localhost")


def pytest_addoption(parser):
    parser.addoption("--only-database", action="store_true", help="leave out the tests that use no database")


def pytest_collection_modifyitems(config, items):
    if config.getoption("only_database"):
        kept = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
        items[:] = kept


def uses_database(item: pytest.Item) -> bool:
    is_django_case = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    return is_django_case or bool(
        item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(item.fixturenames)
    )


class NetworkForbidden(RuntimeError):
    """A test tried to reach another machine."""


def is_this_machine(host: object) -> bool:
    return host in (None, "", b"") or str(host).startswith(LOOPBACK)


@pytest.fixture(scope="session", autouse=True)
def only_this_machine_answers():
    """Refuse every connection and name look-up that would leave the machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse_strangers(address):
        if isinstance(address, tuple) and not is_this_machine(address[0]):
            raise NetworkForbidden(f"A test may talk to this machine only, not to {address[0]!r}.")

    def guarded_connect(self, address):
        refuse_strangers(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        refuse_strangers(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        refuse_strangers((host,))
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def find_unused_tcp_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def unused_tcp_port():
    return find_unused_tcp_port()


@pytest.fixture(autouse=True)
def forget_rendered_personas():
    """A process keeps personas' cards by their number in the database, and each test's numbers start anew."""
    pages = sys.modules.get("annotation.views.participant_pages")
    if pages is not None:
        pages._card.cache_clear()


@pytest.fixture(autouse=True)
def limits_of_work_again():
    """A request gives the process's connection the limits of its role; the next test starts as a command does."""
    yield
    database_limits.use(database_limits.WORK)


OTHER_SESSIONS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """True where a migrated database could be copied; it lies in a folder that ends with the process."""
    return connection.vendor == "sqlite" and migrated.copy_to(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker):
    """Drop the test database only once the sessions of other threads have ended: PostgreSQL refuses it before."""
    if connection.vendor == "sqlite" and not django_db_keepdb:
        migrated.keep(connection.settings_dict["NAME"])
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            end_other_sessions()


def end_other_sessions(patience: float = 5) -> None:
    give_up = time.monotonic() + patience
    with connection.cursor() as cursor:
        while time.monotonic() < give_up:
            cursor.execute(f"SELECT count(*) {OTHER_SESSIONS}")
            if not cursor.fetchone()[0]:
                return
            time.sleep(0.1)
        cursor.execute(f"SELECT pg_terminate_backend(pid) {OTHER_SESSIONS}")
