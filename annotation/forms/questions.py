"""A question file, and a search among a study's questions."""

from __future__ import annotations

from django import forms

from annotation.forms.labels import PlainLabels
from annotation.services.question_plan import QUESTIONS
from files.forms import UploadField


class QuestionImportForm(PlainLabels, forms.Form):
    file = UploadField(QUESTIONS)
    replace = forms.BooleanField(
        required=False,
        label="Replace all questions of the study",
        help_text="Otherwise new questions are added to the existing ones.",
    )


class QuestionFilter(forms.Form):
    search = forms.CharField(max_length=200, required=False, label="Persona, prompt or topic contains")
