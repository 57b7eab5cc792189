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


def start_worker(folder: Path, *arguments: str) -> subprocess.Popen:
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "SECRET_KEY": "only-for-tests",
        "HTTPS": "false",
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "DATABASE_URL": os.environ["JOBS_TEST_DATABASE"],
        "DATA_DIR": str(folder),
    }
    with (folder / "workers.log").open("ab") as log:
        command = [sys.executable, "-m", "tests.jobs.worker", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


@contextlib.contextmanager
def workers(number: int, folder: Path, *arguments: str) -> Iterator[list[subprocess.Popen]]:
    """So many processes; those in the list at the end are killed."""
    processes = [start_worker(folder, *arguments) for _ in range(number)]
    try:
        yield processes
    except AssertionError as error:
        error.add_note((folder / "workers.log").read_text()[-4000:])
        raise
    finally:
        for process in processes:
            kill(process)


def kill(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()


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
