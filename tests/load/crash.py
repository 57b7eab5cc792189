"""Servers that are killed on purpose, as the kernel or a power cut would."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event, Thread

import psutil

from annotation.rehearsal.server import SiteServer
from annotation.rehearsal.walker import Walker


class CrashableServer(SiteServer):
    """A site whose worker processes can be killed; gunicorn starts new ones."""

    def kill_a_worker(self) -> None:
        workers = psutil.Process(self.pid).children()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(workers).pid, signal.SIGKILL)


@contextlib.contextmanager
def striking(strike: Callable[[], object], *, times: int, is_due: Callable[[int], bool]) -> Iterator[list[float]]:
    """While the block runs, strike ``times`` times, the n-th once ``is_due(n)``; yields the times it happened."""
    over, struck = Event(), []

    def strike_when_due() -> None:
        while len(struck) < times and not over.wait(0.02):
            if is_due(len(struck) + 1):
                strike()
                struck.append(time.monotonic())

    striker = Thread(target=strike_when_due)
    striker.start()
    try:
        yield struck
    finally:
        over.set()
        striker.join()


def every(seconds: float) -> Callable[[int], bool]:
    """Due by the clock."""
    started = time.monotonic()
    return lambda number: time.monotonic() - started >= number * seconds


def spread_over(answers: int, walkers: Sequence[Walker], *, times: int) -> Callable[[int], bool]:
    """Due by how many answers have been acknowledged, so that a quicker site is struck as often as a slow one."""
    return lambda number: sum(len(walker.walk.answered) for walker in walkers) * (times + 1) >= answers * number
