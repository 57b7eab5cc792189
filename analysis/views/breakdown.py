"""/results/groups/: which personas does a model play well?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reference import reference_words
from analysis.reports.annotator_choice import chosen_annotator, chosen_other
from analysis.reports.breakdown import Breakdown, breakdown_of, default_way, ways_to_break_down
from analysis.reports.interaction import Interaction, interaction_of
from analysis.reports.tables import Table
from analysis.reports.wording import sampling_words
from analysis.views.pages import address_with
from analysis.views.results_page import ResultsPage
from analysis.views.tables import PageTable


class BreakdownPage(ResultsPage):
    section = "breakdown"
    own = frozenset({"model", "by", "beside"})

    @cached_property
    def position(self) -> int | None:
        return chosen_annotator(self.results, self.asked("model"))

    @cached_property
    def by(self) -> str:
        return self.asked("by") or default_way(self.results)

    @cached_property
    def report(self) -> Breakdown | None:
        return None if self.position is None else breakdown_of(self.results, self.position, self.by)

    @cached_property
    def beside(self) -> int | None:
        return None if self.position is None else chosen_other(self.results, self.asked("beside"), self.position)

    @cached_property
    def interaction(self) -> Interaction | None:
        if self.position is None or self.beside is None:
            return None
        return interaction_of(self.results, self.position, self.beside, self.by)

    def file(self, table: str) -> tuple[str, Table] | None:
        if table == "models":
            return ("breakdown-models", self.interaction.table()) if self.interaction else None
        return ("breakdown", self.report.table()) if self.report else None

    def context(self) -> dict[str, Any]:
        ways = ways_to_break_down(self.results)
        return {
            "report": self.report,
            "table": self.page_table(),
            "by": self.by,
            "interaction": self.interaction,
            "interaction_table": self.interaction_table(),
            "interaction_file": address_with(self.request, format="csv", table="models"),
            "beside": self.beside,
            "annotators": self.annotators(),
            "chosen_model": self.position,
            "model_name": self.model_name(self.position),
            "ways": ways,
            "by_words": dict(ways).get(self.by, self.by),
            "intervals": sampling_words(self.results.sampling),
            "reference": reference_words(self.results),
        }

    def page_table(self) -> PageTable | None:
        if self.report is None:
            return None
        return self.table(self.report.columns, self.report.all_rows, label="breakdown", style="league kappas")

    def interaction_table(self) -> PageTable | None:
        if self.interaction is None:
            return None
        return self.table(self.interaction.columns, self.interaction.rows, label="interaction")
