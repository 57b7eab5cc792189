"""Studies: the list, a new one, one with its live progress, and the state it is in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.forms.study import StudyForm
from annotation.models import Study
from annotation.permissions import for_researchers, for_study
from annotation.progress.attention import waiting_in
from annotation.progress.counts import SeatCounts
from annotation.progress.log import study_log
from annotation.progress.report import study_progress
from annotation.services import assembly
from annotation.services.assembly import StudyNotReady
from annotation.services.previews import revoke_preview_links
from annotation.views.researcher.previews import participant_link, preview_links

EVENTS_SHOWN = 20


@require_safe
@for_researchers
def home(request: HttpRequest) -> HttpResponse:
    return redirect("study-list")


@require_safe
@for_researchers
def study_list(request: HttpRequest) -> HttpResponse:
    is_archive = "archived" in request.GET
    visible = Study.objects.visible_to(request.user)
    shown = (
        visible.filter(archived_at__isnull=not is_archive)
        .with_progress()
        .with_rehearsal()
        .order_by("is_example", "name")
    )
    rows = [(study, SeatCounts.of(study)) for study in shown]
    mine = [study for study, _ in rows if study.may_be_changed_by(request.user)]
    waiting = [] if is_archive else waiting_in(mine, timezone.now())
    context = {
        "waiting": waiting,
        "rows": rows,
        "is_archive": is_archive,
        "archived": visible.exclude(archived_at=None).count(),
    }
    return render(request, "researcher/study_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_researchers
def study_create(request: HttpRequest) -> HttpResponse:
    form = StudyForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        study = assembly.create_study(by=request.user, **form.cleaned_data)
        messages.success(request, "The study is a draft. Take the steps below, in any order.")
        return redirect("study-setup", slug=study.slug)
    return render(request, "researcher/study_create.html", {"form": form})


@require_safe
@for_study
def study_detail(request: HttpRequest, study: Study) -> HttpResponse:
    context = {
        "study": study,
        "tab": "progress",
        "progress": study_progress(study, page=request.GET.get("page", 1)),
        "holds_rehearsal": study.raters.filter(is_rehearsal=True).exists(),
        "problems": assembly.readiness_problems(study) if study.state == "draft" else [],
        "participant_link": participant_link(request, study),
        **preview_links(request, study),
        "log": study_log(study, newest=EVENTS_SHOWN),
    }
    return render(request, "researcher/study_detail.html", context)


@require_safe
@for_study
def study_progress_fragment(request: HttpRequest, study: Study) -> HttpResponse:
    """What the study page includes and asks for again every ten seconds."""
    context = {"study": study, "progress": study_progress(study, page=request.GET.get("page", 1))}
    return render(request, "researcher/_progress.html", context)


@require_POST
@for_study
def preview_links_revoke(request: HttpRequest, study: Study) -> HttpResponse:
    revoke_preview_links(study=study, by=request.user)
    messages.success(request, "Every preview link made until now has stopped working. The link below is new.")
    return redirect("study-detail", slug=study.slug)


@require_POST
@for_study
def study_pause(request: HttpRequest, study: Study) -> HttpResponse:
    done = "The study is paused: nobody new gets a seat; those who have one can continue."
    return _change_state(request, study, assembly.pause_study, done)


@require_POST
@for_study
def study_close(request: HttpRequest, study: Study) -> HttpResponse:
    done = "The study is closed: nobody new gets a seat; those who have one can finish."
    return _change_state(request, study, assembly.close_study, done)


def _change_state(request: HttpRequest, study: Study, change, done: str) -> HttpResponse:
    try:
        change(study=study, by=request.user)
    except StudyNotReady as error:
        for problem in error.problems:
            messages.error(request, problem)
    else:
        messages.success(request, done)
    return redirect("study-detail", slug=study.slug)
