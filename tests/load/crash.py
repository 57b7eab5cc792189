"""Servers that are killed on purpose, as the kernel or a power cut would."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from threading import Event, Thread

import psutil

from annotation.rehearsal.server import SiteServer


class CrashableServer(SiteServer):
    """A site whose worker processes can be killed; gunicorn starts new ones."""

    def kill_a_worker(self) -> None:
        workers = psutil.Process(self.pid).children()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(workers).pid, signal.SIGKILL)

    @contextlib.contextmanager
    def losing_workers(self, kills: int, *, every: float) -> Iterator[list[float]]:
        """While the block runs, kill a worker every so often, ``kills`` in all; yields the times it happened."""
        over, times = Event(), []

        def kill_now_and_then() -> None:
            while len(times) < kills and not over.wait(every):
                self.kill_a_worker()
                times.append(time.monotonic())

        killer = Thread(target=kill_now_and_then)
        killer.start()
        try:
            yield times
        finally:
            over.set()
            killer.join()
