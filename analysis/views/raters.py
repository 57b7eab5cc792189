"""/results/raters/: whose answers should I read before I believe the numbers?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reports.near_duplicates import MOST_TEXTS, NEARLY
from analysis.reports.raters import COLUMNS, Raters, raters_of
from analysis.reports.tables import Table
from analysis.reports.wording import number
from analysis.views.results_page import ResultsPage

PER_PAGE = 100


class RatersPage(ResultsPage):
    section = "raters"

    @cached_property
    def report(self) -> Raters:
        return raters_of(self.results, sort=self.asked("sort"))

    def file(self, table: str) -> tuple[str, Table]:
        return "raters", self.report.table()

    def context(self) -> dict[str, Any]:
        paged = self.paged(self.report.rows, PER_PAGE)
        return paged | {
            "report": self.report,
            "table": self.table(COLUMNS, paged["page"], label="raters", sort=self.report.sort, is_tall=True),
            "nearly": number(NEARLY),
            "most_texts": f"{MOST_TEXTS:,}",
        }
