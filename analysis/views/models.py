"""/results/league/: which models can be told apart, and which are as good as a person?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reports.comparisons import (
    Comparisons,
    caption_words,
    comparisons_of,
    margin_words,
    read_margin,
)
from analysis.reports.overview import caption_of
from analysis.reports.probabilities import probabilities_of
from analysis.reports.tables import Table
from analysis.views.results_page import ResultsPage

FORMULAS = (
    ("kappa", "kappa-by-reference"),
    ("pairs of models", "pairs-of-models"),
    ("rank", "rank"),
    ("margin", "margin"),
    ("several models at once", "several-models-at-once"),
)


class ModelsPage(ResultsPage):
    section = "models"

    @cached_property
    def report(self) -> Comparisons:
        return comparisons_of(self.results)

    def file(self, table: str) -> tuple[str, Table]:
        return "model-pairs", self.report.pair_table()

    def context(self) -> dict[str, Any]:
        report, fixed = self.report, self.study.equivalence_margin
        margin = fixed or read_margin(self.asked("margin"))
        return {
            "report": report,
            "formulas": FORMULAS,
            "table": self.table(report.pair_columns, report.pairs, label="pairs"),
            "caption": f"{caption_words(report)} {caption_of(self.results, both_codings=True)}",
            "margin": margin,
            "margin_is_fixed": bool(fixed),
            "probabilities": probabilities_of(self.results),
            "margin_words": margin_words(margin) if margin else "",
            "verdicts": report.verdicts(margin) if margin else [],
        }
