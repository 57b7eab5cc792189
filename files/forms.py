"""The field in which a file is uploaded."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from files.kinds import ImportKind
from files.reading import FORMATS
from files.reading.content import too_big


class UploadField(forms.FileField):
    """A file of one of the forms that are read, not larger than the site allows."""

    def __init__(self, kind: ImportKind, *, forms_in_words: str = "JSONL, JSON, CSV, TSV") -> None:
        self.kind = kind
        super().__init__(
            label="File",
            help_text=f"{forms_in_words} in UTF-8, or Parquet; at most {settings.UPLOAD_MEGABYTES} MB.",
            widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
        )

    def clean(self, data, initial=None) -> UploadedFile:
        file = super().clean(data, initial)
        limits = self.kind.limits
        if file.size > limits.file_bytes:
            raise ValidationError(too_big(file.size, limits))
        return file
