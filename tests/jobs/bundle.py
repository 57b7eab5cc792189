"""A bundle made by a real worker, on whichever database the test has."""

from __future__ import annotations

from pathlib import Path

from analysis.options import ReportOptions
from analysis.services.made_files import made_file, start_making
from tests.analysis.made import make_made_study
from tests.factories import make_model
from tests.jobs.processes import nursery, until


def bundle_is_made(folder: Path, settings) -> None:
    settings.FILES_DIR = folder / "files"
    study, options = make_made_study(personas=2, questions=3), ReportOptions()
    make_model(study, "a model")
    run = start_making(study=study, kind="bundle", options=options)
    with nursery(folder) as workers:
        workers.start()
        until(lambda: run.has_ended, run)
        assert made_file(study, "bundle", options).is_ready, run.reason
    # Rows of the data files: reported while the worker read inside its own transaction.
    assert run.total == run.done > 1
