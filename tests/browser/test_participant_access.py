"""The whole way by keyboard alone, and without JavaScript; nothing covered, nothing hidden from anybody."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Outcome, Screen
from tests.browser.helpers import DESKTOP, NARROWEST, PHONE, assert_accessible, screenshot
from tests.browser.participants import (
    REASON,
    answer_question,
    choose,
    entry_link,
    expect_question,
    make_example_study,
    press,
    reason_box,
    walk_to_first_question,
)
from tests.factories import arrive, walk_to_questions

pytestmark = pytest.mark.django_db(transaction=True)


def tab_to(page: Page, role: str, name: str | re.Pattern) -> None:
    """Press Tab until the thing has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("found => found.includes(document.activeElement)"):
            assert_focus_is_in_sight(page)
            return
    pytest.fail(f"{role} {name} cannot be reached with Tab on {page.url}")


def assert_focus_is_in_sight(page: Page) -> None:
    """WCAG 2.4.11: the point in the middle of the focused thing's first line is its own."""
    covered = page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            const x = box.left + Math.min(box.width / 2, 20), y = box.top + Math.min(box.height / 2, 12);
            const top = document.elementFromPoint(x, y);
            return !top || !(document.activeElement.contains(top) || top.contains(document.activeElement));
        }"""
    )
    assert not covered, page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_way_by_keyboard_alone(live_server, open_page, viewport):
    study = make_example_study(questions=1)
    page = open_page(viewport=viewport)
    page.goto(entry_link(live_server))
    tab_to(page, "button", "Yes, take part")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^What you will do"))
    tab_to(page, "button", re.compile("I have read this"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A short check")).to_be_focused()
    tab_to(page, "radio", "My own")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="That of the person I am playing")).to_be_checked()
    tab_to(page, "radio", "No")
    page.keyboard.press("Space")
    tab_to(page, "button", "Check my answers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Practice question")).to_be_focused()
    tab_to(page, "radio", re.compile("Answer A"))
    page.keyboard.press("Space")
    tab_to(page, "textbox", re.compile("Why would"))
    page.keyboard.type(REASON)
    tab_to(page, "button", "Check my practice answer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Meet the person you play")).to_be_focused()
    tab_to(page, "button", "Go to the first question")
    page.keyboard.press("Space")
    expect_question(page, 1)
    tab_to(page, "radio", re.compile("Answer A"))
    page.keyboard.press("ArrowDown")
    tab_to(page, "textbox", re.compile("Why would"))
    page.keyboard.type(REASON)
    tab_to(page, "button", "Save and continue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_focused()
    tab_to(page, "link", "Change question 1")
    page.keyboard.press("Enter")
    expect_question(page, 1)
    tab_to(page, "radio", re.compile("Answer B"))
    page.keyboard.press("ArrowUp")
    tab_to(page, "button", "Save and continue")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answer A", exact=True)).to_be_visible()
    tab_to(page, "button", "Finish and get the code")
    page.keyboard.press("Enter")
    expect(page.locator("#completion-code")).to_have_text(study.code_for(Outcome.COMPLETED))
    tab_to(page, "link", "Go to Prolific with this code")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_way_without_javascript(live_server, open_page, faults, viewport):
    faults.expect("status of 422")
    study = make_example_study(questions=2)
    page = open_page(viewport=viewport, java_script_enabled=False)
    walk_to_first_question(page, entry_link(live_server))
    choose(page, "B")
    reason_box(page).fill("Too short")
    press(page, "Save and continue")
    expect(page).to_have_title(re.compile("^Error: Question 1"))
    expect(reason_box(page)).to_have_value("Too short")
    expect(page.get_by_role("radio", name="Answer B")).to_be_checked()
    answer_question(page)
    expect_question(page, 2)
    page.get_by_role("link", name="Back").click()
    expect(reason_box(page)).to_have_value(REASON)
    press(page, "Save and continue")
    answer_question(page)
    page.get_by_role("link", name="Change question 1").click()
    reason_box(page).fill(f"{REASON} On second thought.")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_have_text(study.code_for(Outcome.COMPLETED))
    stored = Annotation.objects.values_list("justification", flat=True)
    assert sorted(stored) == [REASON, f"{REASON} On second thought."]


# --- The question page ---------------------------------------------------------------------------------
def open_question(live_server, open_page, **options) -> Page:
    assignment = walk_to_questions(arrive(make_example_study(questions=2)))
    page = open_page(**options)
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    return page


def test_answers_are_side_by_side_where_there_is_room(live_server, open_page):
    page = open_question(live_server, open_page)
    for width, beside in {320: False, 899: False, 900: True, 1280: True}.items():
        page.set_viewport_size({"width": width, "height": 900})
        left, right = (card.bounding_box() for card in page.locator("label.card").all())
        assert (left["y"] == right["y"]) is beside, width
        for part in page.locator("label.card, .card-text").all():
            assert part.evaluate("part => part.scrollHeight <= part.clientHeight + 1"), "no scrolling inside an answer"


def test_pressing_anywhere_on_the_card_chooses_it(live_server, open_page):
    page = open_question(live_server, open_page)
    for side in "BA":
        page.locator(f"#text-{side}").click(position={"x": 5, "y": 5})
        expect(page.get_by_role("radio", name=f"Answer {side}")).to_be_checked()
        expect(page.locator("label.card", has_text=f"Answer {side}").locator(".mark")).to_be_visible()


def test_radio_is_described_by_its_answer(live_server, open_page):
    page = open_question(live_server, open_page)
    screen = Screen.objects.select_related("question").get(position=1)
    expect(page.get_by_role("radio", name="Answer A")).to_have_accessible_description(
        screen.question.text_of(screen.shown_first)
    )
    expect(page.get_by_role("group", name="Which answer would they prefer?")).to_be_visible()


def test_error_summary_leads_to_the_field(live_server, open_page, faults):
    faults.expect("status of 422")
    page = open_question(live_server, open_page, viewport=NARROWEST)
    press(page, "Save and continue")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Write why they would prefer it.").click()
    expect(reason_box(page)).to_be_focused()
    assert_focus_is_in_sight(page)
    expect(reason_box(page)).to_have_accessible_description(re.compile("Write why they would prefer it."))
    page.get_by_role("link", name="Choose the answer they would prefer.").click()
    expect(page.get_by_role("radio", name="Answer A")).to_be_focused()
    assert_accessible(page)


def test_rejected_form_is_one_step_in_the_history(live_server, open_page, faults):
    faults.expect("status of 422")
    page = open_question(live_server, open_page)
    steps = page.evaluate("history.length")
    press(page, "Save and continue")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.evaluate("history.length") == steps


def test_textarea_grows_with_the_text(live_server, open_page):
    page = open_question(live_server, open_page)
    before = reason_box(page).bounding_box()["height"]
    reason_box(page).fill("line\n" * 30)
    box = reason_box(page)
    assert box.bounding_box()["height"] > before * 2
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight")


def test_code_can_be_copied(live_server, open_page):
    study = make_example_study(questions=1)
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    walk_to_first_question(page, entry_link(live_server))
    answer_question(page)
    press(page, "Finish and get the code")
    press(page, "Copy the code")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == study.code_for(Outcome.COMPLETED)


def test_no_preference_stands_below_the_two_answers_where_the_study_allows_it(live_server, open_page):
    assignment = walk_to_questions(arrive(make_example_study(questions=1, allows_no_preference=True)))
    page = open_page()
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    neither = page.get_by_role("radio", name=re.compile("^No preference"))
    page.locator("label.card", has=neither).click()
    expect(neither).to_be_checked()
    assert_accessible(page)
    screenshot(page, "no-preference")
    reason_box(page).fill(REASON)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    assert Annotation.objects.get().choice == "no_preference"
