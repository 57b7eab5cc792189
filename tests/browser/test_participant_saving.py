"""Nothing typed is ever lost: reload, another device, no network, a click too many, the back button, a second tab."""

import json
import os
import re
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from annotation.models import Annotation, AnnotationRevision, Assignment, Screen
from annotation.texts import written_length
from tests.browser.helpers import PHONE, assert_accessible
from tests.browser.participants import (
    REASON,
    answer_question,
    choose,
    entry_link,
    expect_question,
    fill_answer,
    make_example_study,
    press,
    reason_box,
)
from tests.factories import arrive, walk_to_questions

pytestmark = pytest.mark.django_db(transaction=True)
OFFLINE = "ERR_INTERNET_DISCONNECTED|htmx:sendError|htmx:afterRequest"


@pytest.fixture
def question(live_server, open_page):
    """A page that stands at the first question of two."""
    assignment = walk_to_questions(arrive(make_example_study(questions=2)))
    page = open_page()
    page.goto(f"{live_server.url}/a/{assignment.code}/q/1/")
    return page


def draft() -> Screen:
    return Screen.objects.get(position=1)


# --- Autosave ----------------------------------------------------------------------------------------
def test_typed_text_is_saved_within_seconds_and_says_so(question):
    fill_answer(question, "B", "Half a thought")
    expect(question.locator("#saved")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    earlier = clock_of(question)
    shown = question.locator("#saved").inner_text().strip()
    # A second save may come in between, and a minute may end with it.
    assert shown in {f"Saved {earlier}", f"Saved {clock_of(question)}"}
    assert draft().draft_justification == "Half a thought"


def clock_of(page) -> str:
    """Hours and minutes in the browser's own zone, at the moment the site saved."""
    return local_time(page, draft().draft_at)


def local_time(page, moment) -> str:
    return page.evaluate("time => new Date(time).toTimeString().slice(0, 5)", moment.isoformat())


def test_reload_shows_the_same_text_and_choice(question):
    fill_answer(question, "B", "Typed a moment ago")
    question.reload()
    expect(reason_box(question)).to_have_value("Typed a moment ago")
    expect(question.get_by_role("radio", name="Answer B")).to_be_checked()


def test_closing_the_page_saves_at_once(question):
    fill_answer(question, "A", "The last words before the page is closed")
    address = question.url
    question.goto("about:blank")
    other = question.context.browser.new_page()
    other.goto(address)
    expect(reason_box(other)).to_have_value("The last words before the page is closed")
    other.close()


def test_other_device_with_the_same_link_goes_on_with_the_text(question, live_server, open_page):
    fill_answer(question, "B", "Begun at the desk")
    expect(question.locator("#saved")).to_contain_text("Saved")
    phone = open_page(viewport=PHONE)
    phone.goto(entry_link(live_server))
    expect_question(phone, 1)
    expect(reason_box(phone)).to_have_value("Begun at the desk")
    expect(phone.get_by_role("radio", name="Answer B")).to_be_checked()


def test_older_copy_in_this_browser_gives_way_to_what_was_written_elsewhere(question, open_page):
    fill_answer(question, "A", "First at the desk")
    expect(question.locator("#saved")).to_contain_text("Saved")
    phone = open_page(viewport=PHONE)
    phone.goto(question.url)
    with phone.expect_response("**/draft/"):
        reason_box(phone).fill("Then on the phone")
    question.reload()
    expect(reason_box(question)).to_have_value("Then on the phone")


def test_two_different_unsaved_texts_are_both_offered(question, open_page, faults):
    faults.expect(OFFLINE)
    question.context.set_offline(True)
    fill_answer(question, "A", "Typed on the train")
    expect(question.locator("#saved")).to_have_text("Offline: kept in this browser")
    phone = open_page(viewport=PHONE)
    phone.goto(question.url)
    with phone.expect_response("**/draft/"):
        reason_box(phone).fill("Typed on the phone, later")
    address = question.url
    question.close(run_before_unload=False)  # as when the battery is empty
    question.context.set_offline(False)
    faults.watch(question := question.context.new_page())
    question.goto(address)
    expect(reason_box(question)).to_have_value("Typed on the phone, later")
    question.reload()
    assert_accessible(question)
    press(question, "Show that text")
    expect(reason_box(question)).to_have_value("Typed on the train")
    press(question, "Show that text")
    expect(reason_box(question)).to_have_value("Typed on the phone, later")


def test_text_written_elsewhere_is_offered_and_not_overwritten(question, open_page, faults):
    faults.expect(OFFLINE)
    faults.expect("409")
    question.context.set_offline(True)
    fill_answer(question, "A", "Typed on the train")
    expect(question.locator("#saved")).to_have_text("Offline: kept in this browser")
    phone = open_page(viewport=PHONE)
    phone.goto(question.url)
    with phone.expect_response("**/draft/"):
        reason_box(phone).fill("Typed on the phone")
    question.context.set_offline(False)
    button = question.get_by_role("button", name="Show that text")
    expect(button).to_be_visible()
    expect(question.locator("#saved")).to_contain_text("Saved")
    assert draft().draft_justification == "Typed on the train"
    button.click()
    expect(reason_box(question)).to_have_value("Typed on the phone")


def test_answer_from_another_window_is_not_replaced_by_an_autosave(question, faults):
    """A window left open at a question that was then answered elsewhere: only its button may replace the answer."""
    faults.expect("409")
    faults.watch(stale := question.context.new_page())
    stale.goto(question.url)
    answer_question(question, "A")
    expect_question(question, 2)
    with stale.expect_response("**/draft/"):
        fill_answer(stale, "B", "Typed in the window that was left open, and long enough to be a reason of its own.")
    expect(stale.locator("#saved")).to_contain_text("answered in another window")
    reason_box(stale).press_sequentially(" And more of it.")
    stale.evaluate("dispatchEvent(new Event('online'))")  # saves at once, if it may
    stale.reload()
    expect(reason_box(stale)).to_have_value(REASON)
    expect(stale.get_by_role("radio", name="Answer A")).to_be_checked()
    assert Annotation.objects.get().justification == REASON
    press(stale, "Show that text")
    expect(reason_box(stale)).to_have_value(re.compile("And more of it.$"))
    press(stale, "Save and continue")
    expect_question(stale, 2)
    assert Annotation.objects.get().justification.endswith("And more of it.")
    assert AnnotationRevision.objects.get().justification == REASON


EDIT = "On second thought he would keep the evening free for his family, as he has promised them."


@pytest.fixture
def last_page(question):
    """Both questions are answered."""
    answer_question(question)
    expect_question(question, 2)
    answer_question(question)
    expect(question.get_by_role("heading", name="Check your answers")).to_be_visible()
    return question


@pytest.mark.parametrize("leave", ["back", "link", "close"])
def test_saved_edit_counts_however_the_page_is_left(last_page, leave):
    page = last_page
    page.get_by_role("link", name="Change question 2").click()
    expect_question(page, 2)
    fill_answer(page, "B", EDIT)
    if leave == "back":
        expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d"))
        page.get_by_role("link", name="Back", exact=True).click()
        expect_question(page, 1)
        press(page, "Save and continue")
    elif leave == "link":
        with page.expect_response("**/draft/"):
            page.get_by_role("link", name="Help").click()
        page.get_by_role("link", name="Back to where you were").click()
    else:
        address = page.url
        page.close()
        (page := last_page.context.new_page()).goto(address.replace("/q/2/", "/review/"))
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(page.locator("#unsent")).to_be_empty()
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_be_visible()
    assert Annotation.objects.get(question=Screen.objects.get(position=2).question).justification == EDIT
    assert AnnotationRevision.objects.get().justification == REASON


def test_edit_that_is_not_complete_is_named_and_can_be_dropped(last_page, faults):
    faults.expect("status of 422")
    page = last_page
    page.get_by_role("link", name="Change question 1").click()
    expect_question(page, 1)
    with page.expect_response("**/draft/"):
        reason_box(page).fill("Too short")
    draft_only = re.compile(r"^Draft saved \d\d:\d\d\. Your earlier answer still counts\.$")
    expect(page.locator("#saved")).to_have_text(draft_only)
    page.reload()
    expect(page.locator("#saved")).to_have_text(draft_only)
    page.goto(page.url.replace("/q/1/", "/review/"))
    expect(page.locator(".error-summary")).to_contain_text("Question 1: finish your change.")
    assert_accessible(page)
    press(page, "Finish and get the code")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary").get_by_role("link").click()
    expect_question(page, 1)
    expect(reason_box(page)).to_have_value("Too short")
    press(page, "Keep my earlier answer")
    expect(page.locator(".error-summary")).to_have_count(0)
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_be_visible()
    assert Annotation.objects.get(question=draft().question).justification == REASON


def test_change_that_never_left_the_browser_is_named_at_the_end(last_page, faults):
    faults.expect(OFFLINE)
    page = last_page
    page.get_by_role("link", name="Change question 1").click()
    expect_question(page, 1)
    page.context.set_offline(True)
    fill_answer(page, "B", EDIT)
    expect(page.locator("#saved")).to_have_text("Offline: kept in this browser")
    address = page.url.replace("/q/1/", "/review/")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    faults.watch(page := page.context.new_page())
    page.goto(address)
    expect(page.locator("#unsent")).to_contain_text("A change to question 1 is only in this browser")
    assert_accessible(page)
    page.get_by_role("link", name="Open question 1").click()
    expect(reason_box(page)).to_have_value(EDIT)
    press(page, "Save and continue")
    expect(page.locator("#unsent")).to_be_empty()


RELOADS = int(os.environ.get("RELOADS", "25"))  # RELOADS=200 was run when this was written: 200 of 200
# The site has stored a text for a while before the page hears of it.
SLOW_REPLIES = (
    "const send = fetch; fetch = (...all) => send(...all).then(r => new Promise(go => setTimeout(go, 120, r)))"
)


@pytest.mark.parametrize("script", ["", SLOW_REPLIES], ids=["fast replies", "slow replies"])
def test_reload_at_any_moment_shows_the_newest_text(question, script):
    """Between keys, before, during and after saves: what was typed last is what the page shows."""
    question.add_init_script(script)
    question.reload()
    random = Random(20261121)
    choose(question, "A")
    typed = ""
    for number in range(RELOADS):
        for _ in range(random.randint(1, 3)):
            word = f"{number} "
            reason_box(question).press("Control+End")
            question.keyboard.type(word)
            typed += word
            if random.random() < 0.6:
                question.evaluate("dispatchEvent(new Event('online'))")  # saves at once
            question.wait_for_timeout(random.choice([0, 0, 5, 15, 40]))
        question.reload(wait_until="domcontentloaded")
        expect(question.locator("#count")).to_have_text(re.compile("more character|Enough"))
        assert reason_box(question).input_value() == typed, f"reload {number}"
        assert question.get_by_role("radio", name="Answer A").is_checked(), f"reload {number}"


# --- Without a network -----------------------------------------------------------------------------------
def test_a_minute_offline_loses_no_character(question, faults):
    """The page's own minute: Playwright's clock runs the timers of 60 seconds while the network is cut."""
    faults.expect(OFFLINE)
    question.clock.install()
    question.reload()
    choose(question, "A")
    question.context.set_offline(True)
    typed = ""
    for second in range(60):
        word = f"Wort {second} ü🙂 "
        reason_box(question).press_sequentially(word)
        typed += word
        question.clock.run_for(1000)
    expect(question.locator("#saved")).to_have_text("Offline: kept in this browser")
    assert draft().draft_justification == ""
    question.context.set_offline(False)
    expect(question.locator("#saved")).to_contain_text("Saved")
    assert draft().draft_justification == typed
    question.reload()
    expect(reason_box(question)).to_have_value(typed)


def test_sending_offline_keeps_the_page_and_says_what_to_do(question, faults):
    faults.expect(OFFLINE)
    fill_answer(question)
    question.context.set_offline(True)
    press(question, "Save and continue")
    expect(question.get_by_role("alert")).to_contain_text("Offline: kept in this browser. Press again when you are")
    expect(reason_box(question)).to_have_value(REASON)
    question.context.set_offline(False)
    press(question, "Save and continue")
    expect_question(question, 2)
    assert Annotation.objects.get().justification == REASON


def test_browser_killed_while_offline_finds_its_text_again(question, faults):
    faults.expect(OFFLINE)
    question.context.set_offline(True)
    fill_answer(question, "B", "Only in this browser")
    expect(question.locator("#saved")).to_have_text("Offline: kept in this browser")
    address = question.url
    question.close(run_before_unload=False)
    question.context.set_offline(False)
    again = question.context.new_page()
    again.goto(address)
    expect(reason_box(again)).to_have_value("Only in this browser")
    expect(again.get_by_role("radio", name="Answer B")).to_be_checked()
    expect(again.locator("#saved")).to_contain_text("Saved")


def test_server_trouble_keeps_the_page_and_the_text(question, faults):
    faults.expect("status of 503|htmx:responseError|Response Status Error Code 503")
    fill_answer(question)
    question.route("**/q/1/", lambda route: route.fulfill(status=503, body="busy"))
    press(question, "Save and continue")
    expect(question.get_by_role("alert")).to_contain_text("The site could not save this just now.")
    question.unroute("**/q/1/")
    press(question, "Save and continue")
    expect_question(question, 2)


# --- The copy in the browser -------------------------------------------------------------------------------
def copies(page) -> list[str]:
    return page.evaluate("Object.keys(localStorage)")


def test_copy_is_erased_once_the_answer_is_stored(question):
    fill_answer(question, "A")
    assert len(copies(question)) == 1
    press(question, "Save and continue")
    expect_question(question, 2)
    assert copies(question) == []


def test_copies_are_gone_at_the_end(question):
    answer_question(question)
    expect_question(question, 2)
    answer_question(question)
    question.get_by_label("Is there anything").fill("A word")
    assert copies(question)
    press(question, "Finish and get the code")
    expect(question.locator("#completion-code")).to_be_visible()
    assert copies(question) == []


def test_browser_that_refuses_storage_still_saves_on_the_site(question):
    question.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused') }})")
    question.reload()
    fill_answer(question, "A", "No storage here")
    expect(question.locator("#saved")).to_contain_text("Saved")
    answer_question(question)
    expect_question(question, 2)


# --- One answer, whatever is pressed ---------------------------------------------------------------------------
def test_double_click_is_one_answer(question):
    fill_answer(question)
    posts = []
    question.on("request", lambda request: posts.append(request.url) if is_answer(request) else None)
    question.get_by_role("button", name="Save and continue").dblclick()
    expect_question(question, 2)
    assert len(posts) == 1
    assert Annotation.objects.count() == 1


def test_answer_waits_for_an_autosave_on_its_way(question):
    """Else the older draft could arrive after the answer and be taken for a newer text."""
    question.add_init_script(
        "const send = fetch; fetch = (...all) => new Promise(go => setTimeout(go, 700)).then(() => send(...all))"
    )
    question.reload()
    fill_answer(question)
    posts = []
    question.on("request", lambda request: posts.append(is_answer(request)) if request.method == "POST" else None)
    question.evaluate("dispatchEvent(new Event('online'))")  # saves at once
    press(question, "Save and continue")
    expect_question(question, 2)
    assert posts == [False, True]
    assert copies(question) == []
    question.go_back()
    expect(reason_box(question)).to_have_value(REASON)


def is_answer(request) -> bool:
    return request.method == "POST" and not request.url.endswith("/draft/")


def test_back_and_send_again_is_the_same_answer(question):
    answer_question(question)
    expect_question(question, 2)
    question.go_back()
    expect_question(question, 1)
    expect(reason_box(question)).to_have_value(REASON)
    press(question, "Save and continue")
    expect_question(question, 2)
    assert Annotation.objects.count() == 1
    assert AnnotationRevision.objects.count() == 0


def test_back_and_change_keeps_the_first_answer_as_a_revision(question):
    answer_question(question, "A")
    expect_question(question, 2)
    question.get_by_role("link", name="Back").click()
    expect_question(question, 1)
    answer_question(question, "B", REASON + " On second thought.")
    expect_question(question, 2)
    assert AnnotationRevision.objects.get().justification == REASON
    assert Annotation.objects.get().choice_changes == 1


def test_two_tabs_give_one_answer_and_no_error(question, faults):
    faults.watch(second := question.context.new_page())
    second.goto(question.url)
    answer_question(question, "A")
    expect_question(question, 2)
    answer_question(second, "B", REASON + " In the other tab.")
    expect_question(second, 2)
    answer_question(question, "A")
    expect(question.get_by_role("heading", name="Check your answers")).to_be_visible()
    answer_question(second, "A")
    expect(second.get_by_role("heading", name="Check your answers")).to_be_visible()
    assert Annotation.objects.count() == 2
    assert Annotation.objects.get(question=draft().question).justification.endswith("In the other tab.")


def test_lost_cookies_do_not_matter(question):
    fill_answer(question)
    question.context.clear_cookies()
    press(question, "Save and continue")
    expect_question(question, 2)
    assert Annotation.objects.count() == 1


def test_typed_address_of_a_later_page_leads_to_where_one_stands(question, live_server):
    question.goto(question.url.replace("/q/1/", "/review/"))
    expect_question(question, 1)


# --- What is counted ------------------------------------------------------------------------------------------
def test_count_agrees_with_the_site(question):
    for text in ["", "  a b\n", "é🙂👨‍👩‍👧", "a\u200bb\u00ad", "\u00a0x\u3000", "one\n\ntwo", "\u200b \t"]:
        reason_box(question).fill(f" {text}")
        expect(question.locator("#count")).to_have_text(f"{60 - written_length(text)} more characters")


def test_count_ends_with_enough(question):
    reason_box(question).fill("x" * 59)
    expect(question.locator("#count")).to_have_text("1 more character")
    reason_box(question).press_sequentially("y")
    expect(question.locator("#count")).to_have_text("Enough")
    expect(question.locator("#count-spoken")).to_have_text("Enough")


def test_telemetry_tells_pastes_changes_and_losses(question, live_server):
    question.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    choose(question, "B")
    choose(question, "A")
    question.evaluate("navigator.clipboard.writeText('pasted 🙂 text')")
    reason_box(question).press("Control+V")
    expect(reason_box(question)).to_have_value("pasted 🙂 text")
    question.evaluate("dispatchEvent(new Event('blur')); dispatchEvent(new Event('focus'))")
    reason_box(question).press_sequentially(" and more than enough words to be taken as a reason")
    press(question, "Save and continue")
    expect_question(question, 2)
    stored = Annotation.objects.get()
    assert (stored.paste_count, stored.paste_characters) == (1, len("pasted 🙂 text"))
    assert (stored.choice_changes, stored.focus_losses) == (1, 1)
    assert stored.first_choice != stored.choice
    assert 0 < stored.active_ms <= stored.visible_ms


def test_telemetry_goes_on_after_a_reload(question):
    choose(question, "A")
    choose(question, "B")
    question.reload()
    choose(question, "A")
    counted = json.loads(question.evaluate("document.querySelector('[name=telemetry]').value"))
    assert counted["choice_changes"] == 2
    assert counted["first_choice"] == "A"


# --- The time that is left ---------------------------------------------------------------------------------------
def test_deadline_is_warned_of_and_moved_by_a_press(question):
    Assignment.objects.update(deadline=timezone.now() + timedelta(minutes=4))
    question.reload()
    expect(question.get_by_role("alert")).to_contain_text("Less than 5 minutes left")
    assert_accessible(question)
    press(question, "Keep my spot")
    expect(question.get_by_role("alert")).to_be_empty()
    assert Assignment.objects.get().deadline > timezone.now() + timedelta(minutes=50)
    kept_until = local_time(question, Assignment.objects.get().deadline)
    expect(question.locator("#deadline")).to_have_text(f"Your spot is reserved until {kept_until}.")


def test_deadline_that_has_passed_lets_one_go_on(question):
    Assignment.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    question.reload()
    expect(question.get_by_role("alert")).to_contain_text("You can still continue")
    answer_question(question)
    expect_question(question, 2)
