"""/agreement/plan/: how many raters and questions do I need, and what would that cost? Needs no answer to exist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.figures.plan import plan_figure
from analysis.options import ReportOptions
from analysis.plan_form import PlanForm
from analysis.reports.people import people_of
from analysis.reports.plan_defaults import defaults_of
from analysis.reports.planner import PlanReport, plan_of
from analysis.results import results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context, with_figures
from analysis.views.plots import Plot
from annotation.models import Study

OF_THE_FORM = {"coding", "rule", "seed"}


@with_figures
@agreement_page
@comes_later("plan")
def plan(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options.with_(topic="", attributes=()))
    form = PlanForm(request.GET.dict(), defaults=defaults_of(results), options=options)
    context = page_context(request, study, options, "plan") | {"form": form, "people": people_of(results)}
    context["option_pairs"] = [pair for pair in options.parameters() if pair[0] not in OF_THE_FORM]
    if not form.is_valid():
        return render(request, "analysis/plan.html", context, status=422)
    report = plan_of(form.settings())
    if request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-plan")
    context |= {"report": report, "stated": form.stated(), "plot": _plot(study, report)}
    return render(request, "analysis/plan.html", context | {"csv_address": address_with(request, format="csv")})


def _plot(study: Study, report: PlanReport) -> Plot:
    seed = report.settings.seed
    caption = (
        "Diamond: the design asked about; circles: designs beside it. Whiskers: 95 % error of the simulation. "
        f"Dashed line: the usual mark of power. Simulated under the assumptions below, seed {seed}."
    )
    return Plot("plan", report.figure_title, caption, f"{study.slug}-plan", plan_figure(report))
