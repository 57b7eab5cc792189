"""The pages on which admins generate personas and everybody compares them with the census."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from jobs.models import Run
from personas.models import PersonaSet
from personas.pums.example import write_example_census
from synthetic.reading.survey import TEMPLATE
from tests.factories import make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_researcher("ada", staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def files(settings, tmp_path):
    settings.CENSUS_FOLDER = str(tmp_path)
    write_example_census(tmp_path / "example", persons=300, seed=1)


def asked(**fields):
    return {
        "name": "people",
        "folder": "example",
        "count": 8,
        "minimum_age": 18,
        "seed": 1,
        "endpoint": "fake",
    } | fields


def test_admin_generates_a_set_and_opens_it(client, admin, files):
    response = client.post(reverse("persona-generate"), asked(), follow=True)
    assert "8 personas for people, seed 1" in response.content.decode()
    people = PersonaSet.objects.get()
    assert people.personas.count() == 8
    assert people.imported_by == admin
    page = client.get(reverse("persona-set-detail", args=[people.pk])).content.decode()
    assert reverse("persona-fidelity", args=[people.pk]) in page
    persona = client.get(reverse("persona-detail", args=[people.personas.first().pk])).content.decode()
    assert "You play" in persona or "year-old" in persona


def test_generate_page_without_census_files_says_where_to_put_them(client, admin, settings, tmp_path):
    settings.CENSUS_FOLDER = str(tmp_path / "none")
    page = client.get(reverse("persona-generate")).content.decode()
    assert "No census files yet" in page
    assert "CENSUS_FOLDER" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"folder": "../.."}, "Select a valid choice"),
        ({"count": 0}, "greater than or equal to 1"),
        ({"endpoint": "gpt-9"}, "Select a valid choice"),
    ],
)
def test_wrong_request_gets_an_error_and_starts_nothing(client, admin, files, fields, words):
    page = client.post(reverse("persona-generate"), asked(**fields)).content.decode()
    assert words in page
    assert not Run.objects.exists()


def test_folder_without_a_dictionary_gets_an_error(client, admin, files, settings, tmp_path):
    next((tmp_path / "example").glob("PUMS_Data*")).unlink()
    assert "put one data dictionary beside" in client.post(reverse("persona-generate"), asked()).content.decode()


def test_fidelity_page_and_file_show_the_same_rows(client, admin, files, tmp_path, django_assert_max_num_queries):
    call_command("generate_personas", "people", pums=tmp_path / "example", count=8, fake=True, wait=True)
    people = PersonaSet.objects.get()
    with django_assert_max_num_queries(8):
        page = client.get(reverse("persona-fidelity", args=[people.pk])).content.decode()
    rows = list(
        csv.DictReader(client.get(reverse("persona-fidelity-csv", args=[people.pk])).content.decode().splitlines())
    )
    assert len(rows) == 30
    for row in rows:
        assert row["attribute"].capitalize()[:8] in page
    assert "95th percentile" in page


def test_fidelity_of_an_imported_set_says_that_there_is_none(client, admin):
    people = PersonaSet.objects.create(name="imported", version=1, content_hash="0" * 64)
    page = client.get(reverse("persona-fidelity", args=[people.pk])).content.decode()
    assert "not generated from census records" in page
    file = client.get(reverse("persona-fidelity-csv", args=[people.pk])).content.decode()
    assert len(file.splitlines()) == 1


# --- What a model wrote ---------------------------------------------------------------------------
SURVEY = b"attribute,answer,words,percent\nreligion,Singer,sings;choir,25\nreligion,Never,never belonged,99.5\n"


def test_model_written_page_compares_with_an_uploaded_survey(client, admin, files, tmp_path):
    call_command("generate_personas", "people", pums=tmp_path / "example", count=20, fake=True, wait=True)
    url = reverse("persona-model-written", args=[PersonaSet.objects.get().pk])
    assert "Political views" in client.get(url).content.decode()
    page = client.post(url, {"file": SimpleUploadedFile("s.csv", SURVEY)}).content.decode()
    assert "Singer" in page
    assert "beyond chance" in page
    wrong = client.post(url, {"file": SimpleUploadedFile("s.csv", SURVEY.replace(b"25", b"many"))}).content.decode()
    assert "Expected a number from 0 to 100" in wrong
    template = client.post(url, {"file": SimpleUploadedFile("s.csv", TEMPLATE.encode())}).content.decode()
    assert "Protestant</th>" in template


def test_set_without_origins_says_that_nothing_was_written_by_a_model(client, admin):
    people = PersonaSet.objects.create(name="imported", version=1, content_hash="0" * 64)
    assert (
        "Nothing here was written by a model"
        in client.get(reverse("persona-model-written", args=[people.pk])).content.decode()
    )
