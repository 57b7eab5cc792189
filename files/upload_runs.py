"""Large files are checked and imported by a worker: the page answers at once, shows progress, then the result."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from files.importers import Importer
from files.models import Upload
from files.reading import FileProblem, UnreadableFile
from files.services import forget_upload
from jobs.kinds import Kind, Outcome, Queue, Refused
from jobs.models import Chunk, Run, RunState
from jobs.services.runs import start_run

# Smaller files are checked within the request, in about a second.
IN_REQUEST = 5_000_000
# Beside bundles and rehearsals, which may take minutes; one at a time in each worker, for the memory of a large file.
IMPORTS = Queue("imports", per_worker=1)
PROBLEMS_IN_REASON = 5
GONE = "The file is no longer available: it was imported, or it is more than a day old. Upload it again."


def is_large(upload: Upload) -> bool:
    return upload.size > IN_REQUEST


# --- For pages and the API -------------------------------------------------------------------------
def check_run(importer: Importer, upload: Upload, *, study=None, by=None) -> Run:
    """The check that is under way or has failed; a new one where there is none, or the study has changed since."""
    last = Run.objects.filter(kind=f"{importer.name}-check", key=key_of(upload.pk)).order_by("-pk").first()
    if last is not None and last.state in (RunState.FAILED, RunState.CANCELLED):
        return last
    return start(f"{importer.name}-check", upload, study, by)


def import_run(importer: Importer, upload: Upload, *, study=None, by=None) -> Run:
    """Import an upload in a worker; the run that is under way, if there is one. The upload stays until it is done."""
    return start(f"{importer.name}-import", upload, study, by)


def start(kind: str, upload: Upload, study, by) -> Run:
    parameters = {"upload": upload.pk, "filename": upload.filename}
    return start_run(kind, study=study, parameters=parameters, key=key_of(upload.pk), by=by)


def unfinished_import(importer: Importer, upload_pk: int, *, study=None) -> Run | None:
    runs = Run.objects.unfinished().filter(kind=f"{importer.name}-import", key=key_of(upload_pk), study=study)
    return runs.first()


def key_of(upload_pk: int) -> str:
    return f"upload {upload_pk}"


def stored_preview(importer: Importer, upload: Upload, study=None) -> dict[str, Any] | None:
    """What a worker found, for the template; None where it has found nothing yet, or the study has changed since."""
    found = upload.preview
    if not found or found["seen"] != importer.state_of(study):
        return None
    return importer.context(upload, study, found["found"]) if "found" in found else shown_problems(found["problems"])


def problems_of(run: Run) -> list[dict[str, Any]]:
    """What is wrong with the file of a run, while its upload is kept."""
    upload = Upload.objects.filter(pk=run.parameters.get("upload")).first()
    found = (upload.preview or {}) if upload else {}
    return found.get("problems", {}).get("problems", [])


# --- In a worker -----------------------------------------------------------------------------------
class UploadKind(Kind):
    """A run about one uploaded file."""

    queue = IMPORTS
    importer: ClassVar[Importer]

    def describe(self, run: Run) -> str:
        return run.parameters["filename"]


class CheckKind(UploadKind):
    """What an import of a large file would do, for the page that asks whether to import it."""

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        upload = upload_of(run)
        seen = self.importer.state_of(run.study)
        try:
            found = self.importer.preview(upload, run.study, chunk.report)
        except UnreadableFile as error:
            keep_problems(upload, error, seen)
            return Outcome(done=chunk.size, result={"problems": error.total})
        keep(upload, {"seen": seen, "found": found})
        return Outcome(done=chunk.size, result={"outcome": "The file has been checked."})


class FileImportKind(UploadKind):
    """A file whose preview was confirmed. All or nothing; done twice, the second finds everything there."""

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome:
        upload = upload_of(run)
        steps = {"progress": chunk.report, "writing": chunk.writing}
        try:
            done = self.importer.store(upload, run.study, by=run.started_by, **steps)
        except UnreadableFile as error:
            keep_problems(upload, error, self.importer.state_of(run.study))
            raise Refused(reason_of(error)) from error
        except self.importer.refusals as error:
            raise Refused(str(error)) from error
        forget_upload(upload)
        return Outcome(done=chunk.size, result={"outcome": done.words})


def upload_of(run: Run) -> Upload:
    upload = Upload.objects.filter(pk=run.parameters["upload"]).exclude(sha256="").first()
    if upload is None:
        raise Refused(GONE)
    return upload


def keep_problems(upload: Upload, error: UnreadableFile, seen: Any) -> None:
    """Let the upload's page list what is wrong with the file."""
    keep(upload, {"seen": seen, "problems": problems_as_json(error)})


def keep(upload: Upload, found: dict[str, Any]) -> None:
    Upload.objects.filter(pk=upload.pk).update(preview=found)


def reason_of(error: UnreadableFile) -> str:
    """The first problems, for the run's page; the upload's own page lists more."""
    first = "\n".join(map(str, error.problems[:PROBLEMS_IN_REASON]))
    return f"{error.total:,} problem{'' if error.total == 1 else 's'} in the file; nothing was imported.\n{first}"


def problems_as_json(error: UnreadableFile) -> dict[str, Any]:
    """The problems that are listed, how many there are, and whether reading stopped before the end."""
    return {
        "problems": [asdict(problem) for problem in error.problems],
        "problem_count": error.total,
        "left_out": error.left_out,
        "stopped": error.stopped,
    }


def shown_problems(stored: dict[str, Any]) -> dict[str, Any]:
    """The same for researcher/_problem_list.html."""
    return {**stored, "problems": [FileProblem(**problem) for problem in stored["problems"]]}
