"""Everyone who may log in reads persona sets; admins import them."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def for_admins(view):
    @login_required
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, **kwargs)

    return wrapper
