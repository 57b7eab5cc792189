"""The upload pages of a study: its questions, and annotations from elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotation.exporting.samples import annotation_sample, question_sample
from annotation.models import Study
from annotation.permissions import for_study
from files.downloads import Download
from files.models import Upload
from files.views import ImportPages

SAMPLES = {"questions": question_sample, "annotations": annotation_sample}


@require_safe
@for_study
def sample_download(request: HttpRequest, study: Study, what: str) -> HttpResponse:
    """A small file that this study could import."""
    if study.persona_set is None:
        raise Http404("There is no sample before the study has a persona set.")
    return Download(SAMPLES[what](study), filename=f"sample-{what}.csv", form="csv")


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
