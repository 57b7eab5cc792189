"""The Content-Security-Policy header, written once in a process for the answers that all share it."""

from __future__ import annotations

from functools import lru_cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class SharedPolicyMiddleware(CSPMiddleware):
    """django-csp builds the same policy anew for each answer: a fiftieth of a participant's CPU."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or HEADER in response or _has_its_own(request, response):
            return super().process_response(request, response)
        response[HEADER] = _shared_policy()
        return response


def _has_its_own(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a nonce or one of django-csp's decorators changes the policy of this answer."""
    return hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))


@lru_cache(maxsize=1)
def _shared_policy() -> str:
    return build_policy()
