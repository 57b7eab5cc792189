"""The Content-Security-Policy header, written once in a process for the answers that all share it."""

from __future__ import annotations

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# What django-csp's decorators csp_update and csp_replace leave at a response.
CHANGES = ("_csp_update", "_csp_replace")
Changes = tuple[tuple[str, tuple[str, ...]], ...]


class SharedPolicyMiddleware(CSPMiddleware):
    """django-csp builds the same few policies again for each answer: a fiftieth of a participant's CPU."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or HEADER in response or _is_special(request, response):
            return super().process_response(request, response)
        response[HEADER] = _policy(*(_changes(getattr(response, name, None) or {}) for name in CHANGES))
        return response


def _is_special(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether more than those two decorators has a say in the policy of this answer."""
    others = (name for name in vars(response) if name.startswith("_csp") and name not in CHANGES)
    return hasattr(request, "_csp_nonce") or any(others)


def _changes(directives: dict[str, list[str] | str]) -> Changes:
    return tuple((name, (value,) if isinstance(value, str) else tuple(value)) for name, value in directives.items())


@lru_cache(maxsize=20)
def _policy(update: Changes, replace: Changes) -> str:
    return build_policy(update=dict(update), replace=dict(replace))
