"""Wait for a run in a command: a living worker does it, or else this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connections
from django.db.models import Sum

from jobs.models import Chunk, Phase, Run, Worker
from jobs.services.inline import perform

SECONDS_BETWEEN_LOOKS = 0.5
Progress = Callable[[str, int, int], None]


def wait_for(run: Run, progress: Progress | None = None) -> Run:
    """Return the run once it has ended or was paused. ``progress`` is told what is done, and of how much."""
    if progress is None or not settings.RUNS_IN_BACKGROUND:
        return wait_or_work(run)
    over = threading.Event()
    watching = threading.Thread(target=watch, args=(run.pk, run.label, progress, over), daemon=True)
    watching.start()
    try:
        return wait_or_work(run)
    finally:
        over.set()
        watching.join()


def wait_or_work(run: Run) -> Run:
    while True:
        if Worker.objects.alive().exists():
            time.sleep(SECONDS_BETWEEN_LOOKS)
            run.refresh_from_db()
        else:
            perform(run)
        if run.has_ended or run.wanted != "run":
            return run


def watch(pk: int, label: str, progress: Progress, over: threading.Event) -> None:
    """In a thread with a connection of its own, while the run's work is done in the main one."""
    while not over.wait(SECONDS_BETWEEN_LOOKS):
        parts = Chunk.objects.filter(run=pk, phase=Phase.WORK).aggregate(done=Sum("done"), of=Sum("size"))
        if parts["of"]:
            progress(label, parts["done"], parts["of"])
    connections.close_all()
