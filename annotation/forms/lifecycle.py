"""Duplicate, archive, delete, and more raters."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from annotation.forms.labels import PlainLabels
from annotation.forms.study import StudyNames
from annotation.models import Design, Study
from annotation.services.more_raters import MOST


class DuplicateForm(StudyNames):
    """A name for the copy, and whether its baselines become foils."""

    alternative = forms.ChoiceField(
        choices=[
            ("same", "The same answers as in this study"),
            (Design.FOIL, "Foils: the revised answers of other personas"),
        ],
        initial="same",
        widget=forms.RadioSelect,
        label="Compare the revised answers with",
    )

    def __init__(self, *args, study: Study, **kwargs):
        super().__init__(*args, **kwargs)
        if study.design != Design.BASELINE or not study.questions.countable().exists():
            del self.fields["alternative"]

    @property
    def draws_foils(self) -> bool:
        return self.cleaned_data.get("alternative") == Design.FOIL


class ConfirmationForm(PlainLabels, forms.Form):
    """Something that cannot be undone, confirmed by typing its name."""

    confirmation = forms.CharField(max_length=300, help_text="It cannot be recovered.")

    def __init__(self, *args, name: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields["confirmation"].label = f"Type {name} to confirm"

    def clean_confirmation(self) -> str:
        if self.cleaned_data["confirmation"].strip() != self.name:
            raise ValidationError(f"Type {self.name} to confirm. Nothing has been deleted.")
        return self.name


class MoreRatersForm(PlainLabels, forms.Form):
    raters_per_persona = forms.IntegerField(
        max_value=MOST,
        help_text="An even number keeps each question's sides balanced. Ask for as many more places on Prolific.",
    )

    def __init__(self, *args, study: Study, **kwargs):
        super().__init__(*args, initial={"raters_per_persona": study.raters_per_persona + 2}, **kwargs)
        field = self.fields["raters_per_persona"]
        field.min_value = study.raters_per_persona + 1
        field.widget.attrs["min"] = field.min_value
