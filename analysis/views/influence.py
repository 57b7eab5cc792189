"""/agreement/influence/: does the result hang on one persona, one rater, one question?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.figures.influence import MOST, influence_figure
from analysis.options import ReportOptions
from analysis.reports.best import best_model
from analysis.reports.chosen import chosen_annotator
from analysis.reports.influence import InfluenceReport, Kind, Left, influence_of
from analysis.reports.overview import caption_of
from analysis.reports.people import people_of
from analysis.results import Results, results_of
from analysis.views.disagreements import annotator_choices
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context, with_figures
from analysis.views.plots import Plot
from annotation.models import Study
from annotation.views.researcher.paging import other_parameters

PER_PAGE = 50
COLUMNS = (("content", "Kappa by content"), ("reference", "Kappa by reference"), ("n", "Questions left"))


@with_figures
@agreement_page
@comes_later("influence")
def influence(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    model = request.GET.get("model", "")
    position = chosen_annotator(results, model) if model else _default(results)
    kind = request.GET.get("of", Kind.PERSONA.value)
    report = None if position is None else influence_of(results, position, kind=kind, sort=request.GET.get("sort", ""))
    if report and report.chosen and request.GET.get("format") == "csv":
        return csv_file(report.chosen.table(), f"{study.slug}-influence-{kind}")
    context = page_context(request, study, options, "influence") | {"people": people_of(results), "report": report}
    context |= {"annotators": annotator_choices(results), "chosen_model": position, "kinds": list(Kind), "kind": kind}
    context |= {"kept_options": options.parameters(), "csv_address": address_with(request, format="csv")}
    context |= _listed(request, results, report)
    return render(request, "analysis/influence.html", context)


def _default(results: Results) -> int | None:
    """The model of the overview's sentence; baseline raters where there is none."""
    best = best_model(results)
    return chosen_annotator(results, "") if best is None else best


def _listed(request: HttpRequest, results: Results, report: InfluenceReport | None) -> dict:
    if report is None or report.chosen is None:
        return {}
    left = report.chosen
    page = Paginator(left, PER_PAGE).get_page(request.GET.get("page"))
    found = {"left": left, "columns": COLUMNS, "page": page, "page_query": other_parameters(request)}
    found |= {"sort_query": _sort_query(request), "caption": caption_of(results, both_codings=True)}
    return found | {"plot": _plot(results, left) if left.moves else None}


def _plot(results: Results, left: Left) -> Plot:
    caption = (
        f"Up to {MOST} of {len(left):,}, those that move kappa most. Dashed line: kappa of all; grey band: its 95 % "
        f"interval; dots: kappa without each. {caption_of(results)}"
    )
    filename = f"{results.study.slug}-influence-{left.kind}"
    return Plot("influence", left.title, caption, filename, influence_figure(left), fits_phone=True)


def _sort_query(request: HttpRequest) -> str:
    """This page's address without its order: a heading adds its own."""
    kept = request.GET.copy()
    for name in ("sort", "page"):
        kept.pop(name, None)
    return kept.urlencode()
