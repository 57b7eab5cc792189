"""The registry of a study's fields: complete, and what follows from it."""

import pytest

from annotation.models import Study
from annotation.services import assembly
from annotation.services.foils import make_foils
from annotation.study_fields import COPIED, DATA_SETTINGS, FREE_SETTINGS, IN_BUNDLE, STUDY_FIELDS, Changes
from tests import factories

NOT_SETTINGS = {"id"}


def model_fields():
    return {field.name for field in [*Study._meta.fields, *Study._meta.many_to_many]} - NOT_SETTINGS


def test_study_fields_are_those_of_the_model():
    names = [field.name for field in STUDY_FIELDS]
    assert len(names) == len(set(names))
    assert set(names) == model_fields()


def test_study_fields_frozen_with_the_first_seat_are_copied_and_published():
    """What decides the data belongs to every copy and every bundle."""
    frozen = [field for field in STUDY_FIELDS if field.changes is Changes.BEFORE_FIRST_SEAT]
    assert [field.name for field in frozen if not (field.is_copied and field.is_in_bundle)] == []


def test_study_fields_that_name_people_stay_out_of_the_bundle():
    assert {"contact", "researchers", "created_by"} & set(IN_BUNDLE) == set()


@pytest.mark.django_db
def test_make_foils_keeps_the_third_answer():
    study = factories.make_study(personas=2, questions=2, allows_no_preference=True)
    assert make_foils(study=study).study.allows_no_preference is True


@pytest.mark.django_db
def test_create_study_like_takes_every_copied_field_over(django_user_model):
    researcher = django_user_model.objects.create_user("rosa")
    study = factories.make_study(personas=2, questions=2, by=researcher)
    changed = {name: another_value(study, name) for name in (DATA_SETTINGS | FREE_SETTINGS) & set(COPIED)}
    Study.objects.filter(pk=study.pk).update(**changed)
    study.refresh_from_db()
    copy = assembly.create_study_like(study, slug="copy", name="Copy")
    copy.refresh_from_db()
    assert {name: getattr(copy, name) for name in changed} == changed
    assert copy.persona_set == study.persona_set
    assert set(copy.personas.all()) == set(study.personas.all())
    assert list(copy.researchers.all()) == [researcher]


def another_value(study, name):
    """A value that is not the field's default."""
    value = getattr(study, name)
    if name == "equivalence_margin":
        return 0.25
    if isinstance(value, bool):
        return not value
    choices = [word for word, _ in Study._meta.get_field(name).choices or [] if word != value]
    if choices:
        return choices[0]
    if isinstance(value, list):
        return [*value, 1]
    if isinstance(value, int) or value is None:
        return (value or 0) + 7
    return f"{value} changed"
