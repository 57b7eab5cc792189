"""Let a language model annotate: settings, then a trial of five questions, then the whole study."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotation.forms.model_annotator import ModelAnnotatorForm
from annotation.models import Study, StudyEvent
from annotation.permissions import for_study
from annotation.services.model_annotators import TRIAL, AnnotatingRefused, start_annotating
from annotation.services.model_costs import chosen_in
from model_calls.endpoints import UnknownEndpoint


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def model_annotator_try(request: HttpRequest, study: Study) -> HttpResponse:
    form = ModelAnnotatorForm(request.POST or None, study=study)
    if request.method == "POST" and form.is_valid():
        run = start_annotating(study=study, chosen=form.chosen, by=request.user, trial=True)
        return redirect("run-detail", pk=run.pk)
    context = {"study": study, "tab": "data", "form": form, "questions": study.questions.drawn().count()}
    return render(request, "researcher/model_annotator.html", context)


@require_POST
@for_study
def model_annotator_start(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    """Ask all questions as this trial asked five."""
    trial = get_object_or_404(study.runs, pk=pk, kind=TRIAL)
    try:
        run = start_annotating(study=study, chosen=chosen_in(trial), by=request.user)
    except (AnnotatingRefused, UnknownEndpoint) as error:
        messages.error(request, str(error))
        return redirect("run-detail", pk=trial.pk)
    detail = {"run": run.pk, "annotator": run.description}
    StudyEvent.objects.create(study=study, by=request.user, what="model annotator started", detail=detail)
    return redirect("run-detail", pk=run.pk)
