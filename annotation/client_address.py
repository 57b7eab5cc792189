"""Whose address a request comes from: for slowing down password guesses and made-up participants."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's address. Behind proxies of ours, the one that the outermost of them saw.

    Each proxy adds the address it was called from at the end of X-Forwarded-For, or overwrites the header with it.
    Entries further left come from the caller, who may write anything.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return direct
    written = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    seen = [part for part in written if part][-settings.TRUSTED_PROXIES :]
    return seen[0] if seen else direct
