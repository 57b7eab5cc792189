"""/agreement/: can I say that this model plays these people as people do?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analysis.options import ReportOptions
from analysis.reports.people import people_of
from analysis.results import results_of
from analysis.views.pages import agreement_page, page_context
from annotation.models import Study


@agreement_page
def overview(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponse:
    results = results_of(study, options)
    context = page_context(request, study, options, "overview") | {"people": people_of(results)}
    return render(request, "analysis/overview.html", context)
