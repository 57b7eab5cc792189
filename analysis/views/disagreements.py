"""/results/disagreements/: where do people and a model differ most?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from analysis.reports.annotator_choice import chosen_annotator
from analysis.reports.disagreements import Disagreement, Disagreements, disagreements_of
from analysis.reports.questions import readings_of
from analysis.reports.tables import Table
from analysis.views.results_page import ResultsPage
from annotation.models import Question

PER_PAGE = 15


class DisagreementsPage(ResultsPage):
    section = "disagreements"
    own = frozenset({"model", "persona"})

    @cached_property
    def position(self) -> int | None:
        return chosen_annotator(self.results, self.asked("model"))

    @cached_property
    def report(self) -> Disagreements | None:
        if self.position is None:
            return None
        return disagreements_of(self.results, self.position, persona=self.asked("persona"))

    def file(self, table: str) -> tuple[str, Table] | None:
        return ("disagreements", self.report.table(self.questions(self.report.rows))) if self.report else None

    def context(self) -> dict[str, Any]:
        paged = self.paged(self.report.rows if self.report else (), PER_PAGE)
        return paged | {
            "report": self.report,
            "entries": self.entries(paged["page"].object_list),
            "annotators": self.annotators(),
            "chosen_model": self.position,
            "model_name": self.model_name(self.position),
            "personas": self.results.matrix.personas,
            "chosen_persona": self.asked("persona"),
        }

    def entries(self, rows: Sequence[Disagreement]) -> list[dict[str, Any]]:
        """Each disagreement with its question, everybody's answers to it, and the disagreement in words."""
        if self.report is None:
            return []
        questions = self.questions(rows)
        readings = readings_of(self.study, self.options, [questions[row.question_id] for row in rows])
        name = self.report.annotator.label
        return [
            {"row": row, "reading": reading, "words": row.words(reading.question.alternative_kind, name)}
            for row, reading in zip(rows, readings, strict=True)
        ]

    def questions(self, rows: Sequence[Disagreement]) -> dict[int, Question]:
        """The rows' questions by id, in one query; all of the study's when there are too many to name."""
        questions = Question.objects.filter(study=self.study).select_related("persona", "foil_persona")
        if len(rows) <= PER_PAGE:
            questions = questions.filter(pk__in=[row.question_id for row in rows])
        return {question.pk: question for question in questions}
