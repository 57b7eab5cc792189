"""Addresses that results had before their five groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.models import Study
from annotation.permissions import for_study

RENAMED = {"breakdown/": "groups/", "models/": "league/"}


@require_safe
@never_cache
@for_study
def moved(request: HttpRequest, study: Study, rest: str) -> HttpResponsePermanentRedirect:
    """Redirect to the page's address of today, with the whole query."""
    query = request.META.get("QUERY_STRING", "")
    address = reverse("agreement-overview", args=[study.slug]) + RENAMED.get(rest, rest)
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
