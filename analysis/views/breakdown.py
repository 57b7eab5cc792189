"""/results/groups/: which personas does a model play well?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from analysis.reference import reference_words
from analysis.reports.annotator_choice import chosen_annotator
from analysis.reports.breakdown import Breakdown, breakdown_of, default_way, ways_to_break_down
from analysis.reports.tables import Table
from analysis.reports.wording import sampling_words
from analysis.views.results_page import ResultsPage
from analysis.views.tables import PageTable


class BreakdownPage(ResultsPage):
    section = "breakdown"
    own = frozenset({"model", "by"})

    @cached_property
    def position(self) -> int | None:
        return chosen_annotator(self.results, self.asked("model"))

    @cached_property
    def by(self) -> str:
        return self.asked("by") or default_way(self.results)

    @cached_property
    def report(self) -> Breakdown | None:
        return None if self.position is None else breakdown_of(self.results, self.position, self.by)

    def file(self, table: str) -> tuple[str, Table] | None:
        return ("breakdown", self.report.table()) if self.report else None

    def context(self) -> dict[str, Any]:
        ways = ways_to_break_down(self.results)
        return {
            "report": self.report,
            "table": self.page_table(),
            "by": self.by,
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
