"""Imports beside each other and beside participants, each on a connection of its own."""

import json
import threading

import pytest
from django.db import connection, transaction

from annotation.integrity.checking import integrity_problems
from annotation.models import Annotation, AnnotationImport, Rater
from annotation.services.annotation_import import import_annotations
from tests import factories

QUESTIONS = 40


def file_of(annotator="model-x"):
    places = ({"persona_id": "persona-01", "prompt_id": f"prompt-{n:02}"} for n in range(1, QUESTIONS + 1))
    rows = (place | {"annotator": annotator, "choice": "revised"} for place in places)
    return "\n".join(json.dumps(row) for row in rows).encode()


def on_a_connection_of_its_own(work):
    """A thread that does it, and the list that gets its result or its exception."""
    results = []

    def run():
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    return threading.Thread(target=run), results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("annotators", [["model-x"] * 4, ["model-x", "model-y", "model-z", "model-x"]])
def test_import_annotations_at_once_stores_each_answer_once(annotators):
    study = factories.make_study(personas=1, questions=QUESTIONS)

    def work(annotator):
        return lambda: import_annotations(study=study, data=file_of(annotator), filename="a.jsonl").created

    threads = [on_a_connection_of_its_own(work(annotator)) for annotator in annotators]
    for thread, _ in threads:
        thread.start()
    for thread, _ in threads:
        thread.join()
    different = len(set(annotators))
    assert sorted(result for _, results in threads for result in results) == sorted(
        [QUESTIONS] * different + [0] * (len(annotators) - different)
    )
    assert Annotation.objects.count() == QUESTIONS * different
    assert (Rater.objects.count(), AnnotationImport.objects.count()) == (different, different)
    assert integrity_problems(study) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, so a save waits there")
def test_import_annotations_lets_no_participant_wait():
    """An import that is not yet committed holds nothing that an arrival, an answer or the end needs."""
    study = factories.make_study(personas=1, questions=QUESTIONS)
    ada = factories.walk_to_questions(factories.arrive(study, 1))

    def go_on():
        factories.finish(factories.answer_all(ada))
        return factories.walk_to_questions(factories.arrive(study, 2)).state

    thread, results = on_a_connection_of_its_own(go_on)
    with transaction.atomic():
        import_annotations(study=study, data=file_of(), filename="a.jsonl")
        thread.start()
        # Far longer than it takes; a wait for the import would be a wait for ever.
        thread.join(timeout=30)
        assert results == ["live"]
    assert Annotation.objects.count() == 2 * QUESTIONS
