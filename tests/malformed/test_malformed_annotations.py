"""The malformed files of every kind, as annotations: refused with their line, or taken whole; never anything else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.models import Annotation, Rater
from annotation.services.annotation_import import import_annotations
from files.reading import UnreadableFile
from tests.factories import make_study
from tests.malformed.bytes_and_kinds import bad_bytes, other_kinds_of_file
from tests.malformed.forms import ANNOTATIONS, FORMS, ROWS, form_bytes, good_rows
from tests.malformed.json_faults import bad_json_documents, bad_json_records, bad_json_values
from tests.malformed.table_faults import bad_tables, bad_texts
from tests.malformed.test_mutations import mutated

pytestmark = pytest.mark.django_db
MAKERS = (
    bad_bytes,
    other_kinds_of_file,
    bad_json_values,
    bad_json_records,
    bad_json_documents,
    bad_tables,
    bad_texts,
)


@pytest.fixture
def study(db):
    return make_study(personas=ROWS, questions=1, open=False)


def files():
    return [pytest.param(file, id=file.name) for make in MAKERS for file in make(ANNOTATIONS)]


@pytest.mark.parametrize("form", FORMS)
def test_good_annotations_that_the_corpus_breaks_are_taken(form, study):
    done = import_annotations(study=study, data=form_bytes(form, good_rows(ANNOTATIONS)), filename=f"file.{form}")
    assert done.created == ROWS


def test_there_are_two_hundred_malformed_files_of_annotations():
    assert len(files()) >= 200


@pytest.mark.parametrize("file", files())
def test_malformed_annotations_are_refused_whole(file, study):
    with pytest.raises(UnreadableFile) as caught:
        import_annotations(study=study, data=file.data, filename=file.filename)
    assert any(problem.line == file.line and problem.message for problem in caught.value.problems), (
        caught.value.report()[:3]
    )
    assert not Annotation.objects.exists()
    assert not Rater.objects.exists()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_annotations_are_taken_whole_or_refused(form, study, data):
    mutation = data.draw(mutated(form_bytes(form, good_rows(ANNOTATIONS))))
    before = Annotation.objects.count()
    try:
        done = import_annotations(study=study, data=mutation, filename=f"file.{form}", replace=True)
    except UnreadableFile:
        assert Annotation.objects.count() == before
    else:
        assert Annotation.objects.count() == before + done.created - done.removed
