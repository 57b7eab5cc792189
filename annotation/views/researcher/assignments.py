"""Raters of a study: the list, one assignment as it went, and the three ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotation.forms.assignment import NoteForm, RaterFilter, ReasonForm
from annotation.models import Assignment, Study
from annotation.permissions import for_study
from annotation.progress.record import possible_actions, screen_records
from annotation.prolific.entry import clean_id
from annotation.services import ledger
from annotation.services.ledger import MoveNotAllowed
from annotation.views.researcher.paging import other_parameters
from annotation.views.researcher.sorting import Column, Sorting
from personas.text import short_summary

RATERS_PER_PAGE = 50
COLUMNS = {
    "rater": Column("Rater", "rater__pseudonym"),
    "state": Column("State", "state"),
    "persona": Column("Persona", "persona__position"),
    "seat": Column("Seat", "seat__number", is_figure=True),
    "answers": Column("Answers", "answer_count", is_figure=True),
    "arrived": Column("Arrived", "arrived_at"),
    "last_seen": Column("Last seen", "last_seen"),
}


@require_safe
@for_study
def assignment_list(request: HttpRequest, study: Study) -> HttpResponse:
    form = RaterFilter(request.GET)
    raters = Assignment.objects.of_participants().filter(study=study).with_answer_counts()
    if form.is_valid():
        raters = _filtered(raters, request.user, **form.cleaned_data)
    sorting = Sorting.of(request, COLUMNS, default="-last_seen")
    raters = raters.select_related("rater", "persona", "seat").order_by(*sorting.fields, "-pk")
    page = Paginator(raters, RATERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"study": study, "tab": "raters", "page": page, "form": form, "query": other_parameters(request)}
    context |= {"headings": sorting.headings, "sort": sorting.chosen}
    return render(request, "researcher/assignment_list.html", context)


def _filtered(raters, user, *, state: str, search: str):
    if state:
        raters = raters.filter(state=state)
    if user.is_staff and clean_id(search):
        # Only admins know who has which id; a person who asks for erasure names theirs.
        raters = raters.filter(rater__prolific_id=clean_id(search))
    elif search:
        raters = raters.filter(Q(rater__pseudonym__icontains=search) | Q(persona__key__icontains=search))
    return raters


def _assignment(study: Study, pseudonym: str) -> Assignment:
    assignments = Assignment.objects.of_participants().filter(study=study)
    return get_object_or_404(assignments.select_related("rater", "persona", "seat"), rater__pseudonym=pseudonym)


@require_safe
@for_study
def assignment_detail(request: HttpRequest, study: Study, pseudonym: str) -> HttpResponse:
    assignment = _assignment(study, pseudonym)
    records = screen_records(assignment)
    context = {
        "study": study,
        "tab": "raters",
        "assignment": assignment,
        "summary": short_summary(assignment.persona.attributes),
        "records": records,
        "answered": sum(1 for record in records if record.annotation),
        "events": assignment.events.select_related("by"),
        "actions": [ACTIONS[name] for name in possible_actions(assignment)],
    }
    return render(request, "researcher/assignment_detail.html", context)


@dataclass(frozen=True)
class Action:
    """Something a researcher may do to an assignment, and how the page asks."""

    name: str
    button: str
    question: str
    consequences: tuple[str, ...]
    done: str
    form: type[NoteForm]
    do: Callable
    is_grave: bool = False


def _release(assignment: Assignment, by, reason: str, seen: str) -> None:
    ledger.release(assignment, cause="released by hand", by=by, note=reason, seen=seen)


def _exclude(assignment: Assignment, by, reason: str, seen: str) -> None:
    ledger.exclude(assignment, reason=reason, by=by, seen=seen)


def _reopen(assignment: Assignment, by, reason: str, seen: str) -> None:
    ledger.reopen(assignment, by=by, note=reason, seen=seen)


ACTIONS = {
    "release": Action(
        "release",
        "Release this seat",
        "Release the seat of",
        (
            "The seat becomes free, and the next arrival may take it.",
            "All answers are kept. A rater who comes back can still finish and gets the code: in the same seat "
            "if it is still free, otherwise as surplus.",
        ),
        "The seat has been released. The answers are kept.",
        NoteForm,
        _release,
    ),
    "exclude": Action(
        "exclude",
        "Exclude this rater",
        "Exclude",
        (
            "The answers no longer count in the votes or in any statistic. They remain stored and are exported, "
            "marked as excluded.",
            "The seat becomes free, and the next arrival may take it.",
            "The participant's completion code stays valid: you decide on Prolific whether to pay.",
        ),
        "The rater has been excluded, and your reason recorded.",
        ReasonForm,
        _exclude,
        is_grave=True,
    ),
    "reopen": Action(
        "reopen",
        "Reopen",
        "Reopen",
        (
            "If the seat is free, the rater gets it back: as complete if they had finished, otherwise as live.",
            "If the seat has gone to another rater, an excluded rater who had finished becomes surplus; "
            "otherwise nothing changes, and you are told.",
        ),
        "The assignment has been reopened.",
        NoteForm,
        _reopen,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_study
def assignment_change(request: HttpRequest, study: Study, pseudonym: str, action: str) -> HttpResponse:
    """GET asks and says what will happen; POST does it, once."""
    assignment = _assignment(study, pseudonym)
    if action not in ACTIONS:
        raise Http404
    chosen = ACTIONS[action]
    form = chosen.form(request.POST or None, initial={"seen": assignment.state})
    if request.method == "POST" and form.is_valid():
        return _change(request, study, assignment, chosen, **form.cleaned_data)
    is_possible = action in possible_actions(assignment)
    context = {"study": study, "tab": "raters", "assignment": assignment, "action": chosen, "form": form}
    return render(request, "researcher/assignment_change.html", {**context, "is_possible": is_possible})


def _change(request: HttpRequest, study: Study, assignment: Assignment, action: Action, **decision) -> HttpResponse:
    try:
        action.do(assignment, request.user, **decision)
    except MoveNotAllowed as error:
        messages.error(request, f"Nothing has changed. {error}")
    else:
        messages.success(request, action.done)
    return redirect("assignment-detail", slug=study.slug, pseudonym=assignment.rater.pseudonym)
