"""Studies and annotators out of sight, or gone: archived by whoever works with them, deleted with a record of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotation.models import (
    HUMAN_KINDS,
    KINDS_WITHOUT_A_SEAT,
    Annotation,
    AnnotationRevision,
    AnnotatorRun,
    Assignment,
    Rater,
    Seat,
    StagedImport,
    Study,
    StudyEvent,
    StudyState,
)
from annotation.services.bulk import delete_run, lock_annotation_imports
from annotation.services.erasure import forget_made_files
from audit.models import AuditEntry
from files.models import Upload
from jobs.models import Run


class RemovalRefused(Exception):
    """Nothing was archived or deleted; the text says why and what to do."""


# --- Studies ---------------------------------------------------------------------------------------
@transaction.atomic
def archive_study(*, study: Study, by=None) -> None:
    """Take a study out of the lists. Raises ``RemovalRefused`` while it takes or may take people."""
    study = locked(study)
    if study.state not in (StudyState.DRAFT, StudyState.CLOSED):
        raise RemovalRefused("Close the study first: while it is open or paused, people may be on their way to it.")
    if study.archived_at is None:
        study.archived_at = timezone.now()
        study.save(update_fields=["archived_at"])
        StudyEvent.objects.create(study=study, by=by, what="archived")


@transaction.atomic
def unarchive_study(*, study: Study, by=None) -> None:
    study = locked(study)
    if study.archived_at is not None:
        study.archived_at = None
        study.save(update_fields=["archived_at"])
        StudyEvent.objects.create(study=study, by=by, what="taken out of the archive")


def answers_of_people(study: Study):
    return Annotation.objects.filter(rater__study=study, rater__kind__in=HUMAN_KINDS, rater__is_rehearsal=False)


def why_not_deletable(study: Study, by) -> str:
    """Why this person cannot delete the study now; empty when they can."""
    if study.state not in (StudyState.DRAFT, StudyState.CLOSED):
        return "Close the study first: while it is open or paused, people may be on their way to it."
    real = Assignment.objects.filter(study=study, rater__is_rehearsal=False).of_participants()
    if real.live().exists():
        return "Somebody is still answering. Wait until they have finished, or release their seats."
    if study.runs.unfinished().exists():
        return "A run of this study has not ended. Wait for it, or cancel it, under Runs."
    if by is not None and not by.is_staff and answers_of_people(study).exists():
        return "This study has answers of real people, so only an admin can delete it. You can archive it."
    return ""


@transaction.atomic
def delete_study(*, study: Study, by=None) -> AuditEntry:
    """Delete a study with everything in it, and write down that it was there. Raises ``RemovalRefused``."""
    study = locked(study)
    # Arrivals lock their seat first, so nobody sits down while this looks.
    list(Seat.objects.select_for_update().filter(study=study).values_list("pk", flat=True))
    if refusal := why_not_deletable(study, by):
        raise RemovalRefused(refusal)
    entry = AuditEntry.objects.create(by=by, what="study deleted", subject=study.name, detail=counts_of(study))
    Upload.objects.filter(name=study.slug).delete()
    StagedImport.objects.filter(study=study).delete()
    # Without loading them: a study may have millions.
    answers = Annotation.objects.filter(rater__study=study)
    AnnotationRevision.objects.filter(annotation__in=answers)._raw_delete(using=answers.db)
    answers._raw_delete(using=answers.db)
    # Seats are protected while somebody's assignment refers to them.
    study.raters.all().delete()
    forget_made_files(Study(pk=study.pk, slug=study.slug))
    study.delete()
    return entry


def counts_of(study: Study) -> dict:
    people = answers_of_people(study)
    return {
        "slug": study.slug,
        "state": study.state,
        "personas": study.personas.count(),
        "questions": study.questions.count(),
        "raters": study.raters.count(),
        "answers": Annotation.objects.filter(rater__study=study).count(),
        "answers of people": people.count(),
    }


# --- Annotators ------------------------------------------------------------------------------------
@transaction.atomic
def archive_annotator(*, rater: Rater, by=None) -> None:
    """Leave an annotator out of results and bundles; its answers stay in the exports."""
    change_archive(rater, timezone.now(), by, "annotator archived")


@transaction.atomic
def unarchive_annotator(*, rater: Rater, by=None) -> None:
    change_archive(rater, None, by, "annotator taken out of the archive")


def change_archive(rater: Rater, archived_at, by, what: str) -> None:
    rater = Rater.objects.select_for_update().get(pk=rater.pk, kind__in=KINDS_WITHOUT_A_SEAT)
    if (rater.archived_at is None) == (archived_at is None):
        return
    rater.archived_at = archived_at
    rater.save(update_fields=["archived_at"])
    StudyEvent.objects.create(study=rater.study, by=by, what=what, detail={"annotator": rater.name})


@transaction.atomic
def delete_annotator_run(*, rater: Rater, run: int, by=None) -> int:
    """Delete one run's answers, and the annotator with its last run; returns how many. Raises ``RemovalRefused``."""
    study = rater.study
    if rater.kind in HUMAN_KINDS and by is not None and not by.is_staff:
        raise RemovalRefused("These are answers of a real person, so only an admin can delete them.")
    if Run.objects.unfinished().filter(study=study).exists():
        raise RemovalRefused("A run of this study has not ended. Wait for it, or cancel it, under Runs.")
    lock_annotation_imports(study)
    deleted = delete_run(rater.pk, run)
    AnnotatorRun.objects.filter(rater=rater, run=run).delete()
    detail = {"annotator": rater.name, "run": run, "answers": deleted}
    if not rater.annotations.exists():
        rater.delete()
    # The same file may be imported again: its answers are no longer here.
    StudyEvent.objects.create(study=study, by=by, what="annotator run deleted", detail=detail)
    return deleted


def locked(study: Study) -> Study:
    return Study.objects.select_for_update().get(pk=study.pk)
