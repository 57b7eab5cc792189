"""A study's questions: the list, and the import in two steps: upload and look, then confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotation.forms.questions import QuestionFilter, QuestionImportForm
from annotation.importing import COLUMNS
from annotation.models import Question, QuestionKind, Study
from annotation.permissions import for_study
from annotation.services.assembly import StudyFrozen, StudyNotReady
from annotation.services.questions import (
    ImportedQuestions,
    NoPersonaSet,
    QuestionsInUse,
    import_questions,
    preview_questions,
)
from annotation.views.researcher.paging import other_parameters
from files.reading import UnreadableFile
from files.views import problem_context
from personas.models import PendingImport
from personas.services import keep_upload

QUESTIONS_PER_PAGE = 50
SAMPLES = 3


@require_safe
@for_study
def question_list(request: HttpRequest, study: Study) -> HttpResponse:
    form = QuestionFilter(request.GET)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    questions = study.questions.select_related("persona", "foil_persona").order_by("persona__position", "position")
    page = Paginator(_holding(questions, search), QUESTIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"study": study, "tab": "questions", "page": page, "form": form, "query": other_parameters(request)}
    context["counts"] = study.questions.aggregate(
        questions=Count("pk", filter=Q(kind=QuestionKind.DATA)),
        drawn=Count("pk", filter=Q(kind=QuestionKind.DATA, is_drawn=True)),
        checks=Count("pk", filter=Q(kind=QuestionKind.ATTENTION)),
        personas=Count("persona", distinct=True),
    )
    return render(request, "researcher/question_list.html", context)


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


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def question_import(request: HttpRequest, study: Study) -> HttpResponse:
    form = QuestionImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = _keep(request, study, form.cleaned_data)
        return redirect("question-import-preview", slug=study.slug, pk=upload.pk)
    context = {"study": study, "tab": "questions", "form": form, "columns": COLUMNS, "is_frozen": study.is_frozen}
    return render(request, "researcher/question_import.html", context)


def _keep(request: HttpRequest, study: Study, fields: dict) -> PendingImport:
    return keep_upload(
        kind=PendingImport.Kind.QUESTIONS,
        name=study.slug,
        filename=fields["file"].name,
        data=fields["file"].read(),
        by=request.user,
        options={"replace": fields["replace"]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def question_import_preview(request: HttpRequest, study: Study, pk: int) -> HttpResponse:
    """What pressing the button would do; nothing has changed yet."""
    uploads = PendingImport.objects.filter(kind=PendingImport.Kind.QUESTIONS, name=study.slug)
    upload = uploads.filter(pk=pk, uploaded_by=request.user).first()
    if upload is None:
        # A second click on the button, or a page left open for a day.
        messages.info(request, "This upload is no longer waiting: it was imported, or it is older than a day.")
        return redirect("question-list", slug=study.slug)
    if request.method == "POST":
        return _import(request, study, upload)
    context = {"study": study, "tab": "questions", "upload": upload, **_look(study, upload)}
    return render(request, "researcher/question_import_preview.html", context)


def _look(study: Study, upload: PendingImport) -> dict:
    try:
        plan = preview_questions(
            study, bytes(upload.data), upload.filename, replace=upload.options.get("replace", False)
        )
    except UnreadableFile as error:
        return problem_context(error)
    except NoPersonaSet as error:
        return {"refusal": str(error)}
    if study.is_frozen and not plan.changes_nothing:
        return {"refusal": "A seat of this study has been taken, so its questions stay as they are."}
    return {"plan": plan, "samples": (plan.new or plan.rows)[:SAMPLES]}


def _import(request: HttpRequest, study: Study, upload: PendingImport) -> HttpResponse:
    replace = upload.options.get("replace", False)
    try:
        done = import_questions(
            study=study, data=bytes(upload.data), filename=upload.filename, by=request.user, replace=replace
        )
    except (UnreadableFile, NoPersonaSet):
        # The preview shows what is wrong; a button was pressed that it does not have.
        return redirect("question-import-preview", slug=study.slug, pk=upload.pk)
    except (StudyFrozen, StudyNotReady, QuestionsInUse) as error:
        messages.error(request, f"Nothing has changed. {error}")
        return redirect("question-import-preview", slug=study.slug, pk=upload.pk)
    upload.delete()
    messages.success(request, _done_in_words(done))
    return redirect("question-list", slug=study.slug)


def _done_in_words(done: ImportedQuestions) -> str:
    if done.was_already_there:
        return "These questions are there already. Nothing was changed."
    words = f"{done.created:,} question{'' if done.created == 1 else 's'} imported"
    words += f", {done.checks:,} of them attention checks" if done.checks else ""
    return f"{words}, {done.removed:,} removed." if done.removed else f"{words}."
