"""The question page in its sizes: what fits a window, how long the lines are, how large the targets, what moves."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Question
from tests.browser.helpers import PHONE
from tests.browser.participants import REASON, answer_question, choose, expect_question, make_example_study, reason_box
from tests.factories import arrive, walk_to_questions

pytestmark = pytest.mark.django_db(transaction=True)
# 110 words as long as English ones are.
SENTENCE = "If you keep what you promised them, even a short evening at home will count for more than it costs. "
ANSWER = (SENTENCE * 6)[:620]


@pytest.fixture
def open_question(live_server, open_page):
    def open_one(**options) -> Page:
        study = make_example_study(questions=2)
        Question.objects.update(revised=ANSWER, alternative=ANSWER.upper()[:1] + ANSWER[1:][::-1])
        assignment = walk_to_questions(arrive(study))
        page = open_page(**options)
        page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
        return page

    return open_one


def test_question_with_answers_of_110_words_fits_a_desktop_window(open_question):
    page = open_question(viewport={"width": 1280, "height": 800})
    assert len(ANSWER.split()) >= 110
    for part in [page.locator(".prompt"), *page.locator(".card-text").all(), reason_box(page)]:
        expect(part).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Save and continue")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [900, 1079, 1080, 1280, 1440])
def test_lines_of_the_answers_have_45_to_75_characters(open_question, width):
    page = open_question(viewport={"width": width, "height": 900})
    lines = page.locator("#text-A").evaluate(
        """text => {
            const range = document.createRange(), node = text.firstChild, lines = new Map();
            for (let i = 0; i < node.length; i += 1) {
                range.setStart(node, i); range.setEnd(node, i + 1);
                const top = Math.round(range.getBoundingClientRect().top);
                lines.set(top, (lines.get(top) || 0) + 1);
            }
            return [...lines.values()].slice(0, -1);
        }"""
    )
    mean = sum(lines) / len(lines)
    assert 45 <= mean <= 75, (width, lines)


def test_keys_1_and_2_choose_but_not_while_one_writes(open_question):
    page = open_question()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Answer B")).to_be_checked()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Answer A")).to_be_checked()
    expect(page.get_by_role("radio", name="Answer A")).to_be_focused()
    reason_box(page).press_sequentially("2 of them")
    expect(page.get_by_role("radio", name="Answer A")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+2")
    expect(page.get_by_role("radio", name="Answer A")).to_be_checked()
    reason_box(page).fill(REASON)
    page.get_by_role("button", name="Save and continue").click()
    expect_question(page, 2)
    assert Annotation.objects.get().choice_changes == 1


def test_keys_can_be_turned_off_on_the_help_page(open_question):
    page = open_question()
    page.get_by_role("link", name="Help").click()
    page.get_by_role("button", name="Turn these keys off").click()
    page.get_by_role("link", name="Back to where you were").click()
    expect_question(page, 1)
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Answer B")).not_to_be_checked()


def test_buttons_do_not_move_when_the_status_line_appears(open_question):
    page = open_question(viewport=PHONE)
    button = page.get_by_role("button", name="Save and continue")
    choose(page, "A")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#saved")).to_have_text("Saving…")
    before = page.locator("#answer").bounding_box()["height"]
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    assert page.locator("#answer").bounding_box()["height"] == before
    page.evaluate("document.getElementById('saved').textContent = ''")
    assert page.locator("#answer").bounding_box()["height"] == before
    assert button.bounding_box()["height"] >= 44


def test_phone_shows_the_choice_and_keeps_the_button_in_reach_while_one_writes(open_question):
    """A window as high as a phone's with its keyboard up."""
    page = open_question(viewport={"width": 390, "height": 420})
    expect(page.locator(".reminder")).to_be_hidden()
    choose(page, "B")
    reason_box(page).click()
    page.keyboard.type("line\n" * 12)
    reminder = page.locator(".reminder")
    expect(reminder.get_by_text("You chose B")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Save and continue")).to_be_in_viewport(ratio=1)
    reminder.get_by_role("link").click()
    expect(page.get_by_role("group", name=re.compile("Which answer"))).to_be_focused()
    expect(reminder).to_be_hidden()


def test_button_pressed_while_one_writes_sends(open_question):
    page = open_question(viewport={"width": 390, "height": 420}, has_touch=True, is_mobile=True)
    choose(page, "B")
    reason_box(page).tap()
    page.keyboard.type(REASON)
    page.get_by_role("button", name="Save and continue").tap()
    expect_question(page, 2)


@pytest.mark.parametrize(("viewport", "least"), [(PHONE, 44), ({"width": 1280, "height": 800}, 24)])
def test_links_of_the_footer_are_large_enough(open_question, viewport, least):
    page = open_question(viewport=viewport)
    for link in page.locator(".foot a").all():
        assert link.bounding_box()["height"] >= least


def test_question_page_is_read_in_its_order(open_question):
    """What a screen reader gives: the person, the question, the two answers, the reason, the button."""
    page = open_question()
    answer_question(page, "A")
    expect_question(page, 2)
    tree = page.locator("body").aria_snapshot()
    order = [
        'link "Skip to main content"',
        "Question 2 of 2",
        'complementary "The person you play"',
        'heading "Question 2 of 2.',
        'group "Which answer would they prefer?',
        'radio "Answer A"',
        'radio "Answer B"',
        'textbox "Why would they choose this way?"',
        'link "Back"',
        'button "Save and continue"',
        "contentinfo",
    ]
    places = [tree.find(part) for part in order]
    assert -1 not in places, [part for part, place in zip(order, places, strict=True) if place == -1]
    assert places == sorted(places), tree
    live = page.evaluate(
        "[...document.querySelectorAll('[role=status],[role=alert],[aria-live]')].map(n => [n.id, n.textContent])"
    )
    assert sorted(name for name, _ in live) == ["alert", "count-spoken", "saved-spoken"]
