"""A query on a connection of its own, for code that reads inside a transaction and must be seen from outside."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from django.db import close_old_connections

T = TypeVar("T")


@cache
def _thread() -> ThreadPoolExecutor:
    # One for the process, so one connection, whatever number of chunks report.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")


def aside(query: Callable[[], T]) -> T:
    """The query's result; it sees what is committed, and what it writes is committed at once."""

    def call() -> T:
        close_old_connections()
        return query()

    return _thread().submit(call).result()
