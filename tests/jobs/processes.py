"""Worker processes for tests, on a database of the test's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dj_database_url
import psutil
from django.core.management import call_command
from django.db import connections

from jobs.models import Run

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds; only what hangs gets there
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA busy_timeout=20000;",
}


@contextlib.contextmanager
def database_of_its_own(url: str, blocker) -> Iterator[None]:
    """Point Django in this process at another database, with all its tables."""
    before, database = connections.settings, dj_database_url.parse(url)
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = SQLITE_OPTIONS
    with blocker.unblock():
        use({"default": database})
        os.environ["JOBS_TEST_DATABASE"] = url
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connections.close_all()
            use(before)


def use(databases: dict) -> None:
    connections.settings = connections.configure_settings(databases)
    with contextlib.suppress(AttributeError):
        del connections["default"]


class Nursery:
    """Starts workers quickly; all are killed with it."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "workers.log"
        self.pids: list[int] = []
        environment = {
            **os.environ,
            "ENV_FILE": "",
            "SECRET_KEY": "only-for-tests-and-as-long-as-the-site-wants-it",
            "HTTPS": "false",
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "DATABASE_URL": os.environ["JOBS_TEST_DATABASE"],
            "DATA_DIR": str(folder),
        }
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "tests.jobs.worker"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)

    def start(self, version: str = "1") -> int:
        """The process id of a new worker."""
        self.process.stdin.write(f"{version}\n")
        self.process.stdin.flush()
        self.pids.append(int(self.process.stdout.readline()))
        return self.pids[-1]

    def kill(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)

    def close(self) -> None:
        for pid in self.pids:
            self.kill(pid)
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def wait_for_end(pid: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while psutil.pid_exists(pid):
        assert time.monotonic() < give_up, f"process {pid} does not end"
        time.sleep(0.02)


@contextlib.contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    made = Nursery(folder)
    try:
        yield made
    except AssertionError as error:
        error.add_note(made.log.read_text()[-4000:])
        raise
    finally:
        made.close()


def until(is_so: Callable[[], bool], *runs: Run) -> None:
    """Wait until it is so, reading the runs again."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        for run in runs:
            run.refresh_from_db()
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(f"It did not come to that: {[(run.state, run.done, run.total, run.reason) for run in runs]}")
