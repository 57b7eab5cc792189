"""Requests that cannot be served: no such address, a form without a valid token, a database in trouble."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from annotation.services.locks import SiteBusy

NOT_KEPT = ("password",)
RETRY_SECONDS = 5
IDLE_IN_TRANSACTION = "25P03"  # PostgreSQL ended a transaction that asked nothing more


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs get JSON, people the page that says what to do."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Page not found."}, status=404)
    return defaults.page_not_found(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Hand the posted fields back with a fresh token; only where they came from a page of this site."""
    return render(request, "csrf_failure.html", fields_to_send_again(request), status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django takes a session that could not be stored for one that was deleted meanwhile, and answers 400."""
    if is_database_trouble(exception):
        return try_again(request)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is busy, full or away is worth another attempt; anything else is a fault of ours."""
    if is_database_trouble(sys.exc_info()[1]):
        return try_again(request)
    return defaults.server_error(request)


def is_database_trouble(exception: BaseException | None) -> bool:
    while exception is not None:
        if isinstance(exception, OperationalError | InterfaceError | SiteBusy):
            return True
        if getattr(exception, "sqlstate", None) == IDLE_IN_TRANSACTION:  # Django calls it an InternalError
            return True
        exception = exception.__cause__ or exception.__context__
    return False


def try_again(request: HttpRequest) -> HttpResponse:
    response = database_trouble(request)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def database_trouble(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "The database could not answer. Send this request again later."}, status=503)
    context = {"back": request.get_full_path()}
    if request.method == "POST":
        context = {**fields_to_send_again(request), "is_form": True}
    # Without context processors: they may ask the database.
    return HttpResponse(render_to_string("busy.html", context), status=503)


def fields_to_send_again(request: HttpRequest) -> dict:
    """What a page needs to offer a posted form once more, with a fresh token."""
    ours = came_from_this_site(request)
    return {
        "action": request.get_full_path() if ours else request.path,
        "token": get_token(request),
        "fields": kept_fields(request) if ours else [],
        "left_out": left_out_fields(request),
        "is_ours": ours,
        "back": request.path if ours else "/",
    }


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
