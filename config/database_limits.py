"""How long a connection may wait and work, by what it is for; nothing waits for ever.

Every connection starts with the limits of ``WORK`` (commands, jobs, a shell). A request gives its
thread's connection the limits of its own role, and only where the request before had another one.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created


@dataclass(frozen=True)
class Limits:
    """In milliseconds."""

    lock: int
    """Waiting for a row that another transaction holds (PostgreSQL)."""
    statement: int
    """One statement, its waiting included (PostgreSQL)."""
    idle_in_transaction: int
    """A transaction that asks nothing more, and may hold rows (PostgreSQL)."""
    busy: int
    """Waiting for the one writer (SQLite)."""

    @property
    def postgres_settings(self) -> dict[str, int]:
        return {
            "lock_timeout": self.lock,
            "statement_timeout": self.statement,
            "idle_in_transaction_session_timeout": self.idle_in_transaction,
        }

    @property
    def postgres_options(self) -> str:
        """For libpq's ``options``, which hold from the first statement of a connection."""
        return " ".join(f"-c {name}={value}" for name, value in self.postgres_settings.items())

    def sql(self, vendor: str) -> str:
        if vendor == "sqlite":
            return f"PRAGMA busy_timeout = {self.busy}"
        return "; ".join(f"SET {name} = {value}" for name, value in self.postgres_settings.items())


# A person waits for the answer; a thread that waits serves nobody else.
PARTICIPANT = Limits(lock=3_000, statement=10_000, idle_in_transaction=15_000, busy=5_000)
# Imports and results of large studies take their time.
RESEARCHER = Limits(lock=5_000, statement=120_000, idle_in_transaction=120_000, busy=20_000)
HEALTH = Limits(lock=1_000, statement=2_000, idle_in_transaction=2_000, busy=1_000)
WORK = Limits(lock=30_000, statement=3_600_000, idle_in_transaction=3_600_000, busy=20_000)

_of_thread = threading.local()


def use(limits: Limits) -> None:
    """From now on this thread's connection, and each that it opens, has these limits."""
    _of_thread.limits = limits
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.connection is not None and _applied(connection) != limits:
        connection.close_if_health_check_failed()
        _apply(connection, limits)


def _applied(connection) -> Limits:
    return getattr(connection, "applied_limits", WORK)


def _apply(connection, limits: Limits) -> None:
    if connection.connection is None:
        return
    # Past Django's cursor: this is no query of the page.
    with connection.wrap_database_errors:
        connection.connection.execute(limits.sql(connection.vendor))
    connection.applied_limits = limits


def _start_with_limits(connection, **_) -> None:
    connection.applied_limits = WORK
    limits = getattr(_of_thread, "limits", WORK)
    if limits != WORK:
        _apply(connection, limits)


connection_created.connect(_start_with_limits)
