"""A study made and filled by a program: the same forms and services as the console's pages, so the same checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.forms.models import model_to_dict
from rest_framework.exceptions import ValidationError

from annotation.forms.settings import ComprehensionItemForm, DesignForm, SettingsForm, TextsForm, TimesForm
from annotation.models import Study
from annotation.study_fields import DATA_SETTINGS, FREE_SETTINGS
from personas.models import PersonaSet

SETTING_FORMS: tuple[type[SettingsForm], ...] = (DesignForm, TextsForm, TimesForm)
FORM_OF = {name: form for form in SETTING_FORMS for name in form._meta.fields}
LISTS = {"attention_after": int, "paid_ends": str}
SETTABLE = frozenset(FORM_OF) | {"comprehension"}
"""Every setting that a page of the console has."""

if SETTABLE != DATA_SETTINGS | FREE_SETTINGS:
    raise ImproperlyConfigured(f"no form of the settings has {sorted((DATA_SETTINGS | FREE_SETTINGS) ^ SETTABLE)}")


def checked_changes(study: Study, given: Any) -> dict[str, Any]:
    """The settings of a body as the services take them; raises ``ValidationError`` by name."""
    given = object_of(given)
    unknown = sorted(set(given) - SETTABLE)
    if unknown:
        raise ValidationError({name: ["No setting of a study has this name."] for name in unknown})
    wrong = {name: [problem] for name, value in given.items() if (problem := problem_of_type(name, value))}
    if wrong:
        raise ValidationError(wrong)
    changes: dict[str, Any] = {}
    for form_class in SETTING_FORMS:
        mine = {name: value for name, value in given.items() if FORM_OF.get(name) is form_class}
        changes |= checked_by(form_class, study, mine) if mine else {}
    if "comprehension" in given:
        changes["comprehension"] = checked_comprehension(given["comprehension"])
    return changes


def object_of(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValidationError({"detail": "Send a JSON object."})
    return given


def checked_by(form_class: type[SettingsForm], study: Study, given: dict[str, Any]) -> dict[str, Any]:
    """The form with the study's present values for everything that was not sent."""
    instance = Study.objects.get(pk=study.pk)
    data = model_to_dict(instance, form_class._meta.fields) | given
    if "attention_after" in data:
        data["attention_after"] = ", ".join(map(str, data["attention_after"]))
    form = form_class(data, instance=instance, is_fixed=False)
    for name in set(form.fields) - set(form_class._meta.fields):
        del form.fields[name]  # Completion codes are changed in the console.
    if not form.is_valid():
        raise ValidationError(form.errors)
    return {name: form.cleaned_data[name] for name in given}


def checked_comprehension(items: Any) -> list[dict[str, Any]]:
    """The comprehension check as it is stored: question, options, and the place of the right one, from 0."""
    checked = []
    for number, item in enumerate(items, start=1):
        form = ComprehensionItemForm(form_data_of(item))
        if not form.is_valid():
            raise ValidationError({"comprehension": [f"Item {number}: {form.errors.as_text()}"]})
        checked.append(form.as_item())
    return checked


def form_data_of(item: Any) -> dict[str, Any]:
    shape = {"question": str, "options": list, "right": int}
    if not isinstance(item, dict) or set(item) != set(shape):
        raise ValidationError({"comprehension": ["Each item has question, options and right."]})
    texts = [item["question"], *item["options"]] if isinstance(item["options"], list) else [None]
    if not all(isinstance(text, str) and text.strip() for text in texts) or type(item["right"]) is not int:
        raise ValidationError({"comprehension": ["question and options are texts, right is the place of one from 0."]})
    if any("\n" in text for text in texts):
        raise ValidationError({"comprehension": ["An option is one line."]})
    return {**item, "options": "\n".join(item["options"]), "right": item["right"] + 1}


def problem_of_type(name: str, value: Any) -> str:
    """What is wrong with the JSON type of a value; forms alone would take the text of anything."""
    if name == "comprehension":
        return "" if isinstance(value, list) else "Expected a list."
    field = FORM_OF[name].base_fields[name]
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else "Expected true or false."
    if name in LISTS:
        right = isinstance(value, list) and all(type(one) is LISTS[name] for one in value)
        return "" if right else f"Expected a list of {'numbers' if LISTS[name] is int else 'texts'}."
    if isinstance(field, forms.IntegerField):
        return "" if value is None or type(value) is int else "Expected a whole number."
    return "" if isinstance(value, str) and "\x00" not in value else "Expected text."


def visible_set(user: AbstractBaseUser, name: Any, version: Any) -> PersonaSet:
    """The named persona set this person may see, its newest version by default."""
    if not isinstance(name, str) or not (version is None or (type(version) is int and 0 < version < 2**31)):
        raise ValidationError({"persona_set": ["Name it, and a version as a whole number where it is not the newest."]})
    sets = PersonaSet.objects.visible_to(user).filter(name=name).order_by("-version")
    found = (sets.filter(version=version) if version else sets).first()
    if found is None:
        raise ValidationError({"persona_set": ["There is no such persona set."]})
    return found
