"""A new researcher or admin."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from annotation.forms.labels import PlainLabels


class ResearcherForm(PlainLabels, forms.Form):
    username = forms.CharField(
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        label="User name",
        help_text="Letters, digits and @ . + - _ only.",
    )
    full_name = forms.CharField(max_length=150, required=False, label="Full name")
    is_admin = forms.BooleanField(
        required=False,
        label="Is an admin",
        help_text="Admins see every study, load persona sets, see Prolific ids and manage people.",
    )

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if get_user_model().objects.filter(username__iexact=username).exists():
            raise ValidationError("This user name is already taken.")
        return username
