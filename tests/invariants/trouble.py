"""A clock that a test moves, and a database that fails in the middle of a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.db import OperationalError, connection
from django.utils import timezone

WRITES = ("INSERT", "UPDATE", "DELETE")


class Clock:
    """Time passes by a microsecond each time it is asked for, and by more only when a test says so."""

    def __init__(self):
        self.now = timezone.now()

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def pass_minutes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        with mock.patch.object(timezone, "now", self):
            yield


class Crash:
    """The database fails at the n-th statement that writes; ``happened`` says whether it came so far."""

    def __init__(self, at_write: int):
        self.left = at_write
        self.happened = False

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(WRITES):
            self.left -= 1
            if self.left == 0:
                self.happened = True
                raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    @contextmanager
    def pending(self) -> Iterator[Crash]:
        with connection.execute_wrapper(self):
            yield self
