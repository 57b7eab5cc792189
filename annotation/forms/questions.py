"""A question file, and a search among a study's questions."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from annotation.forms.labels import PlainLabels
from files.reading import FORMATS, Limits


class QuestionImportForm(PlainLabels, forms.Form):
    file = forms.FileField(
        label="File",
        help_text="JSONL, JSON, CSV or TSV in UTF-8, at most 50 MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )
    replace = forms.BooleanField(
        required=False,
        label="Replace all questions of the study",
        help_text="Otherwise new questions join those that are there.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > Limits().file_bytes:
            raise ValidationError("The file is larger than 50 MB. Split it.")
        return file


class QuestionFilter(forms.Form):
    search = forms.CharField(max_length=200, required=False, label="Persona, prompt or topic holds")
