"""A new key for programs."""

from __future__ import annotations

from django import forms

from annotation.forms.labels import PlainLabels
from annotation.models import READING, Scope

FOREVER = ""


class ApiTokenForm(PlainLabels, forms.Form):
    name = forms.CharField(
        max_length=100, help_text="The notebook or machine it is for, so that you know which to revoke."
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        initial=[str(scope) for scope in READING],
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
        help_text="Always within the studies you can see, and never more than you may do yourself.",
    )
    days = forms.TypedChoiceField(
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "A year"), (FOREVER, "Until I revoke it")],
        initial="90",
        required=False,
        coerce=int,
        empty_value=None,
        label="It ends after",
    )
