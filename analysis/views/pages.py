"""What all pages of results share: who may see them, the options of the address, the frame around the report."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import wraps
from urllib.parse import urlencode

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analysis.forms import OptionsForm, filter_choices
from analysis.options import SWITCHES, InvalidOption, ReportOptions, read_options
from analysis.sections import GROUPS, group_of
from annotation.models import Study
from annotation.permissions import for_study
from files.downloads import Download

OPTION_NAMES = {"coding", "rule", "topic", *SWITCHES, "seed", "target"}
NOT_KEPT = {"page", "format"}


def agreement_page(view):
    """A page of a study's results: ``view(request, study, options, **kwargs)``, to be read only."""

    @require_safe
    @never_cache
    @for_study
    @wraps(view)
    def wrapper(request: HttpRequest, study: Study, **kwargs) -> HttpResponse:
        if any(value == "" for values in dict(request.GET.lists()).values() for value in values):
            return HttpResponseRedirect(f"{request.path}?{_said(request)}")
        try:
            return view(request, study, options_of(request), **kwargs)
        except InvalidOption as error:
            context = {"study": study, "tab": "agreement", "problem": str(error)}
            return render(request, "analysis/invalid_option.html", context, status=400)

    return wrapper


# Plotly positions its layers by style attributes; nothing else of the policy is loosened.
with_figures = csp_update({"style-src-attr": [UNSAFE_INLINE]})


def options_of(request: HttpRequest) -> ReportOptions:
    """The options in the address; raises ``InvalidOption``."""
    if any("\x00" in name + value for name, values in request.GET.lists() for value in values):
        raise InvalidOption("The address contains a NUL character.")
    return read_options(request.GET.dict())


def page_context(
    request: HttpRequest, study: Study, options: ReportOptions, section: str, *, own: Collection[str] = ()
) -> dict[str, object]:
    """What the frame (analysis/agreement_base.html) needs: tabs that keep the options, and the bar that sets them.

    ``own`` names the page's own fields in the bar.
    """
    form = OptionsForm(study=study, options=options, choices=filter_choices(study))
    return {
        "study": study,
        "tab": "agreement",
        "groups": GROUPS,
        "group": group_of(section),
        "section": section,
        "options": options,
        "options_form": form,
        "query": options.as_query(),
        "kept": kept_parameters(request, own),
    }


def kept_parameters(request: HttpRequest, own: Collection[str] = ()) -> list[tuple[str, str]]:
    """The page's own parameters that have no field in the bar: a change of the options keeps them."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in {*OPTION_NAMES, *NOT_KEPT, *own} and not name.startswith("attribute:")
    ]


def csv_stream(lines: Iterable[str], filename: str) -> Download:
    return Download(lines, filename=f"{filename}.csv", form="csv")


def address_with(request: HttpRequest, **changes: str) -> str:
    """This page's query with some parameters set; for links that sort or download."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values if name not in changes]
    return "?" + urlencode([*pairs, *changes.items()])


def _said(request: HttpRequest) -> str:
    """The parameters that say something: an empty field of the bar is no part of the address."""
    return urlencode([(name, value) for name, values in request.GET.lists() for value in values if value != ""])
