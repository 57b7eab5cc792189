"""The skeleton of every page of results: options of the address -> results -> report -> page, figure or CSV file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from analysis.options import ReportOptions
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.columns import Columns
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.reports.wording import coding_words
from analysis.results import Results, results_of
from analysis.views.formula_links import FORMULAS
from analysis.views.loading import with_loading_page
from analysis.views.pages import address_with, agreement_page, csv_stream, page_context, with_figures
from analysis.views.tables import PageTable
from annotation.models import Study
from annotation.views.researcher.paging import other_parameters


class ResultsPage:
    """One page. A subclass names its section and says what is its own: ``context``, and ``file`` where it has one.

    ``figures`` loosens the style policy as plotly needs. ``waits`` shows a large study's reader a loading page first.
    ``own`` names the page's own fields in the bar of options.
    """

    section: ClassVar[str]
    template: ClassVar[str] = ""
    figures: ClassVar[bool] = False
    waits: ClassVar[bool] = True
    own: ClassVar[frozenset[str]] = frozenset()
    status = 200

    def __init__(self, request: HttpRequest, study: Study, options: ReportOptions, **kwargs: Any):
        self.request, self.study, self.options, self.kwargs = request, study, options, kwargs

    @classmethod
    def as_view(cls) -> Callable[..., HttpResponseBase]:
        def view(request: HttpRequest, study: Study, options: ReportOptions, **kwargs: Any) -> HttpResponseBase:
            return cls(request, study, options, **kwargs).respond()

        view.__name__ = cls.__name__
        whole = with_loading_page(cls.section)(view) if cls.waits else view
        return with_figures(agreement_page(whole)) if cls.figures else agreement_page(whole)

    def respond(self) -> HttpResponseBase:
        if self.asked("format") == "csv" and (found := self.file(self.asked("table"))):
            name, content = found
            lines = content.as_csv() if isinstance(content, Table) else content
            return csv_stream(lines, f"{self.study.slug}-{name}")
        context = self.frame() | self.context()
        return render(self.request, self.template or f"analysis/{self.section}.html", context, status=self.status)

    # What a subclass may say of itself.
    def results_asked(self) -> Results:
        return results_of(self.study, self.options)

    def file(self, table: str) -> tuple[str, Table | Iterable[str]] | None:
        """The end of the file's name and its content; ``table`` is the address's, for a page of several tables."""
        return None

    def context(self) -> dict[str, Any]:
        return {}

    # What every page has.
    @cached_property
    def results(self) -> Results:
        return self.results_asked()

    def frame(self) -> dict[str, Any]:
        return page_context(self.request, self.study, self.options, self.section, own=self.own) | {
            "people": SimpleLazyObject(lambda: people_of(self.results)),
            "formulas": FORMULAS.get(self.section, ()),
            "coding": coding_words(self.options.coding),
            "rule": self.options.rule.words(self.study.raters_per_persona),
            "option_pairs": self.options.parameters(),
            "csv_address": address_with(self.request, format="csv"),
        }

    def asked(self, name: str, default: str = "") -> str:
        """A parameter of the page's own."""
        return self.request.GET.get(name, default)

    def annotators(self) -> list[tuple[str, str]]:
        """Key and name of each annotator, for a select."""
        return [(annotator_key(annotator), annotator.label) for annotator in self.results.annotators]

    def items_address(self, **asked: str | Sequence[str]) -> str:
        """The questions behind a mark, under the options in force."""
        pairs = [(name, value) for name, value in asked.items() if value]
        query = urlencode([*pairs, *self.options.parameters()], doseq=True)
        return f"{reverse('agreement-questions', args=[self.study.slug])}?{query}"

    def model_name(self, position: int | None) -> str:
        return "" if position is None else self.results.annotators[position].label

    def paged(self, rows: Sequence[Any], per_page: int) -> dict[str, Any]:
        page = Paginator(rows, per_page).get_page(self.request.GET.get("page"))
        return {"page": page, "page_query": other_parameters(self.request)}

    def table(self, columns: Columns, rows: Iterable[Any], *, label: str, sort: str = "", **style: Any) -> PageTable:
        """A table under the heading of the id ``label``; its headings keep the page's own parameters."""
        return PageTable(columns, list(rows), label=label, sort=sort, query=self.sort_query(), **style)

    def sort_query(self) -> str:
        """The page's address without its order: a heading adds its own."""
        kept = self.request.GET.copy()
        for name in ("sort", "page"):
            kept.pop(name, None)
        return kept.urlencode()
