"""The locks of arrival; no-ops on SQLite, where BEGIN IMMEDIATE already lets one writer in at a time."""

from django.db import OperationalError, connection

LOCK_TIMEOUT = "3s"
# lock_not_available, deadlock_detected, serialization_failure
RETRYABLE = {"55P03", "40P01", "40001"}


class SiteBusy(Exception):
    """A lock could not be had in time; the same request may be sent again and will be right."""


def lock_arrival(study_id: int, prolific_id: str) -> None:
    """Let the arrivals of one person at one study pass one after another. Call inside a transaction."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"arrival:{study_id}:{prolific_id}"])


def is_lock_trouble(error: OperationalError) -> bool:
    """True when waiting for another transaction failed, not the database itself."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate in RETRYABLE or "database is locked" in str(error)
