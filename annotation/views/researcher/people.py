"""Who may log in: for admins."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotation.forms.people import ResearcherForm
from annotation.permissions import for_admins
from annotation.services import people as accounts
from annotation.services.people import CannotChangeYourself


@require_safe
@for_admins
def people(request: HttpRequest) -> HttpResponse:
    return _page(request, ResearcherForm())


@require_POST
@for_admins
def person_add(request: HttpRequest) -> HttpResponse:
    form = ResearcherForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    return _page_with_link(request, accounts.add_researcher(**form.cleaned_data))


@require_POST
@for_admins
def person_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(get_user_model(), pk=pk, is_active=True)
    if not _done(request, accounts.reset_password, user):
        return redirect("people")
    return _page_with_link(request, user)


@require_POST
@for_admins
def person_disable(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(get_user_model(), pk=pk)
    if _done(request, accounts.disable, user):
        messages.success(request, f"{user} has been logged out everywhere and can no longer log in.")
    return redirect("people")


@require_POST
@for_admins
def person_enable(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(get_user_model(), pk=pk)
    if _done(request, accounts.enable, user):
        messages.success(request, f"{user} can log in again.")
    return redirect("people")


def _done(request: HttpRequest, change, user) -> bool:
    try:
        change(user=user, by=request.user)
    except CannotChangeYourself as error:
        messages.error(request, str(error))
        return False
    return True


def _page(request: HttpRequest, form: ResearcherForm, **context) -> HttpResponse:
    users = get_user_model().objects.order_by("-is_active", "username")
    return render(request, "researcher/people.html", {"users": users, "form": form, **context})


def _page_with_link(request: HttpRequest, user) -> HttpResponse:
    """The only answer that ever shows the one-time link."""
    link = request.build_absolute_uri(accounts.one_time_path(user))
    return _page(request, ResearcherForm(), link=link, link_for=user)
