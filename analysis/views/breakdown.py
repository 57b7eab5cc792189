"""/agreement/breakdown/: whom does a model play well?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.options import ReportOptions
from analysis.reference import reference_words
from analysis.reports.breakdown import breakdown_of, default_way, ways_to_break_down
from analysis.reports.chosen import chosen_annotator
from analysis.reports.people import people_of
from analysis.reports.wording import coding_words, sampling_words
from analysis.results import results_of
from analysis.views.disagreements import annotator_choices
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context
from annotation.models import Study


@agreement_page
@comes_later("breakdown")
def breakdown(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    position = chosen_annotator(results, request.GET.get("model", ""))
    by = request.GET.get("by") or default_way(results)
    report = None if position is None else breakdown_of(results, position, by)
    if report and request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-breakdown")
    people = people_of(results)
    context = page_context(request, study, options, "breakdown") | {"report": report, "people": people, "by": by}
    context |= {"annotators": annotator_choices(results), "chosen_model": position, "ways": ways_to_break_down(results)}
    context |= {"kept_options": options.parameters(), "csv_address": address_with(request, format="csv")}
    context |= {"coding": coding_words(options.coding)}
    context |= {"intervals": sampling_words(results.sampling), "reference": reference_words(results)}
    return render(request, "analysis/breakdown.html", context)
