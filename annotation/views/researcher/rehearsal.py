"""Rehearse a study with simulated raters, and wipe what they made."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.forms.rehearsal import RehearsalForm
from annotation.models import Study, StudyEvent
from annotation.permissions import for_study
from annotation.rehearsal.rehearse import RehearsalRefused, refuse_what_makes_no_sense
from annotation.services import assembly
from jobs.services.runs import start_run

SOME_TOO_MANY = 1.25


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def rehearsal_start(request: HttpRequest, study: Study) -> HttpResponse:
    seats = study.personas.count() * study.raters_per_persona
    form = RehearsalForm(request.POST or None, initial={"raters": round(seats * SOME_TOO_MANY)})
    refusal = refusal_of(study)
    if request.method == "POST" and form.is_valid() and not refusal:
        asked = form.parameters()
        run = start_run("rehearsal", study=study, parameters=asked, key=f"study {study.pk}", by=request.user)
        StudyEvent.objects.create(study=study, by=request.user, what="rehearsal started", detail=asked)
        return redirect("run-detail", pk=run.pk)
    context = {"study": study, "tab": "progress", "form": form, "seats": seats, "refusal": refusal}
    context["holds_rehearsal"] = study.raters.filter(is_rehearsal=True).exists()
    return render(request, "researcher/rehearsal_start.html", context)


def refusal_of(study: Study) -> str:
    """Why the study cannot be rehearsed; empty where it can."""
    try:
        refuse_what_makes_no_sense(study)
    except RehearsalRefused as error:
        return str(error)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def rehearsal_wipe(request: HttpRequest, study: Study) -> HttpResponse:
    if request.method == "POST":
        count = assembly.wipe_rehearsal(study=study, by=request.user)
        messages.success(
            request, f"{count} simulated rater{'' if count == 1 else 's'} and everything they did have been deleted."
        )
        return redirect("study-detail", slug=study.slug)
    raters = study.raters.filter(is_rehearsal=True).count()
    return render(request, "researcher/rehearsal_wipe.html", {"study": study, "tab": "progress", "raters": raters})
