"""The site with minutes to wait for a lock, so that a test can see who waits meanwhile and who does not."""

from dataclasses import replace

from config import database_limits

database_limits.PARTICIPANT = replace(database_limits.PARTICIPANT, lock=120_000, statement=120_000, busy=120_000)

from config.wsgi import application  # noqa: E402 - the limits first

__all__ = ["application"]
