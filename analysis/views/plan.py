"""/results/plan/: how many raters and questions do I need, and what would that cost? Needs no answer to exist."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.plan import plan_figure
from analysis.plan_form import PlanForm
from analysis.reports.plan_defaults import defaults_of
from analysis.reports.planner import PlanReport, plan_of
from analysis.reports.tables import Table
from analysis.results import Results, results_of
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage

OF_THE_FORM = {"coding", "rule", "seed"}


class PlanPage(ResultsPage):
    section = "plan"
    figures = True

    def results_asked(self) -> Results:
        return results_of(self.study, self.options.with_(topic="", attributes=()))

    @cached_property
    def form(self) -> PlanForm:
        return PlanForm(self.request.GET.dict(), defaults=defaults_of(self.results), options=self.options)

    @cached_property
    def report(self) -> PlanReport | None:
        return plan_of(self.form.settings()) if self.form.is_valid() else None

    @property
    def status(self) -> int:
        return 200 if self.form.is_valid() else 422

    def file(self, table: str) -> tuple[str, Table] | None:
        return ("plan", self.report.table()) if self.report else None

    def context(self) -> dict[str, Any]:
        pairs = [pair for pair in self.options.parameters() if pair[0] not in OF_THE_FORM]
        context: dict[str, Any] = {"form": self.form, "option_pairs": pairs}
        if self.report is None:
            return context
        return context | {"report": self.report, "stated": self.form.stated(), "plot": self.plot(self.report)}

    def plot(self, report: PlanReport) -> Plot:
        caption = (
            "Diamond: the design asked about; circles: designs beside it. Whiskers: 95 % error of the simulation. "
            f"Dashed line: the usual mark of power. Simulated under the assumptions below, seed {report.settings.seed}."
        )
        return Plot("plan", report.figure_title, caption, f"{self.study.slug}-plan", plan_figure(report))
