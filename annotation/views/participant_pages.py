"""What each participant page shows: contexts and templates, no decisions about who may see it."""

from __future__ import annotations

import json
import math
import random
from datetime import datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from annotation.flow import CHECK_ATTEMPTS, AssignmentState, Progress
from annotation.forms.participant import AnnotationForm
from annotation.models import Assignment, Outcome, Screen, Study
from annotation.prolific.entry import PREVIEW_CODE, completion_url
from annotation.services.participant_progress import answered_screens, screen_at
from annotation.services.participation import CheckResult, answer_to, newest_text, side_of
from annotation.sides import in_order
from annotation.texts import beginning, normalise_newlines, written_length
from annotation.views.participant_urls import participant_url
from personas.models import Persona
from personas.text import PersonaCard

RETRY_SECONDS = 3
SPREAD_SECONDS = 20
# A number of each plural form that languages have, for the sentences that the script completes.
PLURAL_SAMPLES = (1, 2, 3, 5, 11, 100)


def page(template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """A participant page. Never cached: the next look must show where the assignment stands then."""
    # Without a request no context processor runs: these pages know no user, no session, no messages.
    html = render_to_string(f"participant/{template}", {**frame(context.get("study")), **context})
    return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})


def frame(study: Study | None) -> dict:
    """What every page holds, whoever asks."""
    return {
        "title": (study and study.public_title) or _("Research study"),
        "now": timezone.now().isoformat(),
        "words": _words(get_language()),
    }


@lru_cache(maxsize=100)
def _words(language: str) -> SafeString:
    return render_to_string("participant/_words.html", {"samples": PLURAL_SAMPLES})


def shell(assignment: Assignment) -> dict:
    """What every page of a participant's way shares."""
    study = assignment.study
    is_live = assignment.state == AssignmentState.LIVE
    deadline_moves = not study.time_limit_minutes or assignment.consented_at is None
    return {
        "study": study,
        "is_preview": assignment.is_preview,
        "is_rehearsal": assignment.rater.is_rehearsal,
        "code": assignment.code,
        "deadline": assignment.deadline.isoformat() if is_live else "",
        "deadline_text": _deadline_text(assignment, moves=deadline_moves) if is_live else "",
        "has_lost_place": assignment.state == AssignmentState.RELEASED,
        "has_consented": assignment.consented_at is not None,
        "deadline_moves": deadline_moves,
        "help_url": participant_url("help", assignment.code),
        "stop_url": participant_url("stop", assignment.code) if is_live else None,
    }


def _deadline_text(assignment: Assignment, *, moves: bool) -> str:
    text = _("Your spot is reserved until {time}.") if moves else _("Finish by {time}.")
    return text.replace("{time}", timezone.localtime(assignment.deadline).strftime("%H:%M %Z"))


def _minimum(study: Study) -> dict[str, str]:
    """The shortest reason in characters, as a number and in words; both empty where any will do."""
    number = study.minimum_justification
    if not number:
        return {"number": "0", "text": ""}
    words = ngettext("At least %(number)s character.", "At least %(number)s characters.", number)
    return {"number": str(number), "text": words % {"number": number}}


@lru_cache(maxsize=2000)
def _card(persona_id: int, style: str, with_name: bool) -> PersonaCard:
    # What a persona and its set hold never changes after import, so the card is made once per process.
    persona = Persona.objects.select_related("persona_set").get(pk=persona_id)
    return persona.card(style=style, with_name=with_name)


def persona_panel(assignment: Assignment) -> SafeString:
    """The person beside the question: made once per process and language."""
    return _rendered("participant/_persona.html", _card_of(assignment), get_language())


def _card_of(assignment: Assignment) -> PersonaCard:
    return _card(assignment.persona_id, **assignment.study.persona_options)


@lru_cache(maxsize=4000)
def _rendered(template: str, card: PersonaCard, language: str, all_open: bool = False) -> SafeString:
    return render_to_string(template, {"card": card, "all_open": all_open})


# --- Before the questions -------------------------------------------------------------------------
def consent(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("consent.html", shell(assignment))


def preview_consent(request: HttpRequest, study: Study) -> HttpResponse:
    return page("consent.html", {"study": study, "is_preview": True})


def preview_declined(request: HttpRequest, study: Study) -> HttpResponse:
    context = {"study": study, "is_preview": True, **_end(study, Outcome.NO_CONSENT, is_preview=True)}
    return page("declined.html", context)


def declined(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("declined.html", {**_shell_at_end(assignment, Outcome.NO_CONSENT), "may_take_back": True})


def _shell_at_end(assignment: Assignment, outcome: str) -> dict:
    return {**shell(assignment), **_end(assignment.study, outcome, is_preview=assignment.is_preview)}


def _end(study: Study, outcome: str, *, is_preview: bool = False) -> dict:
    """Whether this end is paid, its completion code and the way back to Prolific; a preview has no real code."""
    code = study.code_for(outcome)
    if code and is_preview:
        code = PREVIEW_CODE
    return {
        "is_paid": is_paid(study, outcome),
        "completion_code": code,
        "completion_url": completion_url(code) if code and not is_preview else "",
    }


def is_paid(study: Study, outcome: str) -> bool:
    return outcome == Outcome.COMPLETED or outcome in study.paid_ends


def instructions(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("instructions.html", shell(assignment))


def check(request: HttpRequest, assignment: Assignment, form, result: CheckResult | None = None) -> HttpResponse:
    context = {
        **shell(assignment),
        "form": form,
        # Comes back with the form, so that a page sent twice costs one attempt.
        "attempts_shown": assignment.check_attempts,
        "attempts_left": CHECK_ATTEMPTS - assignment.check_attempts,
        "result": result,
        "wrong_fields": [f"answer_{number}" for number in result.wrong] if result else [],
    }
    return page("check.html", context, status=422 if form.errors or result else 200)


def screened_out(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("screened_out.html", _shell_at_end(assignment, Outcome.FAILED_CHECK))


def practice(request: HttpRequest, assignment: Assignment, form: AnnotationForm | None = None) -> HttpResponse:
    """With status 200 also where something is missing: this is feedback, and nothing was refused."""
    typed = {name: form.data.get(name, "") for name in ("choice", "justification")} if form else {}
    context = {
        **shell(assignment),
        "minimum": _minimum(assignment.study),
        "errors": form.errors if form else {},
        "typed": typed,
    }
    return page("practice.html", context)


def persona(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    context = {
        **shell(assignment),
        "persona": _rendered("participant/_persona_card.html", _card_of(assignment), get_language(), all_open=True),
        "practice_length": assignment.practice_length,
        "is_long_enough": (assignment.practice_length or 0) >= assignment.study.minimum_justification,
    }
    return page("persona.html", context)


# --- The question ---------------------------------------------------------------------------------
def question(
    request: HttpRequest, assignment: Assignment, progress: Progress, position: int, form: AnnotationForm | None = None
) -> HttpResponse:
    screen = screen_at(assignment, position)
    typed = (
        _typed(form, screen, progress)
        if form
        else _stored(screen, assignment, is_answered=position in progress.answered)
    )
    context = {
        **shell(assignment),
        "persona": persona_panel(assignment),
        # As text: Django looks up how the reader's language writes numbers for each one on a page.
        "position": str(position),
        "total": str(progress.screens),
        "answered": str(len(progress.answered)),
        "stored": _stored_times(progress),
        "place": _("Question %(position)s of %(total)s") % {"position": position, "total": progress.screens},
        "prompt": screen.question.prompt,
        **_answers(screen),
        "allows_no_preference": assignment.study.allows_no_preference,
        "typed": typed,
        "minimum": _minimum(assignment.study),
        "errors": form.errors if form else {},
        "draft_url": participant_url("draft", assignment.code, position),
        "back_url": participant_url("question", assignment.code, position - 1) if position > 1 else "",
        "is_last": position == progress.screens,
    }
    return page("question.html", context, status=422 if form else 200)


def _answers(screen: Screen) -> dict[str, str]:
    """The texts of the two responses, as this rater sees them; nothing here says which is the revised one."""
    answers = map(screen.question.text_of, in_order(screen.shown_first))
    return dict(zip(("answer_a", "answer_b"), answers, strict=True))


def _typed(form: AnnotationForm, screen: Screen, progress: Progress) -> dict:
    """What was just sent, to the character, with what is wrong said beside it."""
    return {
        "choice": form.data.get("choice", ""),
        "justification": normalise_newlines(form.data.get("justification", "")),
        "telemetry": form.data.get("telemetry", ""),
        "saved_at": _iso(screen.draft_at),
        "is_answered": screen.position in progress.answered,
        "has_unsent_change": screen.position in progress.unsent,
    }


def _stored(screen: Screen, assignment: Assignment, *, is_answered: bool) -> dict:
    """What was saved last: a draft or the answer."""
    answer = answer_to(screen, assignment) if is_answered else None
    choice, text, saved_at = newest_text(screen, answer)
    return {
        "choice": side_of(screen, choice),
        "justification": text,
        "telemetry": json.dumps(screen.telemetry) if screen.telemetry else "",
        "saved_at": _iso(saved_at),
        "is_answered": answer is not None,
        "has_unsent_change": answer is not None and saved_at > answer.saved_at,
    }


def _stored_times(progress: Progress) -> str:
    """When each answer was stored, in milliseconds; the browser then erases its own copies."""
    return " ".join(f"{position}={milliseconds}" for position, milliseconds in progress.stored_at.items())


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


# --- The end --------------------------------------------------------------------------------------
def review(request: HttpRequest, assignment: Assignment, progress: Progress, form) -> HttpResponse:
    """Check your answers: one line for each question, and an optional comment."""
    code = assignment.code
    lines = [
        {
            "position": str(screen.position),
            "place": _("question %(position)s") % {"position": screen.position},
            "prompt": beginning(screen.prompt, 110),
            "side": side_of(screen, screen.choice),
            "reason": beginning(screen.justification, 90),
            "length": str(written_length(screen.justification)),
            "is_unsent": screen.position in progress.unsent,
            "change_url": participant_url("question", code, screen.position),
        }
        for screen in answered_screens(assignment)
    ]
    context = {
        **shell(assignment),
        "form": form,
        "lines": lines,
        "stored": _stored_times(progress),
        "unsent": [line for line in lines if line["is_unsent"]],
        "back_url": participant_url("question", code, progress.screens),
    }
    return page("review.html", context, status=422 if form.is_bound else 200)


def done(request: HttpRequest, assignment: Assignment, *, is_late: bool = False) -> HttpResponse:
    context = _shell_at_end(assignment, Outcome.COMPLETED)
    return page("done.html", {**context, "is_late": is_late or "late" in request.GET, "needs_no_code": True})


def stop(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("stop.html", {**shell(assignment), "is_paid": is_paid(assignment.study, Outcome.WITHDRAWN)})


def stopped(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("stopped.html", _shell_at_end(assignment, Outcome.WITHDRAWN))


def help_page(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return page("help.html", shell(assignment))


# --- No seat, no answer ---------------------------------------------------------------------------
def refused(request: HttpRequest, study: Study, outcome: str) -> HttpResponse:
    """Full, paused or closed: what happened, whether it is paid, and what to do on Prolific."""
    return page("refused.html", {"study": study, "outcome": outcome, **_end(study, outcome)})


def nothing_to_preview(request: HttpRequest, study: Study) -> HttpResponse:
    return page("nothing_to_preview.html", {"study": study, "is_preview": True})


def draft_is_private(request: HttpRequest, study: Study) -> HttpResponse:
    return page("draft_is_private.html", {"study": study}, status=403)


def head() -> HttpResponse:
    """The answer to HEAD at the door: the study exists, and nothing was done."""
    return HttpResponse(headers={"Cache-Control": "no-store"})


def unreadable_id(request: HttpRequest, study: Study) -> HttpResponse:
    return page("unreadable_id.html", {"study": study}, status=400)


def unknown_address(request: HttpRequest) -> HttpResponse:
    return page("unknown_address.html", {}, status=404)


def erased(request: HttpRequest, study: Study) -> HttpResponse:
    """Somebody whose data were erased comes again: not as a second person, and not silently."""
    return page("erased.html", {"study": study}, status=410)


def try_later(request: HttpRequest, study: Study, until: datetime) -> HttpResponse:
    """Too many new people at once. The page says when to come back, and asks again by itself at that time."""
    # Not everybody in the same second.
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds())) + random.randint(0, SPREAD_SECONDS)
    context = {"study": study, "retry_url": request.get_full_path(), "minutes": math.ceil(seconds / 60)}
    response = page("try_later.html", {**context, "seconds": seconds}, status=429)
    response["Retry-After"] = response["Refresh"] = str(seconds)
    return response


def one_moment(request: HttpRequest) -> HttpResponse:
    """The site could not decide in time. The page asks again by itself; it never says "full" for this."""
    response = page("one_moment.html", {"retry_url": request.get_full_path()}, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Refresh"] = str(RETRY_SECONDS)
    return response


def not_saved(request: HttpRequest) -> HttpResponse:
    """The database did not answer. Everything posted is handed back, in sight, with a button that sends it again."""
    if request.method != "POST":
        return one_moment(request)
    fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        "action": request.path,
        "hidden": [(name, value) for name, value in fields if name not in {"justification", "comment"}],
        "texts": [(name, value) for name, value in fields if name in {"justification", "comment"}],
    }
    response = page("not_saved.html", context, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
