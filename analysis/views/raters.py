"""/agreement/raters/: whose answers should I read before I believe the numbers?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.options import ReportOptions
from analysis.reports.likeness import MOST_TEXTS, NEARLY
from analysis.reports.people import people_of
from analysis.reports.raters import raters_of
from analysis.reports.wording import coding_words, number
from analysis.results import results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context
from annotation.models import Study
from annotation.views.researcher.paging import other_parameters

PER_PAGE = 100
COLUMNS = (
    ("name", "Rater", False),
    ("persona", "Persona", False),
    ("flags", "To look at", False),
    ("agreement", "Agreement with the others", True),
    ("kappa", "Kappa", True),
    ("time", "Relative time", True),
    ("bias", "Chose first shown", True),
    ("run", "Same side in a row", True),
    ("pasted", "Pasted", True),
)


@agreement_page
@comes_later("raters")
def raters(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    report = raters_of(results, sort=request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return csv_file(report.table(), f"{study.slug}-raters")
    context = page_context(request, study, options, "raters")
    context |= {"report": report, "people": people_of(results), "columns": COLUMNS}
    context |= {"coding": coding_words(options.coding), "csv_address": address_with(request, format="csv")}
    context |= {"nearly": number(NEARLY), "most_texts": f"{MOST_TEXTS:,}"}
    context["page"] = Paginator(report.rows, PER_PAGE).get_page(request.GET.get("page"))
    context["page_query"] = other_parameters(request)
    return render(request, "analysis/raters.html", context)
