"""The console in a browser: every page accessible at every size, live progress, the copy button, hostile text."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Annotation, Study, TurnedAway
from tests.browser.helpers import assert_sound_in_every_look
from tests.browser.xss_payloads import PAYLOADS
from tests.factories import (
    answer,
    arrive,
    finished,
    make_cast,
    make_study,
    run_out_of_time,
)

pytestmark = pytest.mark.django_db(transaction=True)
PLANTED = "script:not([src]), main img, main iframe, main object, main embed, main style, base"


@pytest.fixture
def study(root):
    """A study in which everything a page can show has happened."""
    study = make_study(personas=2, questions=3, checks=1, raters=3, by=root, made_by="Written for this test.")
    cast = make_cast(study, by=root)
    answer(cast.ben, 1, "alternative", "On second thoughts he would rather hear what most people say about it.")
    run_out_of_time(arrive(study, 7))
    finished(study, 8, "alternative", is_rehearsal=True)
    Annotation.objects.filter(rater=cast.ada.rater).update(paste_count=1, paste_characters=90)
    TurnedAway.objects.create(study=study, visitor="a", outcome="full")
    return study


def addresses(study):
    ada = study.assignments.order_by("pk").first().rater.pseudonym
    draft = make_study(personas=1, questions=1, questions_per_rater=5, open=False)
    of_study = [
        "study-setup",
        "study-open",
        "study-manage",
        "study-detail",
        "assignment-list",
        "question-list",
        "question-import",
        "study-settings",
        "study-personas",
        "study-texts",
        "study-check",
        "study-times",
        "study-researchers",
        "study-data",
        "payment-list",
        "rehearsal-wipe",
    ]
    return [
        *[reverse(name) for name in ("study-list", "study-create", "account", "password-change", "people")],
        *[reverse(name, args=[study.slug]) for name in of_study],
        *[reverse(name, args=[draft.slug]) for name in ("study-detail", "assignment-list", "study-settings")],
        reverse("assignment-detail", args=[study.slug, ada]),
        reverse("assignment-change", args=[study.slug, ada, "exclude"]),
        reverse("question-detail", args=[study.slug, study.questions.first().pk]),
    ]


def test_every_page_is_accessible_and_fits(live_server, log_in, study):
    page = log_in()
    for address in addresses(study):
        page.goto(f"{live_server.url}{address}")
        assert_sound_in_every_look(page, f"console{address.replace('/', '-')}")


def test_pages_with_errors_are_accessible(live_server, log_in, open_page, faults, study):
    faults.expect("status of 40[34]")
    page = log_in()
    page.goto(f"{live_server.url}{reverse('study-times', args=[study.slug])}")
    page.fill("[name=code_completed]", "not a code")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing has been saved yet")
    assert_sound_in_every_look(page, "console-times-error")
    page.context.clear_cookies(name="csrf")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading")).to_contain_text("Send this again")
    assert_sound_in_every_look(page, "console-sent-once-more")
    page.goto(f"{live_server.url}/nowhere/")
    assert_sound_in_every_look(page, "console-nowhere")
    stranger = open_page()
    stranger.goto(f"{live_server.url}/login/")
    assert_sound_in_every_look(stranger, "console-log-in")
    stranger.fill("[name=username]", "nobody")
    stranger.fill("[name=password]", "wrong")
    stranger.get_by_role("button", name="Log in").click()
    assert_sound_in_every_look(stranger, "console-log-in-refused")


def test_progress_renews_itself_and_keeps_the_focus(live_server, log_in, study):
    page = log_in()
    page.clock.install()
    page.goto(f"{live_server.url}{reverse('study-detail', args=[study.slug])}")
    expect(page.locator("#progress-sentence")).to_contain_text("2 of 6 seats complete")
    seat = page.locator("a.seat.complete").first
    seat.focus()
    held = seat.get_attribute("id")
    finished(study, 20)
    page.clock.fast_forward(10_500)
    expect(page.locator("#progress-sentence")).to_contain_text("3 of 6 seats complete")
    assert page.evaluate("document.activeElement.id") == held


def test_renewed_progress_stands_where_it_was_scrolled_to(live_server, log_in, root):
    study = make_study(personas=40, questions=1, raters=2, by=root)
    page = log_in()
    page.clock.install()
    page.goto(f"{live_server.url}{reverse('study-detail', args=[study.slug])}")
    page.evaluate("window.scrollTo(0, 300)")
    arrive(study)
    page.clock.fast_forward(10_500)
    expect(page.locator("#progress-sentence")).to_contain_text("1 live")
    assert page.evaluate("window.scrollY") == 300


def test_progress_leads_to_the_log_in_page_when_the_session_has_ended(live_server, log_in, study):
    page = log_in()
    page.clock.install()
    page.goto(f"{live_server.url}{reverse('study-detail', args=[study.slug])}")
    page.context.clear_cookies()
    page.clock.fast_forward(10_500)
    page.wait_for_url(re.compile(r"/login/\?next=/studies/"))
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_participant_link_is_copied_with_its_placeholders(live_server, log_in, study):
    page = log_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}{reverse('study-detail', args=[study.slug])}")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{live_server.url}/s/{study.slug}/?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&STUDY_ID=")


def test_researcher_works_without_javascript(live_server, log_in, study):
    page = log_in(java_script_enabled=False)
    page.goto(f"{live_server.url}{reverse('study-detail', args=[study.slug])}")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("The study is paused")
    assert Study.objects.get(pk=study.pk).state == "paused"
    page.get_by_role("link", name="Raters").click()
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Exclude this rater").or_(page.get_by_role("link", name="Reopen")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("?")


def test_keyboard_reaches_the_content_first(live_server, log_in, study):
    page = log_in()
    page.goto(f"{live_server.url}{reverse('study-list')}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New study")).to_be_focused()


def test_hostile_text_stays_text_in_settings_and_lists(live_server, log_in, root):
    """The watched page fails the test on any dialog, script error or CSP report."""
    hostile = " ".join(PAYLOADS)
    texts = {"consent": hostile, "instructions": hostile, "made_by": hostile[:200], "name": hostile[:200]}
    study = make_study(personas=1, questions=1, raters=2, by=root, **texts, comprehension=[])
    names = ["study-detail", "study-texts", "study-times", "study-data", "rehearsal-wipe"]
    page = log_in()
    for address in [reverse("study-list"), *[reverse(name, args=[study.slug]) for name in names]]:
        page.goto(f"{live_server.url}{address}")
        assert page.locator(PLANTED).count() == 0, address
