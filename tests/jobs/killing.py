"""Two workers that are killed at random while they work on one run, and what must be true afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from django.db import OperationalError, connection

from jobs.models import Run, RunState
from jobs.services.runs import start_run
from tests.jobs.ledger import written
from tests.jobs.processes import PATIENCE, Nursery, nursery, until

CHUNKS, SIZE = 60, 10
ITEMS = CHUNKS * SIZE
PARAMETERS = {"chunks": CHUNKS, "size": SIZE, "pause": 0.01}


class TwoWorkers:
    """Two places for workers of one nursery."""

    def __init__(self, nursery: Nursery) -> None:
        self.nursery, self.version = nursery, "1"
        self.pids = [nursery.start(), nursery.start()]

    def replace(self, place: int) -> None:
        self.nursery.kill(self.pids[place])
        self.pids[place] = self.nursery.start(self.version)

    def upgrade(self) -> None:
        self.version = "2"
        for place in range(2):
            self.replace(place)


def killed_at_random(
    folder: Path, *, kills: int, halfway: Callable[[TwoWorkers], None] = lambda workers: None, seed: int = 1
) -> Run:
    """Kill one of two workers ``kills`` times, by progress and not by the clock; all but the last are started again.

    Fails where an item was lost or written twice.
    """
    rng, run = random.Random(seed), start_run("test-ledger", parameters=PARAMETERS)
    with nursery(folder) as workers_of_the_test:
        workers = TwoWorkers(workers_of_the_test)
        for number in range(1, kills):
            wait_for_items(run, number * ITEMS // (kills + 2))
            if number == kills // 2:
                halfway(workers)
            workers.replace(rng.randrange(2))
        wait_for_items(run, kills * ITEMS // (kills + 2))
        workers.nursery.kill(workers.pids[rng.randrange(2)])
        last, written_before = time.monotonic(), len(written(run))
        until(lambda: run.has_ended, run)
        seconds = time.monotonic() - last
    everything = [(chunk, item) for chunk in range(CHUNKS) for item in range(SIZE)]
    assert (run.state, run.reason) == (RunState.DONE, "")
    assert written(run) == everything, "lost or doubled"
    assert run.result == {"items": ITEMS}
    assert written_before < ITEMS, "the last kill came when all was done"
    print(f"{kills} kills; the survivor wrote the last {ITEMS - written_before} items and ended after {seconds:.1f} s")
    return run


def wait_for_items(run: Run, number: int) -> None:
    """Until so many are written. A database that restarts meanwhile is waited for."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            if len(written(run)) >= number:
                return
        except OperationalError:
            connection.close()
        time.sleep(0.02)
    raise AssertionError(f"{number} items were not written in time; there are {len(written(run))}.")
