"""/results/personas/: which personas are played well? And one of them, rater by rater and question by question."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from analysis.reports.persona import PersonaReport, persona_report
from analysis.reports.personas import PersonaKappas, persona_kappas_of
from analysis.reports.tables import Table
from analysis.results import Results, results_of_persona
from analysis.views.pages import address_with
from analysis.views.results_page import ResultsPage
from personas.models import Persona

PER_PAGE = 50


class PersonasPage(ResultsPage):
    section = "personas"

    @cached_property
    def report(self) -> PersonaKappas:
        return persona_kappas_of(self.results, sort=self.asked("sort"))

    def file(self, table: str) -> tuple[str, Table]:
        return "personas", self.report.table()

    def context(self) -> dict[str, Any]:
        paged = self.paged(self.report.rows, PER_PAGE)
        style = {"style": "league kappas", "is_tall": True}
        table = self.table(self.report.columns, paged["page"], label="personas", sort=self.report.sort, **style)
        return paged | {"report": self.report, "table": table}


class PersonaPage(ResultsPage):
    section = "personas"
    template = "analysis/persona.html"
    waits = False

    @cached_property
    def persona(self) -> Persona:
        personas = Persona.objects.filter(studies=self.study).select_related("persona_set")
        return get_object_or_404(personas, pk=self.kwargs["pk"])

    def results_asked(self) -> Results:
        # The address names the persona, so no filter by attribute hides it.
        return results_of_persona(self.study, self.persona, self.options.with_(attributes=()))

    @cached_property
    def report(self) -> PersonaReport:
        return persona_report(self.results, self.study, self.persona)

    def file(self, table: str) -> tuple[str, Table]:
        if table == "questions":
            return f"{self.persona.pk}-questions", self.report.question_table()
        return f"{self.persona.pk}-matrix", self.report.matrix_table()

    def context(self) -> dict[str, Any]:
        others = Persona.objects.filter(studies=self.study).order_by("position")
        return {
            "report": self.report,
            "persona": self.persona,
            "card": self.persona.card(**self.study.persona_options, person="third"),
            "before": others.filter(position__lt=self.persona.position).last(),
            "after": others.filter(position__gt=self.persona.position).first(),
            "matrix_csv": address_with(self.request, format="csv", table="matrix"),
            "questions_csv": address_with(self.request, format="csv", table="questions"),
        }
