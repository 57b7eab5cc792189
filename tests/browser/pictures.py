"""Pictures of every participant page and state, in five widths, light and dark, to be looked at by people.

    SCREENSHOT_DIR=/tmp/pictures script/test tests/browser/pictures.py

Not collected with the suite: it checks nothing beyond that each state can be reached.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotation.models import Assignment
from tests.browser.participants import (
    REASON,
    choose,
    entry_link,
    expect_question,
    fill_answer,
    make_example_study,
    pass_check,
    press,
    reason_box,
)
from tests.browser.test_participant_every_page import addresses, urlpatterns
from tests.factories import answer_all, arrive, run_out_of_time, walk_to_questions

assert urlpatterns  # the pages that only trouble shows
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.test_participant_every_page"),
    pytest.mark.skipif("SCREENSHOT_DIR" not in os.environ, reason="SCREENSHOT_DIR names no folder"),
]
WIDTHS = {320: 640, 390: 844, 900: 900, 1280: 800, 1440: 900}
KEYBOARD_HEIGHT = 420


def take(page: Page, name: str, *, height: int | None = None, widths=WIDTHS) -> None:
    """The whole page in every look; with a height, what a window of that height shows."""
    folder = Path(os.environ["SCREENSHOT_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    for width in widths:
        page.set_viewport_size({"width": width, "height": height or WIDTHS[width]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=height is None)


def take_while_writing(page: Page, name: str) -> None:
    """What a phone's window shows above its keyboard."""
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": KEYBOARD_HEIGHT})
        reason_box(page).focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" ")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=Path(os.environ["SCREENSHOT_DIR"]) / f"{name}-{width}-{scheme}.png")


@pytest.fixture
def page(open_page, faults) -> Page:
    faults.expect("status of (400|403|404|409|410|422|429|503)|ERR_INTERNET_DISCONNECTED|htmx:")
    page = open_page()
    page.set_default_timeout(120_000)
    return page


def test_pages(live_server, page):
    for name, address in addresses(live_server).items():
        page.goto(address)
        take(page, name)


def test_way(live_server, page):
    study = make_example_study(questions=2)
    for name in way(live_server, page):
        take(page, name)
    assignment = walk_to_questions(arrive(study, 2))
    page.goto(f"{live_server.url}/a/{assignment.code}/stop/")
    press(page, "Stop taking part")
    page.get_by_role("heading", name="You have stopped").wait_for()
    take(page, "stopped")
    page.goto(f"{live_server.url}/s/example/?PROLIFIC_PID=%7B%7B%25PROLIFIC_PID%25%7D%7D")
    take(page, "malformed-id")


def way(live_server, page: Page) -> Iterator[str]:
    page.goto(entry_link(live_server))
    yield "consent"
    press(page, "Yes, take part")
    press(page, "I have read this")
    page.get_by_label("My own").check()
    page.get_by_label("No", exact=True).check()
    press(page, "Check my answers")
    expect(page.locator(".error-summary")).to_be_visible()
    yield "check-one-attempt-used"
    pass_check(page)
    expect(page).to_have_title(re.compile("Practice"))
    yield "practice"
    press(page, "Check my practice answer")
    expect(page.get_by_role("status").first).to_be_visible()
    yield "practice-feedback"
    fill_answer(page, "B")
    press(page, "Continue")
    expect(page.get_by_text("That is long enough.")).to_be_visible()
    yield "persona-after-practice"
    press(page, "Go to the first question")
    expect_question(page, 1)
    yield "question-empty"
    yield from question_states(page)
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_be_visible()
    yield "complete"


def question_states(page: Page) -> Iterator[str]:
    press(page, "Save and continue")
    expect(page.locator(".error-summary")).to_be_visible()
    yield "question-error"
    fill_answer(page, "B", "He keeps his promises")
    expect(page.locator("#saved")).to_contain_text("Saved")
    yield "question-drafted"
    take_while_writing(page, "question-keyboard")
    page.context.set_offline(True)
    reason_box(page).press_sequentially(" and")
    expect(page.locator("#saved")).to_have_text("Offline: kept in this browser")
    yield "question-offline"
    reason_box(page).fill(REASON)
    press(page, "Save and continue")
    expect(page.get_by_role("alert").last).to_contain_text("Press again")
    yield "question-offline-sent"
    take_while_writing(page, "question-keyboard-offline-sent")
    page.context.set_offline(False)
    press(page, "Save and continue")
    expect_question(page, 2)
    fill_answer(page, "A")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_role("link", name="Change question 1").click()
    expect_question(page, 1)
    yield "question-answered"
    with page.expect_response("**/draft/"):
        reason_box(page).fill("Too short")
    page.goto(page.url.replace("/q/1/", "/review/"))
    yield "review-flagged"
    page.locator(".error-summary").get_by_role("link").click()
    expect_question(page, 1)
    yield "question-unsent-change"
    press(page, "Keep my earlier answer")
    expect(page.locator(".error-summary")).to_have_count(0)


def test_persona_sheet(live_server, page):
    assignment = walk_to_questions(arrive(make_example_study(questions=2)))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    page.locator("#persona > summary").click()
    take(page, "persona-sheet", height=844, widths=[320, 390])


def test_other_studies(live_server, page):
    study = make_example_study(questions=2, persona_style="list", allows_no_preference=True)
    assignment = walk_to_questions(arrive(study))
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    choose(page, "A")
    take(page, "question-list-no-preference")
    Assignment.objects.update(deadline=timezone.now() + timedelta(minutes=4))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Less than 5 minutes left")
    take(page, "question-deadline-soon")
    run_out_of_time(assignment)
    page.reload()
    take(page, "question-too-late")
    answer_all(assignment)
    page.goto(f"{live_server.url}/a/{assignment.code}/review/")
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_be_visible()
    take(page, "complete-too-late")


def test_preview_end(live_server, page):
    make_example_study(questions=1)
    page.goto(f"{live_server.url}/s/example/")
    press(page, "Yes, take part")
    press(page, "I have read this")
    pass_check(page)
    fill_answer(page, "B")
    press(page, "Check my practice answer")
    press(page, "Go to the first question")
    fill_answer(page, "A")
    press(page, "Save and continue")
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_have_text("PREVIEW")
    take(page, "complete-preview")
