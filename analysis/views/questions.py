"""/agreement/questions/<id>/: why did they differ?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from analysis.options import ReportOptions
from analysis.reports.neighbours import neighbours_of
from analysis.reports.questions import readings_of
from analysis.reports.votes_on import vote_on
from analysis.results import results_of_persona
from analysis.views.pages import address_with, agreement_page, csv_file, page_context
from annotation.models import Question, Study


@agreement_page
def question(request: HttpRequest, study: Study, options: ReportOptions, pk: int) -> HttpResponseBase:
    questions = Question.objects.filter(study=study).drawn().select_related("study", "persona", "foil_persona")
    shown = get_object_or_404(questions, pk=pk)
    reading = readings_of(study, options, [shown])[0]
    if request.GET.get("format") == "csv":
        return csv_file(reading.table(), f"{study.slug}-question-{shown.pk}")
    # The question stands in the address, so no filter hides it.
    results = results_of_persona(study, shown.persona, options.with_(topic="", attributes=()))
    context = page_context(request, study, options, "disagreements") | neighbours_of(shown, options)
    context |= {"question": shown, "reading": reading, "vote": vote_on(results, shown)}
    return render(request, "analysis/question.html", context | {"csv_address": address_with(request, format="csv")})
