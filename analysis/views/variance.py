"""/results/variance/: what agreement varies by, and each persona's share drawn towards the mean."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reports.overview import caption_of
from analysis.reports.tables import Table
from analysis.reports.uniformity import COLUMNS, uniformity_of, uniformity_table
from analysis.reports.variance import (
    ANNOTATOR_COLUMNS,
    COMPONENT_COLUMNS,
    Measure,
    VarianceReport,
    read_measure,
    variance_of,
)
from analysis.reports.wording import sampling_words
from analysis.views.pages import address_with
from analysis.views.results_page import ResultsPage

PER_PAGE = 50
METHOD = "95 % intervals of a random-effects model (Laplace)"


class VariancePage(ResultsPage):
    section = "variance"
    own = frozenset({"measure"})

    @cached_property
    def measure(self) -> Measure:
        return read_measure(self.asked("measure", Measure.AGREEMENT))

    @cached_property
    def report(self) -> VarianceReport:
        return variance_of(self.results, self.measure)

    def file(self, table: str) -> tuple[str, Table]:
        if table == "uniformity":
            return "uniformity", uniformity_table(uniformity_of(self.results))
        name = table or "personas"
        return f"variance-{name}", self.report.table(name)

    def context(self) -> dict[str, Any]:
        report, measure = self.report, self.measure
        context = {"report": report, "measure": measure, "measures": list(Measure)}
        if report.why_not:
            return context
        paged = self.paged(report.personas, PER_PAGE)
        return (
            context
            | paged
            | {
                "components": self.table(COMPONENT_COLUMNS[1:], report.components, label="components"),
                "annotators": self.table(ANNOTATOR_COLUMNS, report.annotators, label="annotators"),
                "personas": self.table(report.persona_columns, paged["page"], label="personas", is_tall=True),
                "uniformity": self.table(COLUMNS, uniformity_of(self.results), label="uniformity"),
                "jackknife": sampling_words(self.results.sampling),
                "caption": caption_of(self.results, intervals=METHOD),
                "files": {
                    name: address_with(self.request, format="csv", table=name)
                    for name in ("components", "annotators", "personas", "uniformity")
                },
            }
        )
