"""A study says how its personas are described; raters, models and files get the same words, and their version."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse

from analysis.bundle.tables import DATA_FILES
from annotation.models import Study, StudyEvent
from annotation.services.assembly import StudyFrozen
from annotation.services.settings import StudyIsOpen, change_settings
from personas.models import Persona, PersonaSet
from personas.services import import_persona_set
from personas.text import VERSION
from personas.text.names import NAMES, draw_names
from tests.annotation.reading import text_of, url
from tests.factories import arrive, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db


def named(persona_set):
    Persona.objects.filter(persona_set=persona_set, position=1).update(name="Robin")


def words_of(client, assignment) -> str:
    return text_of(client.get(url(assignment, "question", 1)))


def study_of_one(**settings):
    return make_study(personas=1, questions=1, raters=2, **settings)


# --- The same words for everyone ------------------------------------------------------------------
@pytest.mark.parametrize("style", ["narrative", "list"])
@pytest.mark.parametrize("names_personas", [True, False])
def test_raters_models_and_files_get_the_same_words(client, style, names_personas):
    study = study_of_one(persona_style=style, names_personas=names_personas)
    named(study.persona_set)
    page = words_of(client, walk_to_questions(arrive(study)))
    client.force_login(make_researcher("ada", staff=True))
    (from_api,) = client.get(reverse("api-personas", args=[study.slug])).json()["results"]
    (in_bundle,) = next(file for file in DATA_FILES if file.name == "personas").rows(study)
    assert from_api["text"] == in_bundle["text"]
    lines = [line for line in from_api["text"].replace(": ", "\n").splitlines() if line]
    assert [line for line in lines if line not in page] == []
    assert ("Robin" in from_api["text"]) is ("Robin" in page) is names_personas
    assert ("You play a" in from_api["text"]) is (style == "narrative" and not names_personas)


def test_list_shows_every_attribute_as_it_is_in_the_file(client):
    page = words_of(client, walk_to_questions(arrive(study_of_one(persona_style="list"))))
    assert "age 21 sex Female state Ohio" in page


def test_description_is_fixed_once_a_seat_is_taken(client):
    study = study_of_one()
    with pytest.raises(StudyIsOpen):
        change_settings(study=study, changes={"persona_style": "list"}, by=None)
    arrive(study)
    for change in ({"persona_style": "list"}, {"names_personas": True}):
        with pytest.raises(StudyFrozen):
            change_settings(study=study, changes=change, by=None)


def test_settings_page_changes_the_description(client):
    study = make_study(personas=1, questions=1, open=False)
    client.force_login(make_researcher("ada", staff=True))
    page = reverse("study-settings", args=[study.slug])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"persona_style": "list", "names_personas": "on"}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    assert client.post(page, sent | {"attention_after": ""}).status_code == 302
    study.refresh_from_db()
    assert (study.persona_style, study.names_personas) == ("list", True)


# --- The version ----------------------------------------------------------------------------------
def version_of(study) -> int:
    return Study.objects.values_list("persona_text_version", flat=True).get(pk=study.pk)


def test_new_study_has_the_version_of_the_site():
    assert version_of(study_of_one()) == VERSION


def test_first_seat_fixes_the_version_of_its_day():
    study = study_of_one()
    Study.objects.update(persona_text_version=VERSION - 1)
    arrive(study)
    assert version_of(study) == VERSION


def test_upgrade_in_the_field_keeps_the_version_and_is_logged_once():
    study = make_study(personas=1, questions=1, raters=3)
    arrive(study, number=1)
    Study.objects.update(persona_text_version=VERSION - 1)
    arrive(study, number=2)
    arrive(study, number=3)
    assert version_of(study) == VERSION - 1
    (event,) = StudyEvent.objects.filter(study=study, what__contains="other words")
    assert event.detail == {"persona_text_version": {"from": VERSION - 1, "to": VERSION}}


def test_settings_page_says_that_the_wording_has_changed(client):
    study = study_of_one()
    arrive(study)
    client.force_login(make_researcher("ada", staff=True))
    page = reverse("study-settings", args=[study.slug])
    assert "wording of the personas has changed" not in client.get(page).content.decode()
    Study.objects.update(persona_text_version=VERSION - 1)
    assert "wording of the personas has changed" in client.get(page).content.decode()


def test_upgrade_marks_studies_that_have_begun():
    begun, fresh = study_of_one(), study_of_one(slug="fresh")
    arrive(begun)
    import_module("annotation.migrations.0010_persona_text_version_of_begun_studies").mark_begun_studies(apps, None)
    assert (version_of(begun), version_of(fresh)) == (1, VERSION)


# --- Names ----------------------------------------------------------------------------------------
def people(number):
    return "\n".join(json.dumps({"id": f"p{n}", "age": str(20 + n)}) for n in range(number)).encode()


def test_names_are_drawn_at_the_import_and_each_once():
    persona_set = import_persona_set(name="people", data=people(30), filename="people.jsonl").persona_set
    names = list(persona_set.personas.order_by("position").values_list("name", flat=True))
    assert len(set(names)) == 30
    assert names == draw_names(30, seed=persona_set.content_hash)


def test_upgrade_names_the_personas_that_are_there():
    persona_set = import_persona_set(name="people", data=people(3), filename="people.jsonl").persona_set
    names = list(persona_set.personas.values_list("name", flat=True))
    Persona.objects.update(name="")
    import_module("personas.migrations.0006_name_existing_personas").name_personas(apps, None)
    assert list(persona_set.personas.values_list("name", flat=True)) == names


def test_name_stands_once_in_a_set():
    persona_set = import_persona_set(name="people", data=people(2), filename="people.jsonl").persona_set
    with pytest.raises(IntegrityError, match=r"persona_name_once_per_set|personas_persona.name"):
        Persona.objects.filter(persona_set=persona_set).update(name="Robin")


def test_names_of_many_personas_differ():
    names = draw_names(60_000, seed=1)
    assert len(set(names)) == 60_000
    assert all(name.split()[0] in NAMES for name in names)
    assert draw_names(len(NAMES), seed=1) != draw_names(len(NAMES), seed=2)


def test_persona_sets_are_not_renamed_by_the_same_file_again():
    first = import_persona_set(name="people", data=people(3), filename="people.jsonl")
    again = import_persona_set(name="people", data=people(3), filename="people.jsonl")
    assert (again.created, PersonaSet.objects.count()) == (False, 1)
    assert again.persona_set == first.persona_set
