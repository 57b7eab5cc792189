"""A persona file and what to call it; a search in a set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from files.forms import UploadField
from personas.models import Sharing
from personas.services import PERSONAS, BadSetName, NameTaken, refuse_name_of_another, sound_name


class PersonaImportForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label="Name of the set",
        help_text="An existing name gets a new version.",
    )
    file = UploadField(PERSONAS, forms_in_words="JSONL, JSON, CSV, TSV or key: value text")
    show = forms.CharField(
        required=False,
        max_length=2000,
        label="Attributes to show, in order",
        help_text="Their names, separated by commas. Empty shows every attribute.",
    )
    sharing = forms.ChoiceField(
        choices=[(choice.value, choice.label) for choice in (Sharing.PRIVATE, Sharing.SHARED)],
        initial=Sharing.PRIVATE,
        widget=forms.RadioSelect,
        label="Who can see it",
    )
    made_by = forms.CharField(
        required=False,
        max_length=200,
        label="Made by",
        help_text="Who or what wrote these personas, if raters or readers should know: shown wherever the set is.",
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_name(self) -> str:
        try:
            name = sound_name(self.cleaned_data["name"])
            refuse_name_of_another(name, self.by)
        except (BadSetName, NameTaken) as error:
            raise ValidationError(str(error)) from error
        return name

    def clean_show(self) -> list[str]:
        return names_in(self.cleaned_data["show"])


def names_in(text: str) -> list[str]:
    """Return the names of a comma-separated list."""
    return [name.strip() for name in text.split(",") if name.strip()]


class SharingForm(forms.Form):
    sharing = PersonaImportForm.base_fields["sharing"]


class NameForm(forms.Form):
    """The name of a copy, or that of a set to delete typed again."""

    name = forms.CharField(max_length=100, label="Name of the copy")


class PersonaFilterForm(forms.Form):
    q = forms.CharField(required=False, max_length=200, label="Id or attribute contains")
