"""Each malformed file is refused with its line; nothing is stored and no other exception comes out."""

import pytest

from annotation.models import Question
from annotation.services.questions import import_questions
from files.reading import UnreadableFile
from personas.models import Persona, PersonaSet
from personas.services import import_persona_set
from tests.factories import make_study
from tests.malformed.corpus import malformed_files
from tests.malformed.forms import (
    FORMS,
    KINDS,
    PERSONA_IDS,
    PERSONAS,
    QUESTIONS,
    ROWS,
    form_bytes,
    good_rows,
    read_whole,
)


def files(kind: str):
    return [pytest.param(file, id=file.name) for file in malformed_files(kind)]


def names_its_line(error: UnreadableFile, line: int | None) -> bool:
    """The report points at the line: its first problem does, or (a fault often has echoes) another one."""
    return error.total >= 1 and any(problem.line == line and problem.message for problem in error.problems)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_good_files_that_the_corpus_breaks_are_taken(kind, form):
    assert len(read_whole(kind, form_bytes(form, good_rows(kind)), f"file.{form}")) == ROWS


@pytest.mark.parametrize("kind", KINDS)
def test_corpus_holds_two_hundred_different_files_of_each_kind(kind):
    corpus = list(malformed_files(kind))
    assert len({(file.filename, file.data) for file in corpus}) == len(corpus) >= 200
    assert len({file.name for file in corpus}) == len(corpus)


@pytest.mark.django_db
@pytest.mark.parametrize("file", files(PERSONAS))
def test_malformed_personas_are_refused_whole(file):
    with pytest.raises(UnreadableFile) as caught:
        import_persona_set(name="people", data=file.data, filename=file.filename)
    assert names_its_line(caught.value, file.line), caught.value.report()[:3]
    assert not PersonaSet.objects.exists()
    assert not Persona.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("file", files(QUESTIONS))
def test_malformed_questions_are_refused_whole(file, empty_study):
    with pytest.raises(UnreadableFile) as caught:
        import_questions(study=empty_study, data=file.data, filename=file.filename)
    assert names_its_line(caught.value, file.line), caught.value.report()[:3]
    assert not Question.objects.exists()


@pytest.fixture
def empty_study(db):
    """A study of the corpus's personas, without questions."""
    study = make_study(personas=ROWS, questions=0, open=False)
    assert tuple(study.persona_set.personas.values_list("key", flat=True)) == PERSONA_IDS
    return study
