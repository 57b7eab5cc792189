"""Imported rows are staged in batches and appear all at once; what breaks off leaves nothing behind."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotation.models import Annotation, StagedAnnotation, StagedAnnotator, StagedImport
from annotation.services import annotation_import, staging
from annotation.services.annotation_import import import_annotations
from annotation.services.bulk import NewAnnotation
from files import staging as files_staging
from files.models import ABANDONED_AFTER
from files.reading import UnreadableFile
from tests import factories

pytestmark = pytest.mark.django_db
QUESTIONS = 25


@pytest.fixture
def study():
    return factories.make_study(personas=1, questions=QUESTIONS)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(files_staging, "ROWS_AT_ONCE", {"sqlite": 10, "postgresql": 10})


def file_of(*, annotator="m", **changes):
    rows = [
        {"annotator": annotator, "persona_id": "persona-01", "prompt_id": f"prompt-{n:02}", "choice": "revised"}
        for n in range(1, QUESTIONS + 1)
    ]
    rows[-1] |= changes
    return "\n".join(map(json.dumps, rows)).encode()


def bring(study, data=None, **options):
    return import_annotations(study=study, data=data or file_of(), filename="a.jsonl", **options)


def staged_counts():
    return StagedImport.objects.count(), StagedAnnotator.objects.count(), StagedAnnotation.objects.count()


def test_import_stages_in_batches_and_leaves_nothing_staged(study, small_batches):
    seen = []
    bring(study, progress=lambda *_: seen.append((StagedAnnotation.objects.count(), Annotation.objects.count())))
    assert seen == [(10, 0), (20, 0), (25, 0), (25, 0)]
    assert Annotation.objects.count() == QUESTIONS
    assert staged_counts() == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_import_writes_each_batch_in_a_transaction_of_its_own(study, small_batches):
    is_in_a_transaction = []
    bring(study, progress=lambda *_: is_in_a_transaction.append(connection.in_atomic_block))
    assert is_in_a_transaction == [False] * 4


def test_import_with_a_fault_at_the_end_leaves_nothing(study, small_batches):
    with pytest.raises(UnreadableFile):
        bring(study, file_of(choice="foil"))
    assert not Annotation.objects.exists()
    assert staged_counts() == (0, 0, 0)


def test_import_that_is_interrupted_leaves_nothing(study, small_batches):
    class Interrupted(Exception):
        pass

    def progress(doing, done, of):
        if StagedAnnotation.objects.count() >= 20:
            raise Interrupted

    with pytest.raises(Interrupted):
        bring(study, progress=progress)
    assert not Annotation.objects.exists()
    assert staged_counts() == (0, 0, 0)


def test_import_clears_what_a_killed_process_has_left(study):
    killed = StagedImport.objects.create(study=study, touched_at=timezone.now() - 2 * ABANDONED_AFTER)
    staging.stage_rows(killed, [planned_row(study)])
    StagedImport.objects.filter(pk=killed.pk).update(touched_at=timezone.now() - 2 * ABANDONED_AFTER)
    working = StagedImport.objects.create(study=study)
    staging.stage_rows(working, [planned_row(study)])
    bring(study)
    assert list(StagedImport.objects.all()) == [working]
    assert StagedAnnotation.objects.count() == 1


def planned_row(study):
    question = study.questions.first()
    return staging.PlannedRow(0, True, NewAnnotation(0, question.pk, 1, "revised"))


def test_import_again_is_a_no_op(study, small_batches):
    bring(study)
    done = bring(study)
    assert (done.was_already_there, done.created) == (True, 0)
    assert Annotation.objects.count() == QUESTIONS


def test_import_that_replaces_keeps_other_annotators(study, small_batches):
    bring(study, file_of(annotator="other"))
    bring(study)
    done = bring(study, file_of(choice="baseline"), replace=True)
    assert (done.created, done.removed) == (QUESTIONS, QUESTIONS)
    assert Annotation.objects.filter(rater__name="other", choice="revised").count() == QUESTIONS
    assert Annotation.objects.filter(rater__name="m", choice="alternative").count() == 1


def test_import_whose_staged_rows_are_lost_stores_nothing(study, small_batches, monkeypatch):
    def lose_some(*args, **kwargs):
        StagedAnnotation.objects.filter(pk=StagedAnnotation.objects.first().pk).delete()
        return staging.switch(*args, **kwargs)

    monkeypatch.setattr(annotation_import, "switch", lose_some)
    with pytest.raises(annotation_import.StudyChanged):
        bring(study)
    assert not Annotation.objects.exists()
    assert staged_counts() == (0, 0, 0)


def test_staged_annotator_constraint_holds(study):
    staged = StagedImport.objects.create(study=study)
    rater = study.raters.create(kind="model", name="m", pseudonym="m")
    StagedAnnotator.objects.create(staged_import=staged, number=0, rater=rater, replaces=False)
    # staged_annotator_once_per_number
    with pytest.raises(IntegrityError), transaction.atomic():
        StagedAnnotator.objects.create(staged_import=staged, number=0, rater=rater, replaces=False)
