"""/results/population/: from checked personas to the whole persona set, with a model's answers to all."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reports.overview import caption_of
from analysis.reports.population import COLUMNS, NO_WEIGHT, Population, population_of
from analysis.reports.tables import Table
from analysis.views.results_page import ResultsPage

METHOD = "95 % intervals for personas like these and these prompts (prediction-powered)"


class PopulationPage(ResultsPage):
    section = "population"
    own = frozenset({"weight"})

    @cached_property
    def report(self) -> Population | None:
        return population_of(self.results, self.asked("weight"))

    def file(self, table: str) -> tuple[str, Table] | None:
        return ("population", self.report.table()) if self.report else None

    def context(self) -> dict[str, Any]:
        if self.report is None:
            return {"report": None}
        return {
            "report": self.report,
            "no_weight": NO_WEIGHT,
            "table": self.table(COLUMNS, self.report.rows, label="population"),
            "caption": caption_of(self.results, intervals=METHOD),
        }
