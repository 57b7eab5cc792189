"""Annotations from elsewhere: who has answered, the import in two steps, and the baseline raters."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.annotation_rows import COLUMNS
from annotation.forms.annotations import AnnotationImportForm
from annotation.models import NAMED_KINDS, Choice, Study
from annotation.permissions import for_study
from annotation.services.annotation_import import (
    ImportedAnnotations,
    StudyChanged,
    import_annotations,
    preview_annotations,
)
from annotation.services.baseline_raters import compute_baseline_raters, questions_without_baseline
from files.reading import UnreadableFile
from files.views import problem_context
from personas.models import PendingImport
from personas.services import keep_upload

ANNOTATORS_PER_PAGE = 50
IMPORTS_SHOWN = 20
# More than a browser should wait for; the command takes any number.
QUESTIONS_AT_ONCE = 5_000


@require_safe
@for_study
def annotator_list(request: HttpRequest, study: Study) -> HttpResponse:
    annotators = study.raters.filter(kind__in=NAMED_KINDS).annotate(
        answers=Count("annotations"),
        runs=Count("annotations__run", distinct=True),
        unparsable=Count("annotations", filter=Q(annotations__choice=Choice.UNPARSABLE)),
    )
    page = Paginator(annotators.order_by("-kind", "name"), ANNOTATORS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "study": study,
        "tab": "data",
        "page": page,
        "imports": study.annotation_imports.select_related("by")[:IMPORTS_SHOWN],
        "without_baseline": questions_without_baseline(study),
        "is_small": study.questions.count() <= QUESTIONS_AT_ONCE,
    }
    return render(request, "researcher/annotator_list.html", context)


@require_POST
@for_study
def baseline_raters_compute(request: HttpRequest, study: Study) -> HttpResponse:
    if study.questions.count() > QUESTIONS_AT_ONCE:
        messages.error(request, f"That takes minutes here. Run: manage.py baseline_raters {study.slug}")
        return redirect("annotator-list", slug=study.slug)
    done = compute_baseline_raters(study=study, by=request.user)
    words = f"{len(done.changed)} baseline raters answered {done.questions:,} questions." if done.changed else ""
    messages.success(request, words or "The baseline raters were there already. Nothing was changed.")
    return redirect("annotator-list", slug=study.slug)


# --- The import ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def annotation_import(request: HttpRequest, study: Study) -> HttpResponse:
    form = AnnotationImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = _keep(request, study, form)
        return redirect("annotation-import-preview", slug=study.slug, pk=upload.pk)
    context = {"study": study, "tab": "data", "form": form, "columns": COLUMNS}
    return render(request, "researcher/annotation_import.html", context)


def _keep(request: HttpRequest, study: Study, form: AnnotationImportForm) -> PendingImport:
    file = form.cleaned_data["file"]
    return keep_upload(
        kind=PendingImport.Kind.ANNOTATIONS,
        name=study.slug,
        filename=file.name,
        data=file.read(),
        by=request.user,
        options=form.options,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_study
def annotation_import_preview(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    """What pressing the button would do; nothing has changed yet."""
    uploads = PendingImport.objects.filter(kind=PendingImport.Kind.ANNOTATIONS, name=study.slug)
    upload = uploads.filter(pk=pk, uploaded_by=request.user).first()
    if upload is None:
        # A second click on the button, or a page left open for a day.
        messages.info(request, "This upload is no longer waiting: it was imported, or it is older than a day.")
        return redirect("annotator-list", slug=study.slug)
    if request.method == "POST":
        return _import(request, study, upload)
    context = {"study": study, "tab": "data", "upload": upload, **_look(study, upload)}
    return render(request, "researcher/annotation_import_preview.html", context)


def _look(study: Study, upload: PendingImport) -> dict:
    try:
        return {"plan": preview_annotations(study, bytes(upload.data), upload.filename, **upload.options)}
    except UnreadableFile as error:
        return problem_context(error)


def _import(request: HttpRequest, study: Study, upload: PendingImport) -> HttpResponse:
    data, filename = bytes(upload.data), upload.filename
    try:
        done = import_annotations(study=study, data=data, filename=filename, by=request.user, **upload.options)
    except UnreadableFile:
        # The preview shows what is wrong; a button was pressed that it does not have.
        return redirect("annotation-import-preview", slug=study.slug, pk=upload.pk)
    except StudyChanged as error:
        messages.error(request, str(error))
        return redirect("annotation-import-preview", slug=study.slug, pk=upload.pk)
    upload.delete()
    messages.success(request, _done_in_words(done))
    return redirect("annotator-list", slug=study.slug)


def _done_in_words(done: ImportedAnnotations) -> str:
    if done.was_already_there:
        return "These annotations are there already. Nothing was changed."
    words = f"{done.created:,} annotation{'' if done.created == 1 else 's'} imported"
    return f"{words} in the place of {done.removed:,}." if done.removed else f"{words}."
