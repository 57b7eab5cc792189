"""Who may see and do what in the console and the API. Another researcher's study does not exist for you."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRefresh

from annotation.models import Study

READING = {"GET", "HEAD"}
EXAMPLE_IS_READ_ONLY = "This study is an example, for everybody to read. Duplicate it to get one of your own to change."


def study_for(user, slug: str) -> Study:
    """The study, if this person may see it; else 404, which does not say whether it exists."""
    return get_object_or_404(Study.objects.visible_to(user), slug=slug)


def study_to_change(user, slug: str) -> Study:
    """The study, if this person may change it; 403 for an example that they may only read."""
    study = study_for(user, slug)
    if not study.may_be_changed_by(user):
        raise PermissionDenied(EXAMPLE_IS_READ_ONLY)
    return study


def for_researchers(view):
    """A page for whoever is logged in; no browser or proxy keeps a copy for the next person at the desk."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs):
        if request.htmx and not request.user.is_authenticated:
            # A log-in form in the place of a fragment would be a trap: the whole page goes to log in.
            return HttpResponseClientRefresh()
        return login_required(view)(request, **kwargs)

    return wrapper


def for_study(view):
    """A page of one study, for its researchers and for admins; others read an example, and send it nothing."""

    @for_study_readers
    @wraps(view)
    def wrapper(request: HttpRequest, study: Study, **kwargs):
        if study.is_read_only and request.method not in READING:
            raise PermissionDenied(EXAMPLE_IS_READ_ONLY)
        return view(request, study, **kwargs)

    return wrapper


def for_study_readers(view):
    """A page that changes nothing in its study, not even when something is sent to it."""

    @for_researchers
    @wraps(view)
    def wrapper(request: HttpRequest, slug: str, **kwargs):
        study = study_for(request.user, slug)
        # For the templates: they offer no button that would be refused.
        study.is_read_only = not study.may_be_changed_by(request.user)
        return view(request, study, **kwargs)

    return wrapper


def for_study_admins(view):
    """A page of one study that names people or pays them: admins only."""

    @for_study
    @wraps(view)
    def wrapper(request: HttpRequest, study: Study, **kwargs):
        require_admin(request.user)
        return view(request, study, **kwargs)

    return wrapper


def for_admins(view):
    @for_researchers
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs):
        require_admin(request.user)
        return view(request, **kwargs)

    return wrapper


def require_admin(user) -> None:
    if not user.is_staff:
        raise PermissionDenied
