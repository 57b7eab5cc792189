"""The whole way in Chromium, from Prolific's link to the completion code."""

import pytest
from playwright.sync_api import expect

from annotation.models import Annotation, Assignment, Outcome
from tests.browser.helpers import DESKTOP, PHONE, assert_sound_in_every_look
from tests.browser.participants import (
    answer_question,
    entry_link,
    expect_question,
    fill_answer,
    make_example_study,
    pass_check,
    press,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_way_from_link_to_code(live_server, open_page, faults, viewport):
    faults.expect("status of 422")
    study = make_example_study(questions=2)
    page = open_page(viewport=viewport)

    def look(what):
        if viewport == DESKTOP:
            assert_sound_in_every_look(page, what)

    page.goto(entry_link(live_server))
    look("1-consent")
    press(page, "Yes, take part")
    expect(page).to_have_title("What you will do – Role-play study")
    look("2-instructions")
    press(page, "I have read this")
    expect(page.get_by_role("heading", name="A short check")).to_be_focused()
    look("3-check")
    press(page, "Check my answers")
    expect(page).to_have_title("Error: A short check – Role-play study")
    look("3-check-error")
    pass_check(page)
    look("4-practice")
    press(page, "Check my practice answer")
    expect(page.get_by_text("In the study, you would be asked to correct this:")).to_be_visible()
    look("4-practice-feedback")
    fill_answer(page, "B")
    press(page, "Continue")
    expect(page.get_by_text("That is long enough.")).to_be_visible()
    look("4-persona")
    press(page, "Go to the first question")
    expect_question(page, 1)
    look("5-question")
    press(page, "Save and continue")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
    look("5-question-error")
    page.locator("label.card").first.click()
    page.get_by_label("Why would they").fill("Too short")
    look("5-question-chosen")
    answer_question(page, "A")
    expect_question(page, 2)
    answer_question(page, "B")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_focused()
    look("6-comment")
    page.get_by_label("Is there anything").fill("Thank you.")
    press(page, "Finish and get the code")
    expect(page.locator("#completion-code")).to_have_text(study.code_for(Outcome.COMPLETED))
    look("7-done")
    assert Assignment.objects.get().state == "complete"
    assert Annotation.objects.count() == 2
