"""Waiting for other transactions: who may, and what a person is told when it takes too long.

SQLite lets one writer in at a time (BEGIN IMMEDIATE), so there nothing is locked here.
How long a statement waits at most is a limit of the connection (config.database_limits).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection

# lock_not_available, deadlock_detected, serialization_failure, query_canceled (a statement that took too long)
RETRYABLE = {"55P03", "40P01", "40001", "57014"}
PATIENCE_SECONDS = 0.1
_places = threading.BoundedSemaphore(settings.LOCK_WAITERS)


class SiteBusy(Exception):
    """A lock could not be had in time; the same request may be sent again and will be right."""


@contextmanager
def place_to_wait() -> Iterator[None]:
    """Hold one of the process's places for waiting, so that a thread is left for requests that need no lock.

    Raises ``SiteBusy`` when all are taken.
    """
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise SiteBusy
    try:
        yield
    finally:
        _places.release()


def lock_arrival(study_id: int, prolific_id: str) -> None:
    """Let the arrivals of one person at one study pass one after another. Call inside a transaction."""
    if connection.vendor != "postgresql":
        return
    key = [f"arrival:{study_id}:{prolific_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", key)
        if not cursor.fetchone()[0]:
            with place_to_wait():
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", key)


def is_lock_trouble(error: OperationalError) -> bool:
    """True when waiting for another transaction failed, not the database itself."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate in RETRYABLE or "database is locked" in str(error)
