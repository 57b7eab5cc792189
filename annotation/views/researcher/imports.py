"""The upload pages of a study: its questions, and annotations from elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from annotation.models import Study
from files.models import Upload
from files.views import ImportPages


class StudyImport(ImportPages):
    """An import into one study. The preview is at the form's URL name followed by ``-preview``."""

    tab: ClassVar[str]
    url_name: ClassVar[str]
    list_url_name: ClassVar[str]

    def __init__(self, request: HttpRequest, study: Study) -> None:
        super().__init__(request)
        self.study = study

    def context(self) -> dict[str, Any]:
        return {"study": self.study, "tab": self.tab}

    def name_for(self, form: forms.Form) -> str:
        return self.study.slug

    def waiting(self):
        return Upload.objects.waiting(self.importer.kind, self.study.slug)

    def preview_url(self, upload: Upload) -> str:
        return reverse(f"{self.url_name}-preview", kwargs={"slug": self.study.slug, "pk": upload.pk})

    def list_url(self) -> str:
        return reverse(self.list_url_name, kwargs={"slug": self.study.slug})
