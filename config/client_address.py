"""Whose address a request comes from, for slowing down password guesses."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's address; behind a proxy of ours the last one it wrote down, since callers write the ones before."""
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return direct
    return request.META.get("HTTP_X_FORWARDED_FOR", direct).split(",")[-1].strip()
