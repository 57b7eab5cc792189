"""The question page in its sizes: what fits a window, how long the lines are, how large the targets, what moves."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotation.models import Annotation, Question
from tests.browser.helpers import PHONE
from tests.browser.participants import (
    REASON,
    answer_question,
    choose,
    expect_question,
    fill_answer,
    make_example_study,
    reason_box,
)
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
    """The boxes of prompt, answers, reason and button, each whole in the window without scrolling."""
    page = open_question(viewport={"width": 1280, "height": 800})
    assert len(ANSWER.split()) >= 110
    button = page.get_by_role("button", name="Save and continue")
    for part in [page.locator(".prompt"), *page.locator("label.card").all(), reason_box(page), button]:
        box = part.bounding_box()
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 800, part
    assert page.evaluate("scrollY") == 0


def test_lines_of_the_answers_have_45_to_75_characters(open_question):
    page = open_question()
    for width in (900, 1079, 1080, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        lines = characters_of_lines(page)
        mean = sum(lines) / len(lines)
        assert 45 <= mean <= 75, (width, lines)


def characters_of_lines(page: Page) -> list[int]:
    """How many characters each line of answer A has, but for the last."""
    return page.locator("#text-A").evaluate(
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


def test_alert_and_what_sticks_leave_text_and_button_free_while_one_writes(open_question, faults):
    faults.expect("ERR_INTERNET_DISCONNECTED|htmx:sendError|htmx:afterRequest")
    page = open_question(viewport=PHONE)
    button, alert, line = page.get_by_role("button", name="Save and continue"), page.locator("#alert"), REASON * 4
    choose(page, "B")
    for width in (390, 320):  # as when a phone is turned, or a window made narrower
        page.set_viewport_size({"width": width, "height": 480})
        reason_box(page).fill(line)
        page.keyboard.press("Control+End")
        page.keyboard.type(".")
        reminder, person = page.locator(".reminder > span").bounding_box(), page.locator(".persona").bounding_box()
        assert abs(reminder["y"] - person["y"] - person["height"]) <= 1
        assert reason_box(page).bounding_box()["y"] < 440
        page.context.set_offline(True)
        button.click()
        expect(alert).to_contain_text("Press again")
        assert button.bounding_box()["y"] + button.bounding_box()["height"] <= alert.bounding_box()["y"]
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(alert).to_be_empty()


def test_button_pressed_while_one_writes_sends(open_question):
    page = open_question(viewport={"width": 390, "height": 420}, has_touch=True, is_mobile=True)
    choose(page, "B")
    reason_box(page).tap()
    page.keyboard.type(REASON)
    page.get_by_role("button", name="Save and continue").tap()
    expect_question(page, 2)


def test_links_of_the_frame_are_large_enough_and_apart(open_question):
    """24 px, and 44 px on phones, with the footer's lines and the page's end well away from the link."""
    page = open_question()
    links = [page.locator(".foot a"), page.locator(".head-help")]
    for width, least in {320: 44, 390: 44, 900: 24, 1280: 24, 1440: 24}.items():
        page.set_viewport_size({"width": width, "height": 800})
        for link in links:
            box = link.bounding_box()
            assert box["height"] >= least, width
            assert box["width"] >= least or width > 480, width
        stop = links[0].bounding_box()
        for other in page.locator(".foot p", has_not=page.locator("a")).all():
            assert gap(stop, other.bounding_box()) >= 4, width


def gap(one: dict, other: dict) -> float:
    """The pixels between two boxes, across or down."""
    across = max(one["x"], other["x"]) - min(one["x"] + one["width"], other["x"] + other["width"])
    down = max(one["y"], other["y"]) - min(one["y"] + one["height"], other["y"] + other["height"])
    return max(across, down)


def test_question_page_is_read_in_its_order(open_question):
    """The accessibility tree from top to bottom, as a screen reader gives it, and the regions that speak."""
    page = open_question()
    answer_question(page, "A")
    expect_question(page, 2)
    assert read_aloud(page) == READ_ALOUD
    live = page.evaluate("[...document.querySelectorAll('[role=status],[role=alert],[aria-live]')].map(n => n.id)")
    assert live == ["count-spoken", "saved-spoken", "alert"]
    fill_answer(page, "B")
    expect(page.locator("#count-spoken")).to_have_text("Enough")
    expect(page.locator("#saved-spoken")).to_have_text(re.compile(r"^Saved \d"))


READ_ALOUD = """\
link Skip to main content
banner
paragraph: Role-play study
paragraph
text: Question 2 of 2
progressbar Questions answered: 1/2
link Help
main
complementary The person you play
group
group The person you play
paragraph: The person you play
paragraph: {opening}
group: Beliefs
group: Daily life
group: Personality
group: Work and home
group: Background
group: Health
heading Question 2 of 2. Someone asks an assistant: {prompt} [level=1]
group Which answer would they prefer? Keys 1 and 2 choose.
text: Which answer would they prefer? Keys 1 and 2 choose.
radio Answer A
text: Answer A {answer}
radio Answer B
text: Answer B {answer}
text: Why would they choose this way?
paragraph: Write as “they” or as “I”, whichever comes more easily.
paragraph: 60 more characters
textbox Why would they choose this way?
paragraph
paragraph
status
link Back
button Save and continue
contentinfo
paragraph: {deadline}
paragraph: Questions about the study? study@example.org
paragraph
link Stop taking part
alert""".splitlines()


def read_aloud(page: Page) -> list[str]:
    """Roles, names and texts in their order, the study's texts by their kind, the person's attributes left out."""
    page.locator(".persona .group").evaluate_all("groups => groups.forEach(group => { group.open = false })")
    lines = page.locator("body").aria_snapshot().replace('"', "").replace("'", "").splitlines()
    texts = {
        "{opening}": page.locator(".persona .opening").inner_text(),
        "{prompt}": page.locator(".prompt").inner_text(),
        "{deadline}": page.locator("#deadline").inner_text(),
        "{answer}": ANSWER.strip(),
    }
    for name, text in texts.items():
        lines = [line.replace(text.replace('"', "").replace("'", ""), name) for line in lines]
    other = (ANSWER.upper()[:1] + ANSWER[1:][::-1]).strip()
    lines = [line.replace(other, "{answer}") for line in lines]
    return [line.strip().removeprefix("- ").rstrip(":") for line in lines if "/url:" not in line]
