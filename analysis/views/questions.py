"""/results/questions/<id>/: why did they differ?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from analysis.reports.neighbours import neighbours_of
from analysis.reports.questions import Reading, readings_of
from analysis.reports.tables import Table
from analysis.reports.vote_outcome import vote_outcome
from analysis.results import Results, results_of_persona
from analysis.views.results_page import ResultsPage
from annotation.models import Question


class QuestionPage(ResultsPage):
    section = "questions"
    template = "analysis/question.html"
    waits = False

    @cached_property
    def question(self) -> Question:
        questions = Question.objects.filter(study=self.study).drawn()
        return get_object_or_404(questions.select_related("study", "persona", "foil_persona"), pk=self.kwargs["pk"])

    def results_asked(self) -> Results:
        # The address names the question, so no filter hides it.
        options = self.options.with_(topic="", attributes=())
        return results_of_persona(self.study, self.question.persona, options)

    @cached_property
    def reading(self) -> Reading:
        return readings_of(self.study, self.options, [self.question])[0]

    def file(self, table: str) -> tuple[str, Table]:
        return f"question-{self.question.pk}", self.reading.table()

    def context(self) -> dict[str, Any]:
        return neighbours_of(self.question, self.options) | {
            "question": self.question,
            "reading": self.reading,
            "vote": vote_outcome(self.results, self.question),
        }
