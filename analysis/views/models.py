"""/results/league/: which models can be told apart, and which are as good as a person?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.calibration import calibration_figure
from analysis.reports.comparisons import (
    Comparisons,
    caption_words,
    comparisons_of,
    margin_words,
    read_margin,
)
from analysis.reports.overview import caption_of
from analysis.reports.probabilities import (
    SCORE_COLUMNS,
    ProbabilityRow,
    bin_table,
    probabilities_of,
    score_table,
)
from analysis.reports.tables import Table
from analysis.reports.wording import number, quoted, sampling_words
from analysis.views.pages import address_with
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage


class ModelsPage(ResultsPage):
    section = "models"
    figures = True

    @cached_property
    def report(self) -> Comparisons:
        return comparisons_of(self.results)

    @cached_property
    def rows_of_probabilities(self) -> tuple[ProbabilityRow, ...]:
        return probabilities_of(self.results)

    def probabilities(self) -> dict[str, Any] | None:
        rows = self.rows_of_probabilities
        if not rows:
            return None
        lines = [line for row in rows for line in row.lines]
        return {
            "plot": calibration_plot(rows, self.study.slug),
            "table": self.table(SCORE_COLUMNS, lines, label="probabilities"),
            "files": {name: address_with(self.request, format="csv", table=name) for name in ("probabilities", "bins")},
            "intervals": sampling_words(self.results.sampling),
        }

    def file(self, table: str) -> tuple[str, Table]:
        if table == "probabilities":
            return "probabilities", score_table(self.rows_of_probabilities)
        if table == "bins":
            return "probability-bins", bin_table(self.rows_of_probabilities)
        return "model-pairs", self.report.pair_table()

    def context(self) -> dict[str, Any]:
        report, fixed = self.report, self.study.equivalence_margin
        margin = fixed or read_margin(self.asked("margin"))
        return {
            "report": report,
            "table": self.table(report.pair_columns, report.pairs, label="pairs"),
            "caption": f"{caption_words(report)} {caption_of(self.results, both_codings=True)}",
            "margin": margin,
            "margin_is_fixed": bool(fixed),
            "probabilities": self.probabilities(),
            "margin_words": margin_words(margin) if margin else "",
            "verdicts": report.verdicts(margin) if margin else [],
        }


def calibration_plot(rows: tuple[ProbabilityRow, ...], slug: str) -> Plot:
    closest = min(rows, key=lambda row: row.votes.error)
    title = f"What models said and what people chose: {quoted(closest.name)} is off by {number(closest.votes.error)}"
    caption = (
        "Each dot is a tenth of the scale, its area the questions in it. Dashed: what was said is what people chose."
    )
    return Plot("calibration", title, caption, f"{slug}-calibration", calibration_figure(rows), fits_phone=True)
