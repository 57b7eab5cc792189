"""Which model is to annotate, and what it is given."""

from __future__ import annotations

from django import forms

from annotation.conditions import Condition
from annotation.forms.labels import PlainLabels
from annotation.models import Study
from annotation.role_play import AskFor
from annotation.services.model_annotators import (
    MOST_SAMPLES,
    AnnotatingRefused,
    AnnotatorSettings,
    attribute_names,
    endpoints_offered,
    refuse_what_cannot_be_asked,
)

CONDITIONS = {
    Condition.PERSONA: "The persona, as raters read it",
    Condition.NONE: "No persona: the control that tells skill from taste",
    Condition.DEMOGRAPHICS: "The census attributes only",
    Condition.WITHOUT_ATTRIBUTE: "The persona without one attribute",
}
ANSWERS = {
    AskFor.REASONS: "The choice, how certain it is, and why",
    AskFor.CHOICE: "The choice only: a single token, so far cheaper",
}


class ModelAnnotatorForm(PlainLabels, forms.Form):
    endpoint = forms.ChoiceField(label="Model", help_text="From the list of this site (the setting LLM_ENDPOINTS).")
    condition = forms.ChoiceField(label="What it is given", choices=list(CONDITIONS.items()), widget=forms.RadioSelect)
    hidden_attribute = forms.ChoiceField(
        label="The attribute to hide", required=False, help_text="For the persona without one attribute."
    )
    ask_for = forms.ChoiceField(label="What it is asked for", choices=list(ANSWERS.items()), widget=forms.RadioSelect)
    samples = forms.IntegerField(
        label="Samples",
        min_value=1,
        max_value=MOST_SAMPLES,
        help_text="How often each question is asked in each of its two orders.",
    )
    temperature = forms.FloatField(
        min_value=0, max_value=2, help_text="0 is the most likely answer; several samples need more, such as 0.7."
    )
    name = forms.CharField(
        label="Name in the results",
        required=False,
        max_length=180,
        help_text="Empty for one made of the model and what it is given.",
    )

    def __init__(self, *args, study: Study, **kwargs) -> None:
        start = {"condition": Condition.PERSONA, "ask_for": AskFor.REASONS, "samples": 1, "temperature": 0}
        super().__init__(*args, initial=start, **kwargs)
        self.study = study
        self.fields["endpoint"].choices = endpoints_offered()
        self.fields["hidden_attribute"].choices = [("", "none"), *((name, name) for name in attribute_names(study))]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            try:
                refuse_what_cannot_be_asked(self.study, self.chosen)
            except AnnotatingRefused as error:
                raise forms.ValidationError(str(error)) from error
        return cleaned

    @property
    def chosen(self) -> AnnotatorSettings:
        return AnnotatorSettings(**self.cleaned_data)
