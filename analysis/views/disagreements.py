"""/agreement/disagreements/: where do people and a model differ most?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.options import ReportOptions
from analysis.reports.chosen import annotator_key, chosen_annotator
from analysis.reports.disagreements import Disagreement, Disagreements, disagreements_of
from analysis.reports.people import people_of
from analysis.reports.questions import readings_of
from analysis.results import Results, results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, page_context
from annotation.models import Question, Study
from annotation.views.researcher.paging import other_parameters

PER_PAGE = 15


@agreement_page
@comes_later("disagreements")
def disagreements(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    position = chosen_annotator(results, request.GET.get("model", ""))
    persona = request.GET.get("persona", "")
    report = None if position is None else disagreements_of(results, position, persona=persona)
    if report and request.GET.get("format") == "csv":
        return csv_file(report.table(_questions(study, report.rows)), f"{study.slug}-disagreements")
    context = page_context(request, study, options, "disagreements")
    context |= {"people": people_of(results), "report": report, "chosen_persona": persona}
    context |= {"annotators": annotator_choices(results), "chosen_model": position, "personas": results.matrix.personas}
    context |= _page(request, study, options, report) | {"kept_options": options.parameters()}
    context["rule"] = options.rule.words(study.raters_per_persona)
    return render(request, "analysis/disagreements.html", context)


def annotator_choices(results: Results) -> list[tuple[str, str]]:
    """Key and name of each annotator, for a select."""
    return [(annotator_key(annotator), annotator.label) for annotator in results.annotators]


def _page(request: HttpRequest, study: Study, options: ReportOptions, report: Disagreements | None) -> dict:
    page = Paginator(report.rows if report else (), PER_PAGE).get_page(request.GET.get("page"))
    questions = _questions(study, page.object_list)
    shown = [questions[row.question_id] for row in page.object_list]
    readings = readings_of(study, options, shown) if report else []
    entries = [
        {"row": row, "reading": reading, "words": row.words(reading.question.alternative_kind, report.annotator.label)}
        for row, reading in zip(page.object_list, readings, strict=True)
    ]
    addresses = {"csv_address": address_with(request, format="csv"), "page_query": other_parameters(request)}
    return {"page": page, "entries": entries, **addresses}


def _questions(study: Study, rows: tuple[Disagreement, ...]) -> dict[int, Question]:
    """The rows' questions by id, in one query; all of the study's when there are too many to name."""
    questions = Question.objects.filter(study=study).select_related("persona", "foil_persona")
    if len(rows) <= PER_PAGE:
        questions = questions.filter(pk__in=[row.question_id for row in rows])
    return {question.pk: question for question in questions}
