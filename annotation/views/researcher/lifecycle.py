"""A study duplicated, archived or deleted, and given more raters."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.forms.lifecycle import ConfirmationForm, DuplicateForm, MoreRatersForm
from annotation.models import Study
from annotation.permissions import for_admins, for_study, for_study_readers
from annotation.services import removal
from annotation.services.copies import duplicate_study
from annotation.services.foils import make_foils
from annotation.services.more_raters import CannotAddRaters, add_raters
from annotation.services.removal import RemovalRefused
from audit.models import AuditEntry

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
ENTRIES_SHOWN = 200


@require_safe
@for_study
def study_manage(request: HttpRequest, study: Study) -> HttpResponse:
    context = {"study": study, "tab": "settings", "section": "manage"}
    context["refusal"] = removal.why_not_deletable(study, request.user)
    context["more_raters"] = None if study.opened_at is None else MoreRatersForm(study=study)
    return render(request, "researcher/settings_manage.html", context)


@get_or_post
@for_study_readers
def study_duplicate(request: HttpRequest, study: Study) -> HttpResponse:
    """Whoever may read a study may have a copy, that of an example too."""
    initial = {"name": f"{study.name} (copy)"[:200], "slug": f"{study.slug[:55]}-copy"}
    form = DuplicateForm(request.POST or None, study=study, initial=initial)
    if request.method == "POST" and form.is_valid():
        draft = _duplicated(study, form, request.user)
        messages.success(request, f"This is the copy of {study.name}: a draft, with nobody in it.")
        return redirect("study-setup", slug=draft.slug)
    return render(request, "researcher/study_duplicate.html", {"study": study, "tab": "settings", "form": form})


def _duplicated(study: Study, form: DuplicateForm, by) -> Study:
    slug, name = form.cleaned_data["slug"], form.cleaned_data["name"]
    if form.draws_foils:
        return make_foils(study=study, slug=slug, name=name, by=by).study
    return duplicate_study(study=study, slug=slug, name=name, by=by)


@require_POST
@for_study
def study_archive(request: HttpRequest, study: Study) -> HttpResponse:
    try:
        removal.archive_study(study=study, by=request.user)
    except RemovalRefused as error:
        messages.error(request, f"Nothing has changed. {error}")
    else:
        messages.success(request, "The study is archived: it is no longer listed on the first page.")
    return redirect("study-manage", slug=study.slug)


@require_POST
@for_study
def study_unarchive(request: HttpRequest, study: Study) -> HttpResponse:
    removal.unarchive_study(study=study, by=request.user)
    messages.success(request, "The study is back on the first page.")
    return redirect("study-manage", slug=study.slug)


@get_or_post
@for_study
def study_delete(request: HttpRequest, study: Study) -> HttpResponse:
    form = ConfirmationForm(request.POST or None, name=study.slug)
    if request.method == "POST" and form.is_valid():
        try:
            removal.delete_study(study=study, by=request.user)
        except RemovalRefused as error:
            messages.error(request, f"Nothing has changed. {error}")
            return redirect("study-manage", slug=study.slug)
        messages.success(request, f"{study.name} has been deleted.")
        return redirect("study-list")
    context = {"study": study, "tab": "settings", "form": form, "counts": removal.counts_of(study)}
    context["refusal"] = removal.why_not_deletable(study, request.user)
    return render(request, "researcher/study_delete.html", context)


@require_POST
@for_study
def study_add_raters(request: HttpRequest, study: Study) -> HttpResponse:
    form = MoreRatersForm(request.POST, study=study)
    if not form.is_valid():
        messages.error(request, f"Nothing has changed. {' '.join(form.errors['raters_per_persona'])}")
        return redirect("study-manage", slug=study.slug)
    try:
        count = add_raters(study=study, by=request.user, **form.cleaned_data)
    except CannotAddRaters as error:
        messages.error(request, f"Nothing has changed. {error}")
    else:
        messages.success(request, f"{count} seats added. Ask for {count} more places on Prolific.")
    return redirect("study-manage", slug=study.slug)


@require_safe
@for_admins
def audit_log(request: HttpRequest) -> HttpResponse:
    """What is no longer there to have a log of its own."""
    entries = AuditEntry.objects.select_related("by")[:ENTRIES_SHOWN]
    return render(request, "researcher/audit_log.html", {"entries": entries, "most": ENTRIES_SHOWN})
