"""/results/questions/: the questions behind a cell, a dot or a bar; each leads on to its answers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.options import InvalidOption
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.items import ItemFilter, Items, items_of
from analysis.reports.tables import Table
from analysis.views.results_page import ResultsPage

PER_PAGE = 50
ALIKE = {"": None, "yes": True, "no": False}


class ItemsPage(ResultsPage):
    section = "questions"
    template = "analysis/items.html"
    own = frozenset({"persona", "shared", "model", "other", "alike"})

    @cached_property
    def filter(self) -> ItemFilter:
        alike = self.asked("alike")
        if alike not in ALIKE:
            raise InvalidOption(f"alike={alike} is not one of yes, no.")
        return ItemFilter(
            personas=tuple(self.request.GET.getlist("persona")),
            shared=self.asked("shared") == "1",
            first=self.position("model"),
            second=self.position("other"),
            alike=ALIKE[alike],
        )

    def position(self, parameter: str) -> int | None:
        key = self.asked(parameter)
        if not key:
            return None
        keys = [annotator_key(one) for one in self.results.annotators]
        if key not in keys:
            raise InvalidOption(f"{parameter}={key} is no annotator of this study.")
        return keys.index(key)

    @cached_property
    def report(self) -> Items:
        return items_of(self.results, self.filter, sort=self.asked("sort"))

    def file(self, table: str) -> tuple[str, Table]:
        return "questions", self.report.table()

    def context(self) -> dict[str, Any]:
        paged = self.paged(self.report.rows, PER_PAGE)
        return paged | {
            "report": self.report,
            "asked": self.filter,
            "annotators": self.annotators(),
            "model": self.asked("model"),
            "other": self.asked("other"),
            "alike": self.asked("alike"),
            "personas": self.results.matrix.personas,
            "table": self.table(self.report.columns, paged["page"], label="items", sort=self.report.sort),
        }
