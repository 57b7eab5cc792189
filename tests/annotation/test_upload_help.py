"""Uploads that help: samples that import, tables of other programs, None as a value, names almost right."""

import io

import pyarrow as pa
import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyarrow import parquet

from annotation.models import Design, Question
from annotation.services.annotation_import import import_annotations
from annotation.services.questions import import_questions
from files.models import Upload
from files.reading import Problems
from personas.importing import PersonaReader
from personas.models import Persona, PersonaSet
from personas.services import import_persona_set
from tests.factories import make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(client):
    grace = make_researcher("grace")
    client.force_login(grace)
    return grace


def upload(client, data, filename):
    fields = {"name": "people", "sharing": "private", "file": SimpleUploadedFile(filename, data)}
    return client.post(reverse("persona-import"), fields, follow=True)


def test_table_of_another_program_is_read_after_a_question(client, grace):
    page = upload(client, "persona_id;age;pets\r\np1;39;Café\r\n".encode("cp1252"), "people.csv")
    text = page.content.decode()
    assert "columns separated by semicolons, text in Windows-1252 (Latin-1)" in text
    assert "Café" in text
    address = page.redirect_chain[-1][0]
    assert "columns separated" in client.post(address).content.decode()
    assert not PersonaSet.objects.exists()
    preview = client.post(address, {"read_as": page.context["words"]}, follow=True)
    assert "1 persona would" in " ".join(preview.content.decode().split())
    client.post(preview.redirect_chain[-1][0])
    assert Persona.objects.get().attributes == [["age", "39"], ["pets", "Café"]]
    assert not Upload.objects.exists()


def test_preview_names_where_none_is_a_value_and_where_not(client, grace):
    rows = b"persona_id,religion,pets,income,relgion\np1,None,none,None,x\np2,None,cat,5,y\n"
    notes = upload(client, rows, "people.csv").context["preview"].notes
    assert notes == (
        "“None” is kept as the value of religion in 2 personas. Leave it empty where nothing is known.",
        "“None” is kept as the value of pets in 1 persona. Leave it empty where nothing is known.",
        "“None” is understood as no value of income in 1 persona. Raters do not see it.",
        "“relgion” is shown under “More”. Did you mean religion?",
    )


def test_personas_are_imported_from_parquet(client, grace):
    file = io.BytesIO()
    parquet.write_table(pa.table({"persona_id": ["p1"], "age": [39], "religion": ["None"]}), file)
    preview = upload(client, file.getvalue(), "people.parquet")
    client.post(preview.redirect_chain[-1][0])
    assert Persona.objects.get().attributes == [["age", "39"], ["religion", "None"]]


def test_sample_of_personas_is_sound():
    with open(finders.find("samples/personas.csv"), "rb") as file:
        done = import_persona_set(name="sample", data=file.read(), filename="personas.csv")
    assert done.personas == 2
    assert PersonaReader(Problems()).notes == ()


@pytest.mark.parametrize("design", [Design.BASELINE, Design.FOIL])
def test_samples_of_a_study_can_be_imported(client, grace, design):
    study = make_study(personas=2, questions=0, design=design, open=False, by=grace, questions_per_rater=2)
    assert client.get(reverse("question-import", args=[study.slug])).content.count(b"Download a sample file") == 1
    sample = b"".join(client.get(reverse("question-sample", args=[study.slug])).streaming_content)
    assert import_questions(study=study, data=sample, filename="q.csv").created == 4
    assert Question.objects.filter(study=study, alternative_kind=design).count() == 4
    sample = b"".join(client.get(reverse("annotation-sample", args=[study.slug])).streaming_content)
    assert import_annotations(study=study, data=sample, filename="a.csv").created == 4
