"""A persona file and what to call it; a search in a set."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from files.forms import UploadField
from personas.services import PERSONAS, BadSetName, sound_name


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
    made_by = forms.CharField(
        required=False,
        max_length=200,
        label="Made by",
        help_text="Who or what wrote these personas, if raters or readers should know: shown wherever the set is.",
    )

    def clean_name(self) -> str:
        try:
            return sound_name(self.cleaned_data["name"])
        except BadSetName as error:
            raise ValidationError(str(error)) from error

    def clean_show(self) -> list[str]:
        return names_in(self.cleaned_data["show"])


def names_in(text: str) -> list[str]:
    """Return the names of a comma-separated list."""
    return [name.strip() for name in text.split(",") if name.strip()]


class PersonaFilterForm(forms.Form):
    q = forms.CharField(required=False, max_length=200, label="Id or attribute contains")
