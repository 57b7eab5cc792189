"""/results/histograms/: do personas differ in how well they are played, or is that sampling noise?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.histogram import histogram_figure
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.histograms import Bin, Histograms, Spread, finding, histograms_of
from analysis.reports.overview import caption_of
from analysis.reports.tables import Table
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage

MOST_LINKED = 60
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
            "bins": self.bins(),
            "baselines": self.with_baselines,
        }

    def bins(self) -> list[tuple[Bin, list[tuple[tuple[int, float, float], str]]]]:
        """The rows of the table, each count with the address of its bar."""
        links = [self.links(one) for one in self.report.spreads]
        rows = enumerate(self.report.bins())
        return [(one, list(zip(one.seen, [found[n] for found in links], strict=True))) for n, one in rows]

    def links(self, one: Spread) -> list[str]:
        """For each bar the questions of its personas; no address where they are too many for one."""
        model = annotator_key(self.results.annotators[one.position]) if one.position >= 0 else ""
        names = [persona.key for persona in self.results.matrix.personas]
        bins = [one.personas_between(bin_.low, bin_.high) for bin_ in self.report.bins()]
        return [
            self.items_address(persona=[names[n] for n in found], model=model) if 0 < len(found) <= MOST_LINKED else ""
            for found in bins
        ]

    def plot(self, position: int) -> Plot:
        one = self.report.spreads[position]
        noise = EXACT if one.noise.exact else f"{DRAWN}, seed {self.options.seed}"
        figure = histogram_figure(one, self.report, links=self.links(one))
        caption = caption_of(self.results, intervals=noise)
        return Plot(one.key, one.title, caption, f"{self.study.slug}-{one.key}", figure, fits_phone=True)
