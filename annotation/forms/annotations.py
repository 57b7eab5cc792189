"""A file of annotations that were made elsewhere."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from annotation.annotation_rows import EXTERNAL, MODEL
from annotation.forms.labels import PlainLabels
from files.reading import FORMATS, Limits

KINDS = [
    ("", "As the rows say; models where they do not"),
    (MODEL, "All rows are by models"),
    (EXTERNAL, "All rows are by people, asked with another tool"),
]


class AnnotationImportForm(PlainLabels, forms.Form):
    file = forms.FileField(
        label="File",
        help_text="JSONL, JSON, CSV or TSV in UTF-8, at most 50 MB; manage.py import_annotations takes 300 MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )
    kind = forms.ChoiceField(label="Who answered", choices=KINDS, required=False)
    ignore_surplus = forms.BooleanField(
        required=False,
        label="Leave out rows on questions that this study does not have",
        help_text="Otherwise such a row refuses the file.",
    )
    replace = forms.BooleanField(
        required=False,
        label="Replace all answers of the annotators and runs in the file",
        help_text="Otherwise a row that contradicts a stored answer refuses the file.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > Limits().file_bytes:
            raise ValidationError("The file is larger than 50 MB. Split it, or use manage.py import_annotations.")
        return file

    @property
    def options(self) -> dict:
        """What the import is told beside the file."""
        return {name: self.cleaned_data[name] for name in ("kind", "ignore_surplus", "replace")}
