"""/agreement/: can I say that this model plays these people as people do? And does that hang on the vote rule?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.figures.forest import league_forest
from analysis.options import ReportOptions
from analysis.reports.headline import figure_title
from analysis.reports.overview import Overview, caption_of, overview_of
from analysis.reports.people import people_of
from analysis.reports.sides import sides_of
from analysis.reports.vote_rules import vote_rules_of
from analysis.results import results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context, with_figures
from analysis.views.plots import Plot
from analysis.views.tables import PageTable
from annotation.models import Study


def _table(report: Overview, options: ReportOptions) -> PageTable:
    league = report.league
    return PageTable(
        league.columns,
        league.rows,
        label="league",
        sort=league.sort,
        query=options.as_query(),
        row_style=lambda row: "model" if row.is_model else "not-model",
    )


def _plot(study: Study, report: Overview) -> Plot | None:
    if not report.people.raters and not report.league.models:
        return None
    caption = (
        "Circles: models; squares: baseline raters; diamond, dashed line and band: a held-out human with its interval. "
        f"Whiskers: 95 % intervals. Left by content, right by reference, on one scale. {report.caption_of_both}"
    )
    return Plot("forest", figure_title(report.league), caption, f"{study.slug}-league", league_forest(report.league))


@with_figures
@agreement_page
@comes_later("overview")
def overview(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    if request.GET.get("format") == "csv" and request.GET.get("table") == "sides":
        return csv_file(sides_of(results).table(), f"{study.slug}-sides")
    report = overview_of(results, sort=request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return csv_file(report.league.table(), f"{study.slug}-league")
    context = page_context(request, study, options, "overview")
    context |= {"report": report, "people": report.people, "table": _table(report, options), "sides": sides_of(results)}
    context |= {"csv_address": address_with(request, format="csv"), "plot": _plot(study, report)}
    context |= {"sides_address": address_with(request, format="csv", table="sides")}
    return render(request, "analysis/overview.html", context)


@agreement_page
@comes_later("vote-rules")
def vote_rules(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    report = vote_rules_of(results)
    if request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-vote-rules")
    context = page_context(request, study, options, "vote-rules")
    context |= {"report": report, "people": people_of(results), "caption": caption_of(results)}
    return render(request, "analysis/vote_rules.html", context | {"csv_address": address_with(request, format="csv")})
