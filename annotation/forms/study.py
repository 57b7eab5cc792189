"""A new study, and what of a study may be set, one form for each page of its settings."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from annotation.forms.labels import PlainLabels
from annotation.models import Study
from personas.models import PersonaSet


class StudyNames(PlainLabels, forms.Form):
    name = forms.CharField(max_length=200, help_text="For you and your colleagues; participants never see it.")
    slug = forms.SlugField(
        max_length=60,
        label="Short name",
        help_text="Part of the participants' link, so it must not reveal what is compared. "
        "Letters, digits and hyphens only. It cannot be changed later.",
    )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in {"new"} or Study.objects.filter(slug=slug).exists():
            raise ValidationError("This short name is taken. Choose another.")
        return slug


class StudyForm(StudyNames):
    persona_set = forms.ModelChoiceField(
        PersonaSet.objects.none(),
        required=False,
        label="Persona set",
        empty_label="Choose later",
        help_text="The list of personas that raters will play.",
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["persona_set"].queryset = PersonaSet.objects.offered_to(by)
