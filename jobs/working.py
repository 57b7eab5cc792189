"""One worker process: a sign of life every other second, a round of planning each second, until it is told to stop."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import Error, close_old_connections, connections

from jobs.engine import VERSION, DbosEngine, chunk_ended
from jobs.models.chunk import stop_working
from jobs.services.planner import plan_next
from jobs.services.workers import Slot, is_seen, register_worker, sign_off

BETWEEN_SIGNS = 2.0
BETWEEN_ROUNDS = 1.0
SHORTEST_ROUND = 0.2
BETWEEN_CLEANINGS = 300.0
log = logging.getLogger(__name__)


class WorkerProcess:
    """``is_wanted`` is asked every round; the process stops where it says no."""

    def __init__(self, is_wanted: Callable[[], bool] = lambda: True) -> None:
        self.is_wanted, self.over = is_wanted, threading.Event()
        self.slot = Slot()
        self.worker = register_worker(self.slot.name, VERSION)
        self.engine = DbosEngine(self.worker)
        self.cleaned = time.monotonic()

    def work(self) -> None:
        self.engine.launch()
        log.info("Worker %s is ready.", self.worker)
        threading.Thread(target=self.repeat, args=(self.show_life, self.wait_to_sign), daemon=True).start()
        self.repeat(self.plan, self.wait_to_plan)
        self.end()

    def wait_to_sign(self) -> None:
        self.over.wait(BETWEEN_SIGNS)

    def wait_to_plan(self) -> None:
        """Until the next round is due, or a chunk has ended; rounds keep a distance all the same."""
        self.over.wait(SHORTEST_ROUND)
        chunk_ended.wait(BETWEEN_ROUNDS - SHORTEST_ROUND)
        chunk_ended.clear()

    def stop(self, *_: object) -> None:
        """Safe in a signal handler."""
        self.over.set()

    def repeat(self, action: Callable[[], None], wait: Callable[[], None]) -> None:
        """Call it again and again; a database that is away for a while does not end the worker."""
        while not self.over.is_set():
            try:
                action()
            except Error as error:
                log.warning("The database does not answer: %s", str(error).partition("\n")[0])
                connections.close_all()
            except Exception:
                log.exception("A round of the worker failed.")
            close_old_connections()
            wait()
        connections.close_all()

    def show_life(self) -> None:
        if not is_seen(self.worker):
            log.error("Another process has taken the place of worker %s; this one stops.", self.worker)
            self.over.set()

    def plan(self) -> None:
        if not self.is_wanted():
            self.over.set()
            return
        plan_next(self.engine)
        if time.monotonic() - self.cleaned > BETWEEN_CLEANINGS:
            self.cleaned = time.monotonic()
            self.engine.delete_old()

    def end(self) -> None:
        """Chunks go back to the queue at their next report; what does not report is taken over by the others."""
        stop_working()
        self.engine.stop()
        with suppress(Error):  # a database that is gone gives the chunks to the others by itself
            sign_off(self.worker)
        connections.close_all()
        # A chunk that never reports must not keep the process.
        logging.shutdown()
        os._exit(0)
