"""A file of annotations that were made elsewhere."""

from __future__ import annotations

from django import forms

from annotation.annotation_rows import EXTERNAL, MODEL
from annotation.forms.labels import PlainLabels
from annotation.services.annotation_plan import ANNOTATIONS
from files.forms import UploadField

KINDS = [
    ("", "As the rows say, or models if they do not say"),
    (MODEL, "All rows are by models"),
    (EXTERNAL, "All rows are by people, asked with another tool"),
]


class AnnotationImportForm(PlainLabels, forms.Form):
    file = UploadField(ANNOTATIONS)
    kind = forms.ChoiceField(label="Who answered", choices=KINDS, required=False)
    ignore_surplus = forms.BooleanField(
        required=False,
        label="Leave out rows for questions that are not in this study",
        help_text="Otherwise one such row rejects the whole file.",
    )
    replace = forms.BooleanField(
        required=False,
        label="Replace all answers of the annotators and runs in the file",
        help_text="Otherwise one row that contradicts a stored answer rejects the whole file.",
    )

    @property
    def options(self) -> dict:
        """What the import is told beside the file."""
        return {name: self.cleaned_data[name] for name in ("kind", "ignore_surplus", "replace")}
