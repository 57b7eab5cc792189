"""A large study's reader gets the page's frame at once; it sends the browser on to the whole page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.options import ReportOptions
from analysis.views.pages import address_with, page_context
from annotation.models import Annotation, Study

MANY_ANSWERS = 100_000
"""From this many answers on, computing a page takes seconds."""
WHOLE = "whole"
"""The parameter that asks for the whole page; nothing beyond this module sees it."""

View = Callable[..., HttpResponseBase]


def with_loading_page(section: str) -> Callable[[View], View]:
    """Wrap the view of a section under ``agreement_page``. The loading page works without JavaScript."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, study: Study, options: ReportOptions, **kwargs) -> HttpResponseBase:
            is_second = _without_whole(request)
            if is_second or request.GET.get("format") == "csv" or not has_many_answers(study):
                return view(request, study, options, **kwargs)
            context = page_context(request, study, options, section)
            context |= {"many": f"{MANY_ANSWERS:,}", "address": address_with(request, **{WHOLE: "1"})}
            return render(request, "analysis/loading.html", context)

        return wrapper

    return decorate


def has_many_answers(study: Study) -> bool:
    """Reads no more answers than it takes to know."""
    answers = Annotation.objects.filter(rater__study=study).order_by()
    return answers[MANY_ANSWERS : MANY_ANSWERS + 1].exists()


def _without_whole(request: HttpRequest) -> bool:
    """Take the parameter out of the request, so that no link on the page carries it on; whether it was there."""
    asked = request.GET.copy()
    was_there = asked.pop(WHOLE, None) is not None
    request.GET = asked  # type: ignore[assignment]
    return was_there
