"""A worker's slot, and its sign of life by the database's clock."""

from __future__ import annotations

import fcntl
import os
import platform
import uuid
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db.models.functions import Now

from jobs.models import Chunk, ChunkState, Worker
from jobs.services.chunks import Ticket, give_back

MOST_SLOTS = 100


class Slot:
    """The lowest free number on this machine, for as long as this process lives: the system frees it on any death."""

    def __init__(self) -> None:
        folder = Path(settings.DATA_DIR) / "workers"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(MOST_SLOTS):
            file = (folder / f"slot-{number}.lock").open("w")
            if is_mine(file):
                self.file, self.name = file, f"{platform.node()}/{number}"
                return
            file.close()
        raise RuntimeError(f"{MOST_SLOTS} workers run on this machine already.")


def is_mine(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def register_worker(name: str, engine_version: str) -> Worker:
    """Take the slot's row. Whoever had it before is gone, so what it was working on waits again at once."""
    new = {"boot": uuid.uuid4(), "pid": os.getpid(), "engine_version": engine_version}
    worker, _ = Worker.objects.update_or_create(name=name, defaults=new)
    Worker.objects.filter(pk=worker.pk).update(started_at=Now(), seen_at=Now())
    left = Chunk.objects.filter(worker=worker, state=ChunkState.RUNNING)
    for row in left.values_list("pk", "attempt"):
        give_back(Ticket(*row))
    return worker


def is_seen(worker: Worker) -> bool:
    """Show that this worker lives; False where another process has taken its slot."""
    return bool(Worker.objects.filter(pk=worker.pk, boot=worker.boot).update(seen_at=Now()))


def sign_off(worker: Worker) -> None:
    """Nobody need wait for this worker's next sign of life."""
    Worker.objects.filter(pk=worker.pk, boot=worker.boot).delete()
