"""What is true of every request, whichever page answers it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def refuse_null_characters(get_response: GetResponse) -> GetResponse:
    """No address of this site has one, and PostgreSQL would fail on it instead of finding nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return get_response(request)

    return middleware
