"""What is true of every request, whichever page answers it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from config import database_limits

GetResponse = Callable[[HttpRequest], HttpResponse]
PARTICIPANTS_PATHS = ("/a/", "/s/")


def limit_database_waits(get_response: GetResponse) -> GetResponse:
    """Give the thread's connection the limits of whoever asks. /healthz asks no database, so it needs none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path != "/healthz":
            database_limits.use(limits_for(request.path))
        return get_response(request)

    return middleware


def limits_for(path: str) -> database_limits.Limits:
    if path.startswith(PARTICIPANTS_PATHS):
        return database_limits.PARTICIPANT
    return database_limits.HEALTH if path == "/readyz" else database_limits.RESEARCHER


def keep_no_copies(get_response: GetResponse) -> GetResponse:
    """Nothing that Django answers stays in a browser or proxy: nearly every page, file and error may name a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "no-store" not in response.get("Cache-Control", ""):
            patch_cache_control(response, no_store=True)
        return response

    return middleware


def refuse_null_characters(get_response: GetResponse) -> GetResponse:
    """No address of this site has one, and PostgreSQL would fail on it instead of finding nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return get_response(request)

    return middleware
