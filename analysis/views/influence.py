"""/results/influence/: does the result depend on one persona, one rater, one question?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.influence import MOST, influence_figure
from analysis.reports.annotator_choice import chosen_annotator
from analysis.reports.best import best_model
from analysis.reports.influence import COLUMNS, InfluenceReport, Kind, Left, influence_of
from analysis.reports.overview import caption_of
from analysis.reports.tables import Table
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage

PER_PAGE = 50


class InfluencePage(ResultsPage):
    section = "influence"
    own = frozenset({"model", "of"})
    figures = True

    @cached_property
    def kind(self) -> str:
        return self.asked("of", Kind.PERSONA.value)

    @cached_property
    def position(self) -> int | None:
        """The model of the address, else that of the overview's sentence; baseline raters where there is none."""
        model = self.asked("model")
        best = None if model else best_model(self.results)
        return chosen_annotator(self.results, model) if best is None else best

    @cached_property
    def report(self) -> InfluenceReport | None:
        if self.position is None:
            return None
        return influence_of(self.results, self.position, kind=self.kind, sort=self.asked("sort"))

    def file(self, table: str) -> tuple[str, Table] | None:
        if self.report is None or self.report.chosen is None:
            return None
        return f"influence-{self.kind}", self.report.chosen.table()

    def context(self) -> dict[str, Any]:
        return {
            "report": self.report,
            "annotators": self.annotators(),
            "chosen_model": self.position,
            "model_name": self.model_name(self.position),
            "kinds": list(Kind),
            "kind": self.kind,
            **self.listed(),
        }

    def listed(self) -> dict[str, Any]:
        """The table of what is left out one at a time, with its figure."""
        if self.report is None or self.report.chosen is None:
            return {}
        left = self.report.chosen
        paged = self.paged(left, PER_PAGE)
        return paged | {
            "left": left,
            "table": self.table(COLUMNS, paged["page"], label="left-out", sort=left.sort, is_tall=True),
            "caption": caption_of(self.results, both_codings=True),
            "plot": self.plot(left) if left.moves else None,
        }

    def plot(self, left: Left) -> Plot:
        caption = (
            f"Up to {MOST} of {len(left):,}, those that move kappa most. Dashed line: kappa of all; grey band: its "
            f"95 % interval; dots: kappa without each. {caption_of(self.results)}"
        )
        filename = f"{self.study.slug}-influence-{left.kind}"
        return Plot("influence", left.title, caption, filename, influence_figure(left), fits_phone=True)
