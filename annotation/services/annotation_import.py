"""Annotations of models, and of people asked elsewhere, come in from a file: all of it or nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import AnnotationImport, Rater, StagedImport, Study, StudyEvent
from annotation.services.annotation_plan import AnnotationPlan, Planner
from annotation.services.annotator_runs import keep_setting
from annotation.services.bulk import (
    IMPORTED,
    REPLACED,
    delete_run,
    last_event_id,
    lock_annotation_imports,
    make_named_raters,
)
from annotation.services.staging import stage_rows, switch
from files.importers import Progress, Writing, no_progress
from files.reading import Data, sha256_of
from files.staging import staging

ATTEMPTS = 6
IN_REPORT = 100  # annotators listed in the record of an import


class StudyChanged(Exception):
    """Someone else changed the study each time the file was read; nothing was stored. Try again."""


@dataclass(frozen=True)
class ImportedAnnotations:
    """What an import did."""

    plan: AnnotationPlan
    created: int
    removed: int = 0
    source: AnnotationImport | None = None

    @property
    def was_already_there(self) -> bool:
        return self.source is None


def preview_annotations(
    study: Study,
    data: Data,
    filename: str,
    *,
    kind: str = "",
    ignore_surplus: bool = False,
    replace: bool = False,
    progress: Progress = no_progress,
) -> AnnotationPlan:
    """Read a file against the study and change nothing. Raises ``UnreadableFile``."""
    planner = Planner(study, kind=kind, ignore_surplus=ignore_surplus, replace=replace)
    return planner.read(data, filename, lambda rows: None, progress)


def import_annotations(
    *,
    study: Study,
    data: Data,
    filename: str,
    by=None,
    kind: str = "",
    ignore_surplus: bool = False,
    replace: bool = False,
    progress: Progress = no_progress,
    writing: Writing = transaction.atomic,
) -> ImportedAnnotations:
    """Store the annotations of a file, all or none; what is there with the same content changes nothing.

    ``kind`` is model or external, for rows that do not say. ``ignore_surplus`` leaves out
    rows on questions that the study does not have. A stored answer with other content is a
    problem, unless ``replace`` puts the file in the place of all answers of the annotators
    and runs it names. Raises ``UnreadableFile`` and ``StudyChanged``.

    Rows are staged in batches while the file is read and switched in by one short transaction,
    opened by ``writing``, so that participants never wait for seconds. When another import ended
    meanwhile, the file is read again.
    """
    digest = sha256_of(data)
    for _ in range(ATTEMPTS):
        with suppress(IntegrityError, _ReadTooEarly), staging(StagedImport, study=study) as staged:
            seen = last_event_id(study)
            planner = Planner(study, kind=kind, ignore_surplus=ignore_surplus, replace=replace)
            plan = planner.read(data, filename, partial(stage_rows, staged), progress)
            if plan.changes_nothing:
                return ImportedAnnotations(plan, created=0)
            progress("switching", plan.new, plan.new)
            with writing():
                return _switch(study, plan, staged, seen, digest, filename, by)
    raise StudyChanged("The study changed while the file was being read. Nothing was stored. Try again.")


class _ReadTooEarly(Exception):
    """The study is no longer as it was when the file was compared with it."""


def _switch(
    study: Study, plan: AnnotationPlan, staged: StagedImport, seen: int, digest: str, filename: str, by
) -> ImportedAnnotations:
    """Make the staged rows the study's, inside the caller's transaction."""
    lock_annotation_imports(study)
    if last_event_id(study) != seen:
        raise _ReadTooEarly
    source = _note_source(study, plan, digest, filename, by)
    names = [(summary.annotator.kind, summary.annotator.name) for summary in plan.annotators]
    made = make_named_raters(study, names)
    rater_ids = [made[name] for name in names]
    removed = _remove_replaced(plan, rater_ids)
    replaced = [bool(summary.removes) for summary in plan.annotators]
    created = switch(staged, rater_ids=rater_ids, replaced=replaced, source_id=source.pk, now=timezone.now())
    if created != plan.new:
        # Somebody removed staged rows, or a database lost them.
        raise _ReadTooEarly
    _keep_metadata(plan, made)
    _keep_settings(plan, rater_ids)
    _note_event(study, plan, source, by)
    return ImportedAnnotations(plan, created, removed, source)


def _remove_replaced(plan: AnnotationPlan, rater_ids: list[int]) -> int:
    return sum(
        delete_run(rater_id, summary.annotator.run)
        for summary, rater_id in zip(plan.annotators, rater_ids, strict=True)
        if summary.removes
    )


def _keep_metadata(plan: AnnotationPlan, made: dict[tuple[str, str], int]) -> None:
    """A run's metadata stands under its number: two runs of a model may differ in seed or temperature."""
    for (kind, name, run), metadata in plan.metadata.items():
        rater = Rater.objects.get(pk=made[kind, name])
        runs = rater.metadata.setdefault("runs", {})
        runs[str(run)] = {**runs.get(str(run), {}), **metadata}
        rater.save(update_fields=["metadata"])


def _keep_settings(plan: AnnotationPlan, rater_ids: list[int]) -> None:
    for summary, rater_id in zip(plan.annotators, rater_ids, strict=True):
        if summary.is_described:
            keep_setting(rater_id=rater_id, run=summary.annotator.run, setting=summary.setting)


# --- The record of it ------------------------------------------------------------------------------
def _note_source(study: Study, plan: AnnotationPlan, digest: str, filename: str, by) -> AnnotationImport:
    """The same bytes can come again, once their answers were replaced by another file's."""
    source, _ = AnnotationImport.objects.update_or_create(
        study=study,
        content_hash=digest,
        defaults={"filename": filename[-255:], "by": by, "report": report_of(plan)},
    )
    return source


def report_of(plan: AnnotationPlan) -> dict:
    """The counts of an import as they are kept with it and answered by the API."""
    return {
        "rows": plan.rows,
        "created": plan.new,
        "already_there": plan.already_there,
        "removed": plan.removes,
        "unparsable": plan.unparsable,
        "unparsable_words": dict(plan.unparsable_words),
        "missing": plan.missing,
        "surplus": plan.surplus,
        "unused_columns": list(plan.unused_columns),
        "notes": list(plan.notes),
        "annotators": [
            {
                "kind": summary.annotator.kind,
                "name": summary.annotator.name,
                "run": summary.annotator.run,
                "rows": summary.rows,
                "created": summary.new,
                "removed": summary.removes,
                "unparsable": summary.unparsable,
                "missing": summary.missing,
                "first_missing": list(summary.first_missing),
            }
            for summary in plan.annotators[:IN_REPORT]
        ],
    }


def _note_event(study: Study, plan: AnnotationPlan, source: AnnotationImport, by) -> None:
    detail = {
        "file": source.filename,
        "sha256": source.content_hash,
        "created": plan.new,
        "removed": plan.removes,
        "unparsable": plan.unparsable,
        "missing": plan.missing,
        "surplus": plan.surplus,
    }
    what = REPLACED if plan.removes else IMPORTED
    StudyEvent.objects.create(study=study, by=by, what=what, detail=detail)
