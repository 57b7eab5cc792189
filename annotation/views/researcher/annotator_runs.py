"""What each run of a model was given: read from the file or the name, and corrected here."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotation.conditions import condition_in
from annotation.forms.annotator_run import AnnotatorRunForm
from annotation.forms.lifecycle import ConfirmationForm
from annotation.models import NAMED_KINDS, RaterKind, Study
from annotation.models.annotator_run import CONDITION_LABELS
from annotation.permissions import for_study
from annotation.services.annotator_runs import describe_run, setting_of
from annotation.services.removal import RemovalRefused, archive_annotator, delete_annotator_run, unarchive_annotator


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def annotator_run(request: HttpRequest, study: Study, pk: int, run: int) -> HttpResponse:
    rater = get_object_or_404(study.raters.filter(kind=RaterKind.MODEL), pk=pk)
    if not rater.annotations.filter(run=run).exists():
        raise Http404("This model has no such run.")
    stored = setting_of(rater, run)
    guess = "" if stored.condition else condition_in(rater.name)
    initial = stored._asdict() | ({"condition": guess} if guess else {})
    form = AnnotatorRunForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        describe_run(study=study, rater=rater, run=run, setting=form.setting, by=request.user)
        messages.success(request, f"Saved what {rater.name}, run {run}, was given.")
        return redirect("annotator-list", slug=study.slug)
    context = {"study": study, "tab": "data", "rater": rater, "run": run, "form": form}
    context["guess"] = CONDITION_LABELS[guess] if guess else ""
    return render(request, "researcher/annotator_run.html", context)


@require_POST
@for_study
def annotator_archive(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    """Leave an annotator out of the results, or take it back in."""
    rater = get_object_or_404(study.raters.filter(kind__in=NAMED_KINDS), pk=pk)
    if rater.archived_at:
        unarchive_annotator(rater=rater, by=request.user)
        messages.success(request, f"{rater.name} is part of the results again.")
    else:
        archive_annotator(rater=rater, by=request.user)
        messages.success(request, f"{rater.name} is archived: the results leave it out. Its answers are kept.")
    return redirect("annotator-list", slug=study.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def annotator_run_delete(request: HttpRequest, study: Study, pk: int, run: int) -> HttpResponse:
    rater = get_object_or_404(study.raters.filter(kind__in=NAMED_KINDS), pk=pk)
    answers = rater.annotations.filter(run=run).count()
    if not answers:
        raise Http404("This annotator has no such run.")
    form = ConfirmationForm(request.POST or None, name=rater.name)
    if request.method == "POST" and form.is_valid():
        try:
            deleted = delete_annotator_run(rater=rater, run=run, by=request.user)
        except RemovalRefused as error:
            messages.error(request, f"Nothing has changed. {error}")
        else:
            messages.success(request, f"{deleted} answers of {rater.name}, run {run}, have been deleted.")
        return redirect("annotator-list", slug=study.slug)
    context = {"study": study, "tab": "data", "rater": rater, "run": run, "form": form, "answers": answers}
    return render(request, "researcher/annotator_run_delete.html", context)
