"""Views that are imported when they are first asked for: participants' requests load no numpy and no scipy."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from django.http import HttpRequest, HttpResponseBase


def lazy_view(path: str):
    """The view at ``module.function`` of analysis.views, such as ``overview.overview``."""

    def view(request: HttpRequest, **kwargs) -> HttpResponseBase:
        return imported(path)(request, **kwargs)

    view.__name__ = path.rpartition(".")[2]
    return view


@cache
def imported(path: str):
    module, _, name = path.rpartition(".")
    return getattr(import_module(f"analysis.views.{module}"), name)


def import_views() -> None:
    """Import them all now: in the parent of the server's processes, which share what it has loaded."""
    for module in iter_modules(import_module("analysis.views").__path__, "analysis.views."):
        import_module(module.name)
