"""Every page beside the way itself, in every look: no axe violation, no sideways scrolling at 320 px."""

from datetime import timedelta

import pytest
from django.urls import path
from django.utils import timezone

from annotation.models import Study
from annotation.preview_links import preview_token
from annotation.services import assembly, participation
from annotation.views import participant_pages as pages
from config.urls import urlpatterns as site
from tests.browser.helpers import assert_accessible, assert_sound_in_every_look, screenshot
from tests.browser.participants import REASON, entry_link, make_example_study
from tests.factories import answer_all, arrive, finished, make_study, walk_to_questions


def not_saved(request):
    """As when the database is away; only the request decides what this page shows."""
    request.method = "POST"
    request.POST = {"choice": "A", "justification": REASON, "telemetry": "{}"}
    request.POST = type("Posted", (dict,), {"getlist": lambda self, name: [self[name]]})(request.POST)
    return pages.not_saved(request)


def one_moment(request):
    response = pages.one_moment(request)
    del response["Refresh"]  # the page is looked at for longer than it would stay
    return response


def try_later(request):
    response = pages.try_later(request, Study.objects.first(), timezone.now() + timedelta(minutes=5))
    del response["Refresh"]
    return response


def erased(request):
    return pages.erased(request, Study.objects.first())


urlpatterns = [
    *site,
    *(path("not-saved/", not_saved), path("one-moment/", one_moment)),
    *(path("try-later/", try_later), path("erased/", erased)),
]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


def addresses(live_server) -> dict[str, str]:
    """A page of each kind, by the people who stand there."""
    study = make_example_study(questions=2, raters=12)
    people = iter(range(1, 20))

    def at(assignment, page):
        return f"{live_server.url}/a/{assignment.code}/{page}"

    declined = arrive(study, next(people))
    participation.decline(assignment=declined)
    instructed = arrive(study, next(people))
    participation.give_consent(assignment=instructed)
    checking = arrive(study, next(people))
    participation.give_consent(assignment=checking)
    participation.read_instructions(assignment=checking)
    out = arrive(study, next(people))
    participation.give_consent(assignment=out)
    participation.read_instructions(assignment=out)
    for _ in range(2):
        participation.answer_check(assignment=out, answers=[0, 1])
    meeting = arrive(study, next(people))
    participation.give_consent(assignment=meeting)
    participation.read_instructions(assignment=meeting)
    participation.answer_check(assignment=meeting, answers=[1, 0])
    asked = answer_all(walk_to_questions(arrive(study, next(people))), up_to=1)
    rehearsed = walk_to_questions(arrive(study, next(people), is_rehearsal=True))
    last = answer_all(walk_to_questions(arrive(study, next(people))))
    done = finished(study, next(people))
    full = make_study(slug="full", personas=1, questions=1, raters=1)
    arrive(full, next(people))
    paused, closed = make_study(slug="paused", questions=1), make_study(slug="closed", questions=1)
    assembly.pause_study(study=paused)
    assembly.close_study(study=closed)
    make_study(slug="draft", questions=1, open=False)
    make_study(slug="empty", personas=0, questions=0, open=False)
    return {
        "consent-preview": f"{live_server.url}/s/example/",
        "declined": at(declined, "declined/"),
        "instructions": at(instructed, "instructions/"),
        "check": at(checking, "check/"),
        "screened-out": at(out, "screened-out/"),
        "persona": at(meeting, "persona/"),
        "question": at(asked, "q/2/"),
        "question-answered": at(asked, "q/1/"),
        "question-rehearsal": at(rehearsed, "q/1/"),
        "review": at(last, "review/"),
        "done": at(done, "done/"),
        "done-late": at(done, "done/?late"),
        "help": at(asked, "help/"),
        "stop": at(asked, "stop/"),
        "full": entry_link(live_server, 90, "full"),
        "paused": entry_link(live_server, 90, "paused"),
        "closed": entry_link(live_server, 90, "closed"),
        "draft": entry_link(live_server, 90, "draft"),
        "draft-private": f"{live_server.url}/s/draft/",
        "empty": f"{live_server.url}/s/empty/?preview={preview_token('empty')}",
        "unknown": f"{live_server.url}/a/nobody/",
        "not-saved": f"{live_server.url}/not-saved/",
        "one-moment": f"{live_server.url}/one-moment/",
        "try-later": f"{live_server.url}/try-later/",
        "erased": f"{live_server.url}/erased/",
    }


def test_every_page_is_accessible_in_every_look(live_server, desktop, faults):
    faults.expect("status of (403|404|410|429|503)")
    for name, address in addresses(live_server).items():
        desktop.goto(address)
        assert_sound_in_every_look(desktop, name)


def test_stopped_page_is_accessible(live_server, desktop):
    study = make_example_study(questions=1)
    assignment = walk_to_questions(arrive(study))
    desktop.goto(f"{live_server.url}/a/{assignment.code}/stop/")
    desktop.get_by_role("button", name="Stop taking part").click()
    desktop.get_by_role("heading", name="You have stopped").wait_for()
    assert_accessible(desktop)
    screenshot(desktop, "stopped")


def test_forced_colours_still_show_the_choice(live_server, open_page):
    assignment = walk_to_questions(arrive(make_example_study(questions=1)))
    page = open_page(forced_colors="active", reduced_motion="reduce")
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    page.locator("label.card").first.click()
    assert page.locator(".mark").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).outlineStyle") == "solid"
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).transitionDuration") == "0s"
    screenshot(page, "forced-colours")
