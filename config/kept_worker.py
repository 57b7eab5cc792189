"""Processes that belong together: the worker that the server keeps, and a server that ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"
BETWEEN_STARTS = 1.0  # seconds, so that a worker that cannot start does not take a core

BETWEEN_LOOKS = 1.0


# Starting a process waits until nobody has the writing end of a pipe. A process that the server forks meanwhile would
# have it for ever, and the thread would never see its worker end. So the two take turns.
_one_start_at_a_time = threading.Lock()


def keep_worker() -> None:
    """Watch from a thread of the server's master process; the worker itself watches whether its parent lives."""
    os.register_at_fork(
        before=_one_start_at_a_time.acquire,
        after_in_parent=_one_start_at_a_time.release,
        after_in_child=_one_start_at_a_time.release,
    )
    threading.Thread(target=start_again_and_again, name="kept worker", daemon=True).start()


def start_again_and_again() -> None:
    # By its number: a worker that asked for its parent only after a slow start could find another one.
    command = [sys.executable, str(MANAGE), "work", f"--with-parent={os.getpid()}"]
    while True:
        with _one_start_at_a_time:
            worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
        # The server may reap it first; then wait() returns at once with no exit code, which nobody needs.
        worker.wait()
        time.sleep(BETWEEN_STARTS)


def stop_with_parent(parent: int) -> None:
    """End this server once its parent is gone, even by kill -9: a rehearsal's server must not stay behind."""
    threading.Thread(target=end_when_orphaned, args=(parent,), name="parent watch", daemon=True).start()


def end_when_orphaned(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
