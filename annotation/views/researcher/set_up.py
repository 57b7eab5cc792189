"""Setting a study up: the checklist, the preview in two sizes, and opening it."""

from __future__ import annotations

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotation.models import Outcome, Study, StudyState
from annotation.permissions import for_study
from annotation.progress.checklist import checklist, opening_problems
from annotation.services import assembly
from annotation.services.assembly import StudyNotReady
from annotation.views.researcher.previews import preview_links

OPENED = "The study is open: its link now admits participants."


@require_safe
@for_study
def study_setup(request: HttpRequest, study: Study) -> HttpResponse:
    steps = checklist(study)
    context = {"study": study, "tab": "setup", "steps": steps, "problems": opening_problems(study)}
    context["missing"] = sum(step.state == "missing" for step in steps)
    return render(request, "researcher/study_setup.html", context)


@require_safe
@for_study
@csp_update({"frame-src": ["'self'"]})
def study_preview(request: HttpRequest, study: Study) -> HttpResponse:
    """The participant's pages in frames as wide as a phone and a desktop."""
    context = {"study": study, "tab": "setup", **preview_links(request, study)}
    context["problems"] = assembly.design_problems(study)
    return render(request, "researcher/study_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def study_open(request: HttpRequest, study: Study) -> HttpResponse:
    """GET says what opening means; POST opens, and wipes the rehearsal of a draft."""
    if request.method == "POST":
        try:
            assembly.open_study(study=study, by=request.user, wipes_rehearsal="wipe" in request.POST)
        except StudyNotReady as error:
            for problem in error.problems:
                messages.error(request, problem)
        else:
            messages.success(request, OPENED)
        return redirect("study-detail", slug=study.slug)
    context = {"study": study, "tab": "setup", "steps": checklist(study), "problems": opening_problems(study)}
    context["simulated"] = study.raters.filter(is_rehearsal=True).count() if study.state == StudyState.DRAFT else 0
    context["seats"] = study.personas.count() * study.raters_per_persona
    context["codes"] = [(Outcome(code.outcome).label, code.code) for code in study.completion_codes.all()]
    context["entry"] = request.build_absolute_uri(reverse("entry", args=[study.slug]))
    return render(request, "researcher/study_open.html", context)
