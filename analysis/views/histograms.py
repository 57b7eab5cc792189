"""/agreement/histograms/: do personas differ in how well they are played, or is that sampling noise?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.figures.histogram import histogram_figure
from analysis.options import ReportOptions
from analysis.reports.histograms import Histograms, histograms_of
from analysis.reports.overview import caption_of
from analysis.reports.people import people_of
from analysis.reports.wording import coding_words
from analysis.results import Results, results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context, with_figures
from analysis.views.plots import Plot
from annotation.models import Study

EXACT = "noise from all tables that sampling can give"
DRAWN = "noise from histograms drawn at random"


def _plot(results: Results, report: Histograms, position: int) -> Plot:
    one = report.spreads[position]
    noise = EXACT if one.noise.exact else f"{DRAWN}, seed {results.options.seed}"
    figure = histogram_figure(one, report, position=position)
    filename = f"{results.study.slug}-{one.key}"
    return Plot(one.key, one.title, caption_of(results, intervals=noise), filename, figure, fits_phone=True)


@with_figures
@agreement_page
@comes_later("histograms")
def histograms(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    baselines = request.GET.get("baselines") == "1"
    report = histograms_of(results, baselines=baselines)
    if request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-histograms")
    plots = [_plot(results, report, n) for n, one in enumerate(report.spreads) if one.defined.size]
    context = page_context(request, study, options, "histograms")
    context |= {
        "report": report,
        "plots": plots,
        "undefined": [one.title for one in report.spreads if not one.defined.size],
        "people": people_of(results),
        "baselines": baselines,
    }
    context["coding"] = coding_words(options.coding)
    context |= {"option_pairs": options.parameters(), "csv_address": address_with(request, format="csv")}
    return render(request, "analysis/histograms.html", context)
