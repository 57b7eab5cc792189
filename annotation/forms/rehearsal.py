"""How many simulated raters come."""

from __future__ import annotations

from django import forms

from annotation.forms.labels import PlainLabels

MOST_RATERS = 1_000


class RehearsalForm(PlainLabels, forms.Form):
    raters = forms.IntegerField(
        min_value=1,
        max_value=MOST_RATERS,
        label="Simulated raters",
        help_text="To see what latecomers are told, choose more raters than seats.",
    )
