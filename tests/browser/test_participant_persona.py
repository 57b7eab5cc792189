"""The person beside the question: a panel that shows where it ends, on a phone a line that opens a sheet."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import NARROWEST, PHONE, assert_accessible
from tests.browser.participants import answer_question, expect_question, make_example_study
from tests.factories import arrive, walk_to_questions

LINE = "You play a 39-year-old man who works as a construction manager."
OPENING = "You play a 39-year-old man from Pennsylvania who works as a construction manager."
SCRIPTED = pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])


@pytest.fixture
def open_question(live_server, open_page):
    def open_it(*, study=None, **options) -> Page:
        assignment = walk_to_questions(arrive(study or make_example_study(questions=2)))
        page = open_page(**options)
        page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
        return page

    return open_it


def line(page):
    return page.locator("#persona > summary")


def body(page):
    return page.locator("#persona-body")


def is_open(page) -> bool:
    return page.locator("#persona").evaluate("persona => persona.open")


def tap(page, x, y):
    """Where a finger would: an element's own click scrolls to it first."""
    page.mouse.click(x, y)


# --- Beside the question --------------------------------------------------------------------------
@SCRIPTED
def test_persona_stays_in_view_on_a_desktop(open_question, scripted):
    page = open_question(java_script_enabled=scripted)
    page.locator("button", has_text="Save and continue").scroll_into_view_if_needed()
    expect(page.get_by_text("What matters most to him is keeping promises")).to_be_in_viewport()
    expect(line(page)).to_be_hidden()


def test_panel_says_that_there_is_more_until_its_end(open_question):
    page = open_question(viewport={"width": 1280, "height": 600})
    more = page.locator(".persona-more button")
    expect(more).to_be_in_viewport()
    more.click()
    expect(page.locator(".persona .eyebrow")).not_to_be_in_viewport()
    body(page).evaluate("body => body.scrollTo({top: body.scrollHeight, behavior: 'instant'})")
    expect(more).to_be_hidden()
    expect(page.locator("#persona summary", has_text="Health")).to_be_in_viewport()
    body(page).evaluate("body => body.scrollTo({top: 0, behavior: 'instant'})")
    expect(more).to_be_visible()


def test_panel_that_fits_says_nothing_of_more(open_question):
    page = open_question(viewport={"width": 1280, "height": 1600})
    expect(page.locator(".persona-more button")).to_be_hidden()
    page.locator(".group", has_text="Background").locator("summary").click()
    expect(page.locator(".persona-more button")).to_be_hidden()


def test_group_stays_as_it_was_left_on_the_next_question(open_question):
    page = open_question()
    page.locator(".group", has_text="Work and home").locator("summary").click()
    page.locator(".group", has_text="Beliefs").locator("summary").click()
    answer_question(page)
    expect_question(page, 2)
    expect(page.get_by_text("$129,000 a year")).to_be_visible()
    expect(page.get_by_text("Catholic; takes the children most Sundays")).to_be_hidden()


# --- On a phone -----------------------------------------------------------------------------------
@SCRIPTED
@pytest.mark.parametrize("viewport", [PHONE, NARROWEST], ids=["phone", "narrowest"])
def test_line_opens_the_sheet_from_anywhere_and_nothing_moves(open_question, scripted, viewport):
    page = open_question(viewport=viewport, java_script_enabled=scripted)
    page.locator("button", has_text="Save and continue").scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    assert scrolled > 100
    expect(line(page)).to_be_in_viewport()
    expect(line(page)).to_have_text(f"{LINE} Close")
    assert line(page).bounding_box()["height"] >= 44
    tap(page, 100, 20)
    expect(page.get_by_text(OPENING)).to_be_in_viewport()
    expect(page.get_by_text(LINE, exact=True)).to_be_hidden()
    assert body(page).bounding_box()["height"] > viewport["height"] * 0.85
    tap(page, viewport["width"] - 50, 56)
    expect(page.get_by_text(OPENING)).to_be_hidden()
    assert page.evaluate("scrollY") == scrolled


@SCRIPTED
def test_tap_beside_the_sheet_closes_it(open_question, scripted):
    page = open_question(viewport={"width": 768, "height": 900}, java_script_enabled=scripted)
    for place in [(100, 12), (740, 600)]:
        line(page).click()
        assert is_open(page)
        tap(page, *place)
        assert not is_open(page)
    expect(page.get_by_role("radio", name="Answer A")).not_to_be_checked()


def test_escape_closes_the_sheet_and_gives_the_focus_back(open_question):
    page = open_question(viewport=PHONE)
    line(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(OPENING)).to_be_visible()
    page.keyboard.press("Tab")
    expect(body(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text(OPENING)).to_be_hidden()
    expect(line(page)).to_be_focused()


def test_keyboard_stays_in_the_open_sheet(open_question):
    page = open_question(viewport=PHONE)
    line(page).click()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('#persona *, body')")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Answer A").check()


def test_open_sheet_is_accessible_and_scrolls_to_its_end(open_question):
    page = open_question(viewport=PHONE)
    line(page).click()
    assert_accessible(page)
    expect(line(page)).to_have_accessible_name("Close")
    body(page).hover()
    page.mouse.wheel(0, 3000)
    expect(page.locator("#persona summary", has_text="Health")).to_be_in_viewport()
    expect(page.locator(".persona-more button")).to_be_hidden()


def test_sheet_turned_to_a_wide_window_is_a_panel(open_question):
    page = open_question(viewport=PHONE)
    line(page).click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_text(OPENING)).to_be_visible()
    page.get_by_role("radio", name="Answer A").check()


# --- Styles ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_list_is_accessible_and_in_order(open_question, viewport):
    study = make_example_study(questions=2, persona_style="list")
    page = open_question(study=study, viewport=viewport)
    if line(page).is_visible():
        expect(line(page)).to_contain_text("You play the person described by this list.")
        line(page).click()
    expect(page.locator(".attributes dt").first).to_have_text("age")
    expect(page.locator(".attributes dd").nth(2)).to_have_text("Two or More Races")
    assert_accessible(page)
