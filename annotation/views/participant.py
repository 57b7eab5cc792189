"""The participant's pages. One check on every request: is this where the assignment stands? If not, go there."""

from __future__ import annotations

from datetime import datetime
from functools import wraps

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import push_url

from annotation.client_address import client_address
from annotation.flow import Progress, Step, current_step, may_open_question
from annotation.forms.participant import LONGEST_JUSTIFICATION, AnnotationForm, CheckForm, CommentForm, DraftForm
from annotation.models import Assignment, Outcome, Study, StudyState
from annotation.preview_links import is_preview_token
from annotation.prolific.entry import Entry, UnreadableId, read_entry
from annotation.rehearsal.mark import is_rehearsal_link
from annotation.services import participation, previews, seating
from annotation.services.arrivals import TooManyArrivals, count_newcomer
from annotation.services.locks import SiteBusy
from annotation.services.participant_progress import assignment_with_code, progress_of
from annotation.services.seating import NoSeatLeft
from annotation.texts import written_length
from annotation.views import participant_pages as pages
from annotation.views.participant_urls import participant_url

METHODS = ["GET", "HEAD", "POST"]
PLAIN_PAGES = {
    Step.CONSENT: pages.consent,
    Step.INSTRUCTIONS: pages.instructions,
    Step.PRACTICE: pages.practice,
    Step.PERSONA: pages.persona,
    Step.DONE: pages.done,
    Step.DECLINED: pages.declined,
    Step.SCREENED_OUT: pages.screened_out,
}
STEP_URLS = {
    Step.CONSENT: "consent",
    Step.INSTRUCTIONS: "instructions",
    Step.CHECK: "check",
    Step.PRACTICE: "practice",
    Step.PERSONA: "persona",
    Step.REVIEW: "review",
    Step.DONE: "done",
    Step.DECLINED: "declined",
    Step.SCREENED_OUT: "screened-out",
}


def url_of_step(code: str, progress: Progress) -> str:
    step = current_step(progress)
    if step is Step.QUESTION:
        return participant_url("question", code, progress.next_position)
    return participant_url(STEP_URLS[step], code)


def go_on(request: HttpRequest, assignment: Assignment, progress: Progress | None = None) -> HttpResponse:
    """To where the assignment stands. htmx gets that page at once; else it would be told where to ask for it."""
    progress = progress or progress_of(assignment)
    address = url_of_step(assignment.code, progress)
    if not request.htmx:
        return HttpResponseRedirect(address)
    return push_url(show(request, assignment, progress), address)


def show(request: HttpRequest, assignment: Assignment, progress: Progress) -> HttpResponse:
    """The page of the step where the assignment stands."""
    step = current_step(progress)
    if step is Step.QUESTION:
        return pages.question(request, assignment, progress, progress.next_position)
    if step is Step.CHECK:
        return pages.check(request, assignment, CheckForm(questions=assignment.study.comprehension))
    if step is Step.REVIEW:
        return pages.review(request, assignment, progress, CommentForm())
    return PLAIN_PAGES[step](request, assignment)


def participant_view(view):
    """Find the assignment by the code in the address; answer trouble with a calm page that loses nothing.

    No CSRF check: the only authority is the secret code in the address, which another
    site cannot know, and no cookie is sent or read (docs/decisions/0005).
    """

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, code: str, **kwargs) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        try:
            return view(request, assignment_with_code(code), **kwargs)
        except Assignment.DoesNotExist:
            return pages.unknown_address(request)
        except (SiteBusy, DatabaseError, InterfaceError):
            return pages.not_saved(request)

    return wrapper


def at_step(step: Step):
    """Show the step's page, and give the view what is posted, only while the assignment stands at this step."""

    def decorate(view):
        @participant_view
        @wraps(view)
        def wrapper(request: HttpRequest, assignment: Assignment) -> HttpResponse:
            progress = progress_of(assignment)
            if current_step(progress) is not step:
                return go_on(request, assignment, progress)
            if request.method != "POST":
                return show(request, assignment, progress)
            return view(request, assignment)

        return wrapper

    return decorate


@csrf_exempt
@require_http_methods(METHODS)
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Prolific's link: a real arrival takes a seat and gets a clean address; a link without any id is a preview."""
    try:
        study = get_object_or_404(Study, slug=slug)
        if request.method == "HEAD":
            # Link checkers and mail scanners ask this way; they take no seat.
            return pages.head()
        arrival = read_entry(request.GET)
        if arrival is None:
            return preview(request, study)
        result = let_in(request, study, arrival)
    except UnreadableId:
        return pages.unreadable_id(request, study)
    except TooManyArrivals as error:
        return pages.try_later(request, study, error.until)
    except (SiteBusy, DatabaseError, InterfaceError):
        return pages.one_moment(request)
    if result.refusal == seating.ERASED:
        return pages.erased(request, study)
    if result.assignment is None:
        return pages.refused(request, study, result.refusal)
    return go_on(request, result.assignment)


def let_in(request: HttpRequest, study: Study, arrival: Entry) -> seating.Arrival:
    """Find or give a seat. Strangers pass the brakes first; nobody with an assignment is ever braked."""
    is_rehearsal = is_rehearsal_link(request.GET.get("rehearsal", ""), study.slug)
    if not is_rehearsal and not seating.is_known(study, arrival):
        count_newcomer(study=study, address=client_address(request))
    return seating.arrive(study=study, entry=arrival, is_rehearsal=is_rehearsal)


def preview(request: HttpRequest, study: Study) -> HttpResponse:
    """The first page without a seat; saying yes starts a walk whose answers count for nothing."""
    if study.state == StudyState.DRAFT and not may_see_draft(request, study):
        return pages.draft_is_private(request, study)
    if not study.questions.exists():
        return pages.nothing_to_preview(request, study)
    if request.method != "POST":
        return pages.preview_consent(request, study)
    if request.POST.get("consent") == "no":
        return pages.preview_declined(request, study)
    assignment = previews.start_preview(study=study)
    participation.give_consent(assignment=assignment)
    return go_on(request, assignment)


def may_see_draft(request: HttpRequest, study: Study) -> bool:
    """A draft is for its researchers, and for whoever they gave a preview link."""
    token = request.GET.get("preview", "")
    if token and is_preview_token(token, study.slug, previews.times_revoked(study)):
        return True
    return request.user.is_authenticated and Study.objects.visible_to(request.user).filter(pk=study.pk).exists()


@require_GET
@participant_view
def home(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return go_on(request, assignment)


@at_step(Step.CONSENT)
def consent(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    if request.POST.get("consent") == "no":
        participation.decline(assignment=assignment)
        if assignment.is_preview:
            return pages.preview_declined(request, assignment.study)
        return go_on(request, assignment)
    try:
        participation.give_consent(assignment=assignment)
    except NoSeatLeft as error:
        return pages.refused(request, assignment.study, error.outcome)
    return go_on(request, assignment)


@at_step(Step.DECLINED)
def declined(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    if participation.take_decline_back(assignment=assignment):
        return go_on(request, assignment)
    return pages.refused(request, assignment.study, Outcome.FULL)


@at_step(Step.INSTRUCTIONS)
def instructions(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    participation.read_instructions(assignment=assignment)
    return go_on(request, assignment)


@at_step(Step.CHECK)
def check(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    form = CheckForm(request.POST, questions=assignment.study.comprehension)
    if not form.is_valid():
        return pages.check(request, assignment, form)
    result = participation.answer_check(assignment=assignment, answers=form.answers, attempts_shown=form.attempts_shown)
    if result.passed or not (result.attempts_left or assignment.is_preview):
        return go_on(request, assignment)
    return pages.check(request, assignment, form, result)


@at_step(Step.SCREENED_OUT)
def screened_out(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return pages.screened_out(request, assignment)


@at_step(Step.PRACTICE)
def practice(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """One question that does not count. What is wrong with its answer is said once; then the way is open."""
    form = AnnotationForm(request.POST, minimum=assignment.study.minimum_justification)
    if not form.is_valid() and "again" not in request.POST:
        return pages.practice(request, assignment, form)
    length = written_length(request.POST.get("justification", ""))
    participation.finish_practice(assignment=assignment, length=min(length, LONGEST_JUSTIFICATION))
    return go_on(request, assignment)


@at_step(Step.PERSONA)
def persona(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    participation.meet_persona(assignment=assignment)
    return go_on(request, assignment)


@participant_view
def question(request: HttpRequest, assignment: Assignment, position: int) -> HttpResponse:
    if request.method == "POST":
        return answer(request, assignment, position)
    progress = progress_of(assignment)
    if not may_open_question(progress, position):
        return go_on(request, assignment, progress)
    return pages.question(request, assignment, progress, position)


def answer(request: HttpRequest, assignment: Assignment, position: int) -> HttpResponse:
    """Store the answer and show the next page; one that is not valid comes back with its text, kept as a draft."""
    if "discard" in request.POST:
        participation.discard_draft(assignment=assignment, position=position)
        return go_on(request, assignment)
    study = assignment.study
    form = AnnotationForm(
        request.POST, minimum=study.minimum_justification, allows_no_preference=study.allows_no_preference
    )
    try:
        if form.is_valid():
            recorded = record(assignment, position, form)
            return go_on(request, assignment, recorded.progress)
        return answer_again(request, assignment, position, form)
    except participation.AlreadyFinished:
        return too_late(request, assignment)
    except participation.OutOfStep:
        return go_on(request, assignment)


def too_late(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """To the last page, which says that this change was not stored."""
    address = participant_url("done", assignment.code) + "?late"
    if not request.htmx:
        return HttpResponseRedirect(address)
    return push_url(pages.done(request, assignment, is_late=True), address)


def record(assignment: Assignment, position: int, form: AnnotationForm) -> participation.Recorded:
    return participation.record_annotation(
        assignment=assignment,
        position=position,
        side=form.cleaned_data["choice"],
        justification=form.cleaned_data["justification"],
        telemetry=form.cleaned_data["telemetry"],
    )


def answer_again(request: HttpRequest, assignment: Assignment, position: int, form: AnnotationForm) -> HttpResponse:
    progress = progress_of(assignment)
    if not may_open_question(progress, position):
        return go_on(request, assignment, progress)
    typed = DraftForm(request.POST, allows_no_preference=assignment.study.allows_no_preference)
    if typed.is_valid():
        keep_draft(assignment, position, typed, may_replace=True)
        progress = progress_of(assignment)
    return pages.question(request, assignment, progress, position, form)


def keep_draft(assignment: Assignment, position: int, form: DraftForm, *, may_replace: bool = False) -> datetime:
    typed = participation.Typed(
        side=form.cleaned_data["choice"],
        justification=form.cleaned_data["justification"],
        telemetry=form.cleaned_data["telemetry"],
        based_on=form.cleaned_data["based_on"],
        instead_of=form.cleaned_data["instead_of"],
    )
    return participation.save_draft(assignment=assignment, position=position, typed=typed, may_replace=may_replace)


@require_POST
@participant_view
def draft(request: HttpRequest, assignment: Assignment, position: int) -> HttpResponse:
    """Autosave. The browser shows the time that comes back as "Saved 12:03".

    Where another window or device has saved a text that this page has not shown, that text comes back instead.
    """
    form = DraftForm(request.POST, allows_no_preference=assignment.study.allows_no_preference)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        saved_at = keep_draft(assignment, position, form)
    except participation.OutOfStep:
        return JsonResponse({"errors": {"draft": [_("This question is not open.")]}}, status=409)
    except participation.UnseenText as unseen:
        other = {"choice": unseen.side, "text": unseen.justification}
        found = {"other": other, "saved_at": unseen.saved_at.isoformat(), "is_answer": unseen.is_answer}
        return JsonResponse(found, status=409)
    return JsonResponse({"saved_at": saved_at.isoformat(), "deadline": assignment.deadline.isoformat()})


@at_step(Step.REVIEW)
def review(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Check your answers, then finish. The code waits while a change of an answer is not valid."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return pages.review(request, assignment, progress_of(assignment), form)
    try:
        participation.finish(assignment=assignment, comment=form.cleaned_data["comment"])
    except participation.UnsentChanges:
        return pages.review(request, assignment, progress_of(assignment), form)
    return go_on(request, assignment)


@at_step(Step.DONE)
def done(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return pages.done(request, assignment)


@participant_view
def help_page(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return pages.help_page(request, assignment)


@participant_view
def stop(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Withdraw: asks first; the answers so far are kept as the consent says, and the way back stays open."""
    if assignment.completed_at:
        return go_on(request, assignment)
    if request.method == "POST":
        participation.withdraw(assignment=assignment)
        return pages.stopped(request, assignment)
    return pages.stop(request, assignment)
