"""Runs of this app, and what it does on a schedule. Loaded by the site too: heavy imports are inside the functions."""

from __future__ import annotations

from analysis.services.made_files import forget_old_files, make_file
from jobs.kinds import HEAVY, Kind, Outcome, register
from jobs.models import Chunk, Run
from jobs.schedule import scheduled


class MadeFileKind(Kind):
    """One at a time for each study: a bundle of a large study takes a core and hundreds of megabytes."""

    queue = HEAVY
    attempts = 2
    one_at_a_time = "files"

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        result = make_file(run, chunk)
        return Outcome(done=chunk.size, result=result)

    def describe(self, run: Run) -> str:
        return run.parameters.get("options") or "default options"


@register
class BundleKind(MadeFileKind):
    name = "bundle"
    label = "Bundle"


@register
class FiguresKind(MadeFileKind):
    name = "figures"
    label = "Figures"


@register
class ReportKind(MadeFileKind):
    name = "report"
    label = "Report"


@register
class ReportWithTextsKind(MadeFileKind):
    name = "report-with-texts"
    label = "Report with participants' texts"


@register
class DatasetKind(MadeFileKind):
    name = "dataset"
    label = "Data set"


@scheduled(name="forget-old-files", label="Delete bundles and figures that are older than a week", cron="7 4 * * *")
def forget_files() -> str:
    return f"{forget_old_files()} deleted"
