"""Long work: what runs, how far it is, and orders to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from annotation.models import Study
from annotation.permissions import for_researchers, for_study
from annotation.progress.model_runs import trial_of
from jobs.models import Run, ScheduledTask
from jobs.progress import has_worker, run_page
from jobs.services.runs import OrderRefused, cancel_run, pause_run, resume_run, retry_run

RUNS_PER_PAGE = 50
ORDERS = {"pause": pause_run, "resume": resume_run, "cancel": cancel_run, "retry": retry_run}
# What the page says once the order is given; a worker carries it out within seconds.
GIVEN = {
    "pause": "The run pauses once the parts in progress have finished.",
    "resume": "The run continues.",
    "cancel": "The run ends once the parts in progress have finished. A cancelled import stores nothing.",
    "retry": "What failed is being retried.",
}


@require_safe
@for_researchers
def run_list(request: HttpRequest) -> HttpResponse:
    """Every run one may see, and for admins the schedule."""
    runs = Run.objects.visible_to(request.user)
    context = {"page": page_of(request, runs), "has_worker": has_worker()}
    context["tasks"] = ScheduledTask.objects.all() if request.user.is_staff else []
    return render(request, "researcher/run_list.html", context)


@require_safe
@for_study
def study_run_list(request: HttpRequest, study: Study) -> HttpResponse:
    context = {"study": study, "tab": "runs", "page": page_of(request, study.runs.all()), "has_worker": has_worker()}
    return render(request, "researcher/study_run_list.html", context)


def page_of(request: HttpRequest, runs):
    runs = runs.select_related("study", "started_by").order_by("-pk")
    return Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))


@require_safe
@vary_on_headers("HX-Request")
@for_researchers
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; htmx gets the part that renews itself until the run has ended."""
    run = run_for(request.user, pk)
    context = {"study": run.study, "tab": "runs", "run": run, "shown": run_page(run), "trial": trial_of(run)}
    context["parent"] = "researcher/study_base.html" if run.study else "researcher/base.html"
    name = "researcher/_run_progress.html" if request.htmx else "researcher/run_detail.html"
    return render(request, name, context)


@require_POST
@for_researchers
def run_order(request: HttpRequest, pk: int, order: str) -> HttpResponse:
    run = run_for(request.user, pk)
    if order not in ORDERS:
        raise Http404
    try:
        ORDERS[order](run=run, by=request.user)
    except OrderRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, GIVEN[order])
    return redirect("run-detail", pk=run.pk)


def run_for(user, pk: int) -> Run:
    """The run, if this person may see it; else 404."""
    return get_object_or_404(Run.objects.visible_to(user).select_related("study", "started_by"), pk=pk)
