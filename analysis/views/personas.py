"""/agreement/personas/: which personas are played well? And one of them, rater by rater and question by question."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from analysis.options import ReportOptions
from analysis.reports.people import people_of
from analysis.reports.persona import persona_report
from analysis.reports.personas import persona_kappas_of
from analysis.reports.wording import coding_words
from analysis.results import results_of, results_of_persona
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context
from annotation.models import Study
from annotation.views.researcher.paging import other_parameters
from personas.models import Persona

PER_PAGE = 50


@agreement_page
@comes_later("personas")
def personas(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    report = persona_kappas_of(results, sort=request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-personas")
    context = page_context(request, study, options, "personas") | _caption(study, options)
    context |= {"report": report, "people": people_of(results), "csv_address": address_with(request, format="csv")}
    context["page"] = Paginator(report.rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "analysis/personas.html", context | {"page_query": other_parameters(request)})


@agreement_page
def persona(request: HttpRequest, study: Study, options: ReportOptions, pk: int) -> HttpResponseBase:
    shown = get_object_or_404(Persona.objects.filter(studies=study).select_related("persona_set"), pk=pk)
    # The persona stands in the address, so no filter by attribute hides it.
    results = results_of_persona(study, shown, options.with_(attributes=()))
    report = persona_report(results, study, shown)
    if request.GET.get("format") == "csv":
        return _file(request, report, f"{study.slug}-{shown.pk}")
    context = page_context(request, study, options, "personas") | _caption(study, options) | _neighbours(study, shown)
    context |= {"report": report, "persona": shown}
    context["card"] = shown.card(**study.persona_options, person="third")
    context["matrix_csv"] = address_with(request, format="csv", table="matrix")
    context["questions_csv"] = address_with(request, format="csv", table="questions")
    return render(request, "analysis/persona.html", context)


def _file(request: HttpRequest, report, name: str) -> HttpResponseBase:
    if request.GET.get("table") == "questions":
        return csv_file(report.question_table(), f"{name}-questions")
    return csv_file(report.matrix_table(), f"{name}-matrix")


def _caption(study: Study, options: ReportOptions) -> dict[str, str]:
    return {"coding": coding_words(options.coding), "rule": options.rule.words(study.raters_per_persona)}


def _neighbours(study: Study, shown: Persona) -> dict[str, Persona | None]:
    others = Persona.objects.filter(studies=study).order_by("position")
    return {
        "before": others.filter(position__lt=shown.position).last(),
        "after": others.filter(position__gt=shown.position).first(),
    }
