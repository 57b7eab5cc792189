"""/results/: does a model choose as people do? And does that depend on the vote rule?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.figures.answer import answer_figure
from analysis.figures.forest import league_forest
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.headline import figure_title
from analysis.reports.league import LeagueRow, RowKind
from analysis.reports.overview import Overview, caption_of, overview_of
from analysis.reports.reliability import reliability_of
from analysis.reports.sides import COLUMNS as SIDES
from analysis.reports.sides import Sides, sides_of
from analysis.reports.tables import Table
from analysis.reports.vote_rules import VoteRules, vote_rules_of
from analysis.views.pages import address_with
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage
from annotation.models.annotator_run import CONDITION_LABELS

GROUPS = {
    RowKind.CEILING: "People",
    **{str(condition): words for condition, words in CONDITION_LABELS.items()},
    "": "Condition not known",
    RowKind.BASELINE: "Rules of the site",
}


def group_of(row: LeagueRow) -> str:
    """Models by what they were given of the persona."""
    return row.condition if row.is_model else row.kind


class OverviewPage(ResultsPage):
    section = "overview"
    figures = True

    @cached_property
    def report(self) -> Overview:
        return overview_of(self.results, sort=self.asked("sort"))

    @cached_property
    def sides(self) -> Sides:
        return sides_of(self.results)

    def file(self, table: str) -> tuple[str, Table]:
        return ("sides", self.sides.table()) if table == "sides" else ("league", self.report.league.table())

    def context(self) -> dict[str, Any]:
        league = self.report.league
        return {
            "report": self.report,
            "answer": self.report.answer,
            "links": self.links,
            "answer_figure": answer_figure(self.report.answer.marks),
            "people": self.report.people,
            "table": self.table(
                league.columns,
                league.rows,
                label="league",
                sort=league.sort,
                style="league wide-table",
                row_style=lambda row: "model" if row.is_model else "not-model",
                group_of=group_of,
                group_titles=GROUPS if league.is_grouped else {},
            ),
            "plot": self.plot(),
            "sides": self.sides,
            "sides_table": self.table(SIDES, self.sides.rows, label="sides"),
            "sides_address": address_with(self.request, format="csv", table="sides"),
        }

    @cached_property
    def links(self) -> dict[int, str]:
        """For each annotator the questions on which it and the people chose otherwise."""
        keys = {row.position: annotator_key(row.annotator) for row in self.report.league.rows if row.annotator}
        return {position: self.items_address(model=key, alike="no") for position, key in keys.items()}

    def plot(self) -> Plot | None:
        report = self.report
        if not report.people.raters and not report.league.models:
            return None
        caption = (
            "Circles: models; squares: baseline raters; diamond, dashed line and band: a held-out human with its "
            f"interval. Whiskers: 95 % intervals. Left by content, right by reference, on one scale. "
            f"{report.caption_of_both}"
        )
        filename = f"{self.study.slug}-league"
        return Plot(
            "forest", figure_title(report.league), caption, filename, league_forest(report.league, links=self.links)
        )


class VoteRulesPage(ResultsPage):
    section = "vote-rules"
    template = "analysis/vote_rules.html"

    @cached_property
    def report(self) -> VoteRules:
        return vote_rules_of(self.results)

    def file(self, table: str) -> tuple[str, Table]:
        return "vote-rules", self.report.table()

    def context(self) -> dict[str, Any]:
        table = self.table(self.report.columns, self.report.rows, label="rules")
        found = {"report": self.report, "table": table, "caption": caption_of(self.results)}
        return found | {"reliability": reliability_of(self.results)}
