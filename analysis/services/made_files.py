"""Files that take a while: made by a process of their own, kept for a week, watched and fetched from a page.

Nothing is in the database: a folder for each (study, kind, options) holds a status, a lock that lives as long as its
process, and at last the zip. docs/decisions tells why.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings

from analysis.bundle.headline import RuleNotCounted
from analysis.bundle.writing import write_bundle
from analysis.options import ReportOptions
from analysis.services.zipping import zip_folder
from annotation.models import Study

KINDS = ("bundle", "figures")
KEPT_SECONDS = 7 * 24 * 3600
STARTING_SECONDS = 30
"""So long a process may take to load before it is taken for dead."""
BETWEEN_REPORTS = 0.5
PATIENCE = 1.0
"""A page that looks whether somebody is at work holds the lock for a moment."""
UNEXPECTED = "Something went wrong that should not; it is in the site's log. Nothing of the study was changed."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MadeFile:
    """``state`` is none, working, ready, failed or stopped (its process is gone without a word)."""

    kind: str
    filename: str
    archive: Path
    state: str
    doing: str = ""
    done: int = 0
    of: int = 0
    message: str = ""
    at: datetime | None = None

    @property
    def is_working(self) -> bool:
        return self.state == "working"

    @property
    def is_ready(self) -> bool:
        return self.state == "ready" and self.archive.exists()

    @property
    def bytes(self) -> int:
        return self.archive.stat().st_size if self.is_ready else 0

    @property
    def percent(self) -> int:
        return 100 * self.done // self.of if self.of else 0


# --- The page's side -------------------------------------------------------------------------------
def made_file(study: Study, kind: str, options: ReportOptions) -> MadeFile:
    """How far the file is, from whichever process one looks."""
    folder = folder_of(study, kind, options)
    status, names = read_status(folder), {"kind": kind, "filename": f"{study.slug}-{kind}.zip"}
    if not status:
        return MadeFile(**names, archive=folder / "made.zip", state="none")
    at = datetime.fromtimestamp(status.pop("at"), UTC)
    if status["state"] == "working" and not is_alive(folder):
        status["state"] = "stopped"
    return MadeFile(**names, archive=folder / "made.zip", at=at, **status)


def start_making(*, study: Study, kind: str, options: ReportOptions) -> None:
    """Start a process unless one is at work on the same file; a second click starts nothing."""
    if made_file(study, kind, options).is_working:
        return
    forget_old()
    folder = folder_of(study, kind, options)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_status(folder, state="working", doing="starting")
    if settings.FILES_IN_BACKGROUND:
        start_process(study, kind, options)
    else:
        make_file(study, kind, options)


def start_process(study: Study, kind: str, options: ReportOptions) -> None:
    # Its own session: a worker of the site that is restarted does not take it along.
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "make_file", study.slug, kind]
    process = subprocess.Popen(  # noqa: S603 - our own command; the address's words are one argument of it, no shell
        [*command, f"--options={options.as_query()}"], stdin=subprocess.DEVNULL, start_new_session=True
    )
    threading.Thread(target=process.wait, daemon=True).start()


def folder_of(study: Study, kind: str, options: ReportOptions) -> Path:
    what = json.dumps([study.pk, study.slug, study.created_at.isoformat(), kind, options.as_query()])
    return Path(settings.FILES_DIR) / hashlib.sha256(what.encode()).hexdigest()[:32]


def forget_old() -> None:
    """Remove what nobody made anew for a week."""
    root = Path(settings.FILES_DIR)
    for folder in root.iterdir() if root.exists() else []:
        last = read_status(folder).get("at") or folder.stat().st_mtime
        if last < time.time() - KEPT_SECONDS and not is_alive(folder):
            shutil.rmtree(folder, ignore_errors=True)


# --- The process's side ----------------------------------------------------------------------------
def make_file(study: Study, kind: str, options: ReportOptions) -> None:
    """Make it here and now; without effect where another process is at it."""
    folder = folder_of(study, kind, options)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(folder, patience=PATIENCE) as is_mine:
        if is_mine:
            made_or_told(study, kind, options, folder)


def made_or_told(study: Study, kind: str, options: ReportOptions, folder: Path) -> None:
    """The zip, or a status that says why there is none."""
    parts = folder / "parts"
    try:
        shutil.rmtree(parts, ignore_errors=True)
        writer_of(kind)(study, parts, options=options, progress=Reporter(folder))
        zip_folder(parts, folder / "made.zip", f"{study.slug}-{kind}")
    except RuleNotCounted as error:
        write_status(folder, state="failed", message=str(error))
    except Exception:
        log.exception("A %s of study %s could not be made.", kind, study.slug)
        write_status(folder, state="failed", message=UNEXPECTED)
    else:
        write_status(folder, state="ready")
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def writer_of(kind: str) -> Callable:
    if kind == "bundle":
        return write_bundle
    # Here, because it loads matplotlib.
    from analysis.paper.writing import write_figures

    return write_figures


class Reporter:
    """Writes the progress down, twice a second at most."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.last, self.doing = folder, 0.0, ""

    def __call__(self, doing: str, done: int, of: int) -> None:
        now = time.monotonic()
        if doing != self.doing or now - self.last >= BETWEEN_REPORTS:
            self.last, self.doing = now, doing
            write_status(self.folder, state="working", doing=doing, done=done, of=of)


# --- The folder ------------------------------------------------------------------------------------
def read_status(folder: Path) -> dict:
    with suppress(FileNotFoundError, ValueError):
        return json.loads((folder / "status.json").read_text(encoding="utf-8"))
    return {}


def write_status(folder: Path, **status: object) -> None:
    """In one step: who reads meanwhile reads the old one."""
    new = folder / f"status.{os.getpid()}.new"
    new.write_text(json.dumps({"at": time.time(), **status}), encoding="utf-8")
    new.replace(folder / "status.json")


@contextmanager
def held(folder: Path, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold the folder's lock; False where somebody does. The system frees it however the process ends."""
    until = time.monotonic() + patience
    with (folder / "lock").open("w") as file:
        is_mine = locked(file)
        while not is_mine and time.monotonic() < until:
            time.sleep(0.05)
            is_mine = locked(file)
        yield is_mine


def locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(folder: Path) -> bool:
    """Whether a process is at work there, or was started just now."""
    status = read_status(folder)
    if status.get("doing") == "starting" and time.time() - status["at"] < STARTING_SECONDS:
        return True
    if not (folder / "lock").exists():
        return False
    with held(folder) as is_free:
        return not is_free
