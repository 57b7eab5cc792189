"""What each run of a model was given: read from the file or the name, and corrected here."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotation.conditions import condition_in
from annotation.forms.annotator_run import AnnotatorRunForm
from annotation.models import RaterKind, Study
from annotation.models.annotator_run import CONDITION_LABELS
from annotation.permissions import for_study
from annotation.services.annotator_runs import describe_run, setting_of


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
