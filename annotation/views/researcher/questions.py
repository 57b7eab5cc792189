"""A study's questions: the list, and the import in two steps: upload and preview, then confirm."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from annotation.forms.questions import QuestionFilter, QuestionImportForm
from annotation.importing import COLUMNS
from annotation.models import Annotation, Question, QuestionKind, Response, Study
from annotation.permissions import for_study
from annotation.services.file_importers import QUESTION_FILES
from annotation.views.researcher.imports import StudyImport
from annotation.views.researcher.paging import other_parameters

QUESTIONS_PER_PAGE = 50


@require_safe
@for_study
def question_list(request: HttpRequest, study: Study) -> HttpResponse:
    form = QuestionFilter(request.GET)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    questions = study.questions.select_related("persona", "foil_persona").order_by("persona__position", "position")
    page = Paginator(_holding(questions, search), QUESTIONS_PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_votes(page.object_list)
    context = {"study": study, "tab": "questions", "page": page, "form": form, "query": other_parameters(request)}
    context["counts"] = study.questions.aggregate(
        questions=Count("pk", filter=Q(kind=QuestionKind.DATA)),
        drawn=Count("pk", filter=Q(kind=QuestionKind.DATA, is_drawn=True)),
        checks=Count("pk", filter=Q(kind=QuestionKind.ATTENTION)),
        personas=Count("persona", distinct=True),
    )
    return render(request, "researcher/question_list.html", context)


def with_votes(questions) -> list[Question]:
    """The questions, each with how many people chose its revised answer and how many the other; one query."""
    questions = list(questions)
    answers = Annotation.objects.from_humans().countable().filter(question__in=questions).order_by()
    counted = answers.values_list("question", "choice").annotate(Count("pk"))
    votes = {(question, choice): count for question, choice, count in counted}
    for question in questions:
        question.votes = [votes.get((question.pk, response), 0) for response in Response.values]
    return questions


def _holding(questions, search: str):
    if not search:
        return questions
    return questions.filter(
        Q(persona__key__icontains=search)
        | Q(prompt_key__icontains=search)
        | Q(prompt__icontains=search)
        | Q(topic__icontains=search)
    )


@require_safe
@for_study
def question_detail(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("persona", "foil_persona"), study=study, pk=pk)
    return render(
        request, "researcher/question_detail.html", {"study": study, "tab": "questions", "question": question}
    )


class QuestionImport(StudyImport):
    """Upload a question file, see what it would do, confirm."""

    importer = QUESTION_FILES
    tab = "questions"
    url_name = "question-import"
    list_url_name = "question-list"
    form_class = QuestionImportForm
    form_template = "researcher/question_import.html"
    preview_template = "researcher/question_import_preview.html"

    def form_context(self) -> dict:
        return {"columns": COLUMNS, "is_frozen": self.study.is_frozen}

    def options_of(self, form: Form) -> dict:
        return {"replace": form.cleaned_data["replace"]}


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def question_import(request: HttpRequest, study: Study) -> HttpResponse:
    return QuestionImport(request, study).choose()


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def question_import_preview(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    return QuestionImport(request, study).confirm(pk)
