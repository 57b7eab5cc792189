"""What a run of a model was given, as a researcher says it."""

from __future__ import annotations

from django import forms

from annotation.conditions import RunSetting, contradiction_in
from annotation.forms.labels import PlainLabels
from annotation.models.annotator_run import CONDITION_LABELS, ORDER_LABELS

NOT_KNOWN = ("", "Not known")


class AnnotatorRunForm(PlainLabels, forms.Form):
    condition = forms.ChoiceField(
        choices=[NOT_KNOWN, *CONDITION_LABELS.items()],
        required=False,
        help_text="The results compare runs by this. A run without the persona shows how much can be done without it.",
    )
    hidden_attribute = forms.CharField(
        max_length=200, required=False, help_text="Only where one attribute was left out, as the persona set names it."
    )
    model = forms.CharField(max_length=200, required=False, help_text="The model's name with its version.")
    prompt_version = forms.CharField(max_length=200, required=False)
    answer_order = forms.ChoiceField(
        choices=[NOT_KNOWN, *ORDER_LABELS.items()], required=False, label="Order of the two answers"
    )
    sampling = forms.CharField(max_length=2000, required=False, help_text="Such as: temperature 0.7, seed 3.")

    def clean(self) -> dict:
        cleaned = super().clean()
        field, message = contradiction_in(self.setting)
        if field:
            self.add_error(field, message)
        return cleaned

    @property
    def setting(self) -> RunSetting:
        return RunSetting(**{name: self.cleaned_data.get(name, "") for name in RunSetting._fields})
