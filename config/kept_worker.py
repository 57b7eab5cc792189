"""One worker for long runs, kept by the server: started again when it ends, gone when the server is."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"
BETWEEN_STARTS = 1.0  # seconds, so that a worker that cannot start does not take a core


def keep_worker() -> None:
    """Watch from a thread of the server's master process; the worker itself watches whether its parent lives."""
    threading.Thread(target=start_again_and_again, name="kept worker", daemon=True).start()


def start_again_and_again() -> None:
    command = [sys.executable, str(MANAGE), "work", "--with-parent"]
    while True:
        worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
        # The server may reap it first; then wait() returns at once with no exit code, which nobody needs.
        worker.wait()
        time.sleep(BETWEEN_STARTS)
