"""/results/histograms/: do personas differ in how well they are played, or is that sampling noise?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.histogram import histogram_figure
from analysis.reports.histograms import Histograms, finding, histograms_of
from analysis.reports.overview import caption_of
from analysis.reports.tables import Table
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage

EXACT = "noise from all tables that sampling can give"
DRAWN = "noise from histograms drawn at random"


class HistogramsPage(ResultsPage):
    section = "histograms"
    own = frozenset({"baselines"})
    figures = True

    @cached_property
    def with_baselines(self) -> bool:
        return self.asked("baselines") == "1"

    @cached_property
    def report(self) -> Histograms:
        return histograms_of(self.results, baselines=self.with_baselines)

    def file(self, table: str) -> tuple[str, Table]:
        return "histograms", self.report.table()

    def context(self) -> dict[str, Any]:
        spreads = self.report.spreads
        return {
            "report": self.report,
            "plots": [self.plot(position) for position, one in enumerate(spreads) if one.defined.size],
            "undefined": [one.title for one in spreads if not one.defined.size],
            "finding": finding(spreads),
            "baselines": self.with_baselines,
        }

    def plot(self, position: int) -> Plot:
        one = self.report.spreads[position]
        noise = EXACT if one.noise.exact else f"{DRAWN}, seed {self.options.seed}"
        figure = histogram_figure(one, self.report)
        caption = caption_of(self.results, intervals=noise)
        return Plot(one.key, one.title, caption, f"{self.study.slug}-{one.key}", figure, fits_phone=True)
