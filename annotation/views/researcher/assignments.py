"""Raters of a study: the list, one assignment as it went, and the three ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.flow import AssignmentState
from annotation.forms.assignment import NoteForm, RaterFilter, ReasonForm
from annotation.models import Assignment, AttentionKind, Study
from annotation.permissions import for_study
from annotation.progress.attention import NEEDS, flags_of, needing, participants
from annotation.progress.record import possible_actions, screen_records
from annotation.prolific.entry import clean_id
from annotation.services import ledger
from annotation.services.attention import mark_seen, mark_unseen
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
    "checks": Column("Checks missed", "checks_missed", is_figure=True),
    "pasted": Column("Characters pasted", "pasted_characters", is_figure=True),
    "seconds": Column("Seconds an answer", "seconds_each", is_figure=True),
    "arrived": Column("Arrived", "arrived_at"),
    "last_seen": Column("Last seen", "last_seen"),
}


@require_safe
@for_study
def assignment_list(request: HttpRequest, study: Study) -> HttpResponse:
    form, now = RaterFilter(request.GET), timezone.now()
    raters = participants(study).with_quality()
    if form.is_valid():
        raters = _filtered(raters, request.user, now, **form.cleaned_data)
    sorting = Sorting.of(request, COLUMNS, default="-last_seen")
    raters = raters.select_related("rater", "persona", "seat").order_by(*sorting.fields, "-pk")
    page = Paginator(raters, RATERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"study": study, "tab": "raters", "page": page, "form": form, "query": other_parameters(request)}
    context |= {"headings": sorting.headings, "sort": sorting.chosen, "filters": _filters(study, form, now)}
    flags = flags_of(page.object_list, now)
    context["rows"] = [(row, flags[row.pk]) for row in page.object_list]
    return render(request, "researcher/assignment_list.html", context)


@dataclass(frozen=True)
class SavedFilter:
    label: str
    address: str
    is_chosen: bool
    count: int


def _filters(study: Study, form: RaterFilter, now: datetime) -> list[SavedFilter]:
    """The filters a researcher comes back to, each with how many raters it shows."""
    chosen = (form.data.get("needs", ""), form.data.get("state", ""), form.data.get("search", ""))
    raters = participants(study)
    found = [SavedFilter("All", "?", chosen == ("", "", ""), raters.count())]
    for needs, label in NEEDS.items():
        count = needing(raters, needs, now).count()
        if count or needs in ("any", chosen[0]):
            found.append(SavedFilter(label, f"?needs={needs}", chosen == (needs, "", ""), count))
    for state, count in raters.order_by("state").values_list("state").annotate(Count("pk")):
        label = AssignmentState(state).replace("_", " ").capitalize()
        found.append(SavedFilter(label, f"?state={state}", chosen == ("", state, ""), count))
    return found


def _filtered(raters, user, now: datetime, *, state: str, needs: str, search: str):
    if needs:
        raters = needing(raters, needs, now)
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
        "flags": flags_of([assignment], timezone.now())[assignment.pk],
        "actions": [ACTIONS[name] for name in possible_actions(assignment)],
    }
    return render(request, "researcher/assignment_detail.html", context)


@require_POST
@for_study
def rater_seen(request: HttpRequest, study: Study, pseudonym: str, kind: str) -> HttpResponse:
    """Mark what needs attention about a rater as seen; with ``undo`` take the mark back."""
    assignment = _assignment(study, pseudonym)
    if kind not in AttentionKind.values:
        raise Http404
    change = mark_unseen if "undo" in request.POST else mark_seen
    change(assignment=assignment, kind=kind, by=request.user)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/studies/"):
        return redirect(back)
    return redirect("assignment-detail", slug=study.slug, pseudonym=pseudonym)


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
