"""Requests that cannot be served: an address that leads nowhere, a form without a valid token."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views import defaults

NOT_KEPT = ("password",)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs get JSON, people the page that says what to do."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "There is nothing at this address."}, status=404)
    return defaults.page_not_found(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Hand the posted fields back with a fresh token; only where they came from a page of this site."""
    ours = came_from_this_site(request)
    context = {
        "action": request.get_full_path() if ours else request.path,
        "token": get_token(request),
        "fields": kept_fields(request) if ours else [],
        "left_out": left_out_fields(request),
        "is_ours": ours,
        "back": request.path if ours else "/",
    }
    return render(request, "csrf_failure.html", context, status=403)


def came_from_this_site(request: HttpRequest) -> bool:
    """Browsers name the page's origin with every form; another site's form must not be made sendable here."""
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source).netloc == request.get_host()


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not is_secret(name)
        for value in values
    ]


def left_out_fields(request: HttpRequest) -> list[str]:
    return sorted({name for name in request.POST if is_secret(name)} | set(request.FILES))


def is_secret(name: str) -> bool:
    return any(word in name.lower() for word in NOT_KEPT)
