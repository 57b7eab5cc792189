"""Bundles and figures: made by a run, kept for a week, watched and fetched from a page.

A finished run's zip is in a folder named after it; what belongs to which options is in the run's key.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl
from zipfile import ZipFile

from django.conf import settings

from analysis.options import ReportOptions, read_options
from annotation.models import Study
from jobs.kinds import Refused
from jobs.models import ENDED, Chunk, Run, RunState
from jobs.services.runs import start_run

KINDS = ("bundle", "figures", "report", "report-with-texts", "dataset")
KEPT_SECONDS = 7 * 24 * 3600
ARCHIVE = "made.zip"
STATES = {RunState.DONE: "ready", RunState.FAILED: "failed", RunState.CANCELLED: "cancelled"}


@dataclass(frozen=True)
class MadeFile:
    """``state`` is none, working, ready, failed or cancelled."""

    kind: str
    filename: str
    archive: Path
    run: Run | None = None

    @property
    def state(self) -> str:
        return STATES.get(RunState(self.run.state), "working") if self.run else "none"

    @property
    def is_working(self) -> bool:
        return self.state == "working"

    @property
    def is_ready(self) -> bool:
        return self.state == "ready" and self.archive.exists()

    @property
    def doing(self) -> str:
        if self.run.state == RunState.RUNNING:
            return self.run.doing or "starting"
        return "paused" if self.run.state == RunState.PAUSED else "waiting for its turn"

    @property
    def message(self) -> str:
        return self.run.reason

    @property
    def at(self) -> datetime | None:
        return self.run.finished_at

    @property
    def bytes(self) -> int:
        return self.archive.stat().st_size if self.is_ready else 0


# --- The page's side -------------------------------------------------------------------------------
def made_file(study: Study, kind: str, options: ReportOptions) -> MadeFile:
    """How far the newest file of this kind with these options is."""
    run = Run.objects.filter(kind=kind, key=key_of(study, kind, options)).order_by("-pk").first()
    if run is not None and run.state in ENDED and run.state == RunState.DONE and not archive_of(run).exists():
        run = None  # older than a week
    archive = archive_of(run) if run else Path(settings.FILES_DIR) / "none"
    return MadeFile(kind=kind, filename=f"{study.slug}-{kind}.zip", archive=archive, run=run)


def read_report(file: MadeFile) -> bytes:
    """The page in the zip of a report."""
    with ZipFile(file.archive) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".html")))


def start_making(*, study: Study, kind: str, options: ReportOptions, by=None) -> Run:
    """Ask for the file; while one with the same options is being made, a second click starts nothing."""
    key, parameters = key_of(study, kind, options), {"options": options.as_query()}
    return start_run(kind, study=study, parameters=parameters, key=key, by=by)


def key_of(study: Study, kind: str, options: ReportOptions) -> str:
    what = json.dumps([study.pk, kind, options.as_query()])
    return hashlib.sha256(what.encode()).hexdigest()


def folder_of(run: Run) -> Path:
    return Path(settings.FILES_DIR) / f"run-{run.pk}"


def archive_of(run: Run) -> Path:
    return folder_of(run) / ARCHIVE


# --- The worker's side -----------------------------------------------------------------------------
def make_file(run: Run, chunk: Chunk) -> dict[str, int]:
    """Write the parts, then the zip, which appears whole or not at all."""
    from analysis.bundle.headline import RuleNotCounted
    from analysis.services.zipping import zip_folder

    options = read_options(dict(parse_qsl(run.parameters["options"])))
    folder, erasures = folder_of(run), erasures_in(run.study)
    remove_parts(folder)
    parts = folder / f"parts-{chunk.attempt}"
    parts.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        writer_of(run.kind)(run.study, parts, options=options, progress=chunk.report)
        zip_folder(parts, folder / ARCHIVE, f"{run.study.slug}-{run.kind}")
        if erasures_in(run.study) != erasures:
            (folder / ARCHIVE).unlink(missing_ok=True)
            raise Refused("A person's data were erased while this was being made. Make it again.")
    except RuleNotCounted as error:
        raise Refused(str(error)) from error
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return {"bytes": archive_of(run).stat().st_size}


def erasures_in(study: Study) -> int:
    return study.raters.filter(erased_at__isnull=False).count()


def forget_files_of(study: Study) -> None:
    """Remove everything made from the study: somebody whose words are in it was erased.

    What is being made now is thrown away by its worker.
    """
    for run in Run.objects.filter(study=study, kind__in=KINDS):
        archive_of(run).unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """What attempts left that were killed."""
    for parts in folder.glob("parts-*"):
        shutil.rmtree(parts, ignore_errors=True)


def writer_of(kind: str) -> Callable:
    # Here, because they load numpy, and the one matplotlib.
    from analysis.bundle.writing import write_bundle
    from analysis.paper.writing import write_figures
    from analysis.services.dataset import write_dataset
    from analysis.services.html_report import report_of, write_report

    return {
        "bundle": partial(write_bundle, report=report_of),
        "figures": write_figures,
        "dataset": write_dataset,
        "report": write_report,
        "report-with-texts": partial(write_report, with_texts=True),
    }[kind]


def forget_old_files() -> int:
    """Remove what was made more than a week ago; returns how many files that were."""
    root, removed = Path(settings.FILES_DIR), 0
    for folder in root.iterdir() if root.exists() else []:
        with suppress(FileNotFoundError):
            if folder.is_dir() and folder.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed
