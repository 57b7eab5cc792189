"""Large files of annotations are checked by a worker: the page answers at once, shows progress, then the result."""

from __future__ import annotations

from typing import Any

from annotation.models import Study
from annotation.services.annotation_import import preview_annotations
from annotation.services.bulk import last_event_id
from annotation.services.plan_json import plan_as_json, plan_from_json, problems_as_json, problems_from_json
from files.models import Upload
from files.reading import UnreadableFile
from jobs.kinds import Refused
from jobs.models import Chunk, Run, RunState
from jobs.services.runs import start_run

CHECK, IMPORT = "annotation-check", "annotation-import"  # kinds of run
# Smaller files are checked within the request, in about a second.
IN_REQUEST = 5_000_000
PROBLEMS_IN_REASON = 5


def is_large(upload: Upload) -> bool:
    return upload.size > IN_REQUEST


def check_run(*, study: Study, upload: Upload, by=None) -> Run:
    """The check that is under way or has failed; a new one where there is none, or the study has changed since."""
    key = f"upload {upload.pk}"
    last = Run.objects.filter(kind=CHECK, key=key).order_by("-pk").first()
    if last is not None and last.state in (RunState.FAILED, RunState.CANCELLED):
        return last
    parameters = {"upload": upload.pk, "filename": upload.filename}
    return start_run(CHECK, study=study, parameters=parameters, key=key, by=by)


def import_run(*, study: Study, upload: Upload, by=None) -> Run:
    """Import an upload in a worker; the run that is under way, if there is one. The upload stays until it is done."""
    parameters = {"upload": upload.pk, "filename": upload.filename}
    return start_run(IMPORT, study=study, parameters=parameters, key=f"upload {upload.pk}", by=by)


def problems_of(run: Run) -> list[dict[str, Any]]:
    """What is wrong with the file of a run, while its upload is kept."""
    upload = Upload.objects.filter(pk=run.parameters.get("upload"), name=run.study.slug).first()
    found = (upload.preview or {}) if upload else {}
    return found.get("problems", {}).get("problems", [])


def stored_preview(study: Study, upload: Upload) -> dict[str, Any] | None:
    """What the check found, unless the study has changed since."""
    found = upload.preview
    if not found or found["seen"] != last_event_id(study):
        return None
    return {"plan": plan_from_json(found["plan"])} if "plan" in found else problems_from_json(found["problems"])


def check(run: Run, chunk: Chunk) -> dict[str, Any]:
    """In a worker: read the file against the study and keep what an import would do."""
    upload, study = upload_of(run), run.study
    seen = last_event_id(study)
    try:
        plan = preview_annotations(study, upload.open(), upload.filename, progress=chunk.report, **upload.options)
    except UnreadableFile as error:
        keep_problems(study, upload, error)
        return {"problems": error.total}
    keep(upload, {"seen": seen, "plan": plan_as_json(plan)})
    return {"rows": plan.rows, "new": plan.new}


def upload_of(run: Run) -> Upload:
    upload = Upload.objects.filter(pk=run.parameters["upload"]).exclude(sha256="").first()
    if upload is None:
        raise Refused(
            "The file is no longer available: it was imported, or it is more than a day old. Upload it again."
        )
    return upload


def keep_problems(study: Study, upload: Upload, error: UnreadableFile) -> None:
    """Let the upload's page list what is wrong with the file."""
    keep(upload, {"seen": last_event_id(study), "problems": problems_as_json(error)})


def keep(upload: Upload, found: dict[str, Any]) -> None:
    Upload.objects.filter(pk=upload.pk).update(preview=found)


def reason_of(error: UnreadableFile) -> str:
    """The first problems, for the run's page; the upload's own page lists more."""
    first = "\n".join(map(str, error.problems[:PROBLEMS_IN_REASON]))
    return f"{error.total:,} problem{'' if error.total == 1 else 's'} in the file; nothing was imported.\n{first}"
