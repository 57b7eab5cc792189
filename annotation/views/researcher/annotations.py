"""Annotations from elsewhere: who has answered, the import in two steps, and the baseline raters."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.annotation_rows import COLUMNS
from annotation.forms.annotations import AnnotationImportForm
from annotation.models import NAMED_KINDS, Choice, Study
from annotation.permissions import for_study
from annotation.progress.annotator_runs import with_runs
from annotation.services.baseline_raters import questions_without_baseline
from annotation.services.file_importers import ANNOTATION_FILES
from annotation.views.researcher.imports import StudyImport
from jobs.services.runs import start_run

ANNOTATORS_PER_PAGE = 50
IMPORTS_SHOWN = 20


@require_safe
@for_study
def annotator_list(request: HttpRequest, study: Study) -> HttpResponse:
    annotators = study.raters.filter(kind__in=NAMED_KINDS).annotate(
        answers=Count("annotations"),
        unparsable=Count("annotations", filter=Q(annotations__choice=Choice.UNPARSABLE)),
    )
    page = Paginator(annotators.order_by("-kind", "name"), ANNOTATORS_PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_runs(page.object_list)
    context = {
        "study": study,
        "tab": "data",
        "page": page,
        "guessed": sum(run.is_guessed for annotator in page for run in annotator.described_runs),
        "imports": study.annotation_imports.select_related("by")[:IMPORTS_SHOWN],
        "without_baseline": questions_without_baseline(study),
        "computing": study.runs.unfinished().filter(kind="baseline-raters").first(),
    }
    return render(request, "researcher/annotator_list.html", context)


@require_POST
@for_study
def baseline_raters_compute(request: HttpRequest, study: Study) -> HttpResponse:
    run = start_run("baseline-raters", study=study, key=f"study {study.pk}", by=request.user)
    messages.success(request, "The baseline raters are being computed. You can leave this page.")
    return redirect("run-detail", pk=run.pk)


# --- The import ------------------------------------------------------------------------------------
class AnnotationImportPages(StudyImport):
    """Upload a file of annotations, see what it would do, confirm."""

    importer = ANNOTATION_FILES
    tab = "data"
    url_name = "annotation-import"
    list_url_name = "annotator-list"
    form_class = AnnotationImportForm
    form_template = "researcher/annotation_import.html"
    preview_template = "researcher/annotation_import_preview.html"

    def form_context(self) -> dict:
        return {"columns": COLUMNS}

    def options_of(self, form: Form) -> dict:
        return form.options


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def annotation_import(request: HttpRequest, study: Study) -> HttpResponse:
    return AnnotationImportPages(request, study).choose()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_study
def annotation_import_preview(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    return AnnotationImportPages(request, study).confirm(pk)
