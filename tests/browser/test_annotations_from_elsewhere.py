"""Annotations from elsewhere in a browser: every page accessible, and an import by hand from upload to list."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from annotation.models import Annotation, Choice
from annotation.services.baseline_raters import compute_baseline_raters
from jobs.models import Run
from jobs.services.inline import perform
from tests.browser.helpers import assert_sound_in_every_look
from tests.factories import REASON, arrive, make_researcher, make_study, walk_to_questions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study():
    return make_study(personas=1, questions=3, allows_no_preference=True)


@pytest.fixture
def console(live_server, open_page, settings):
    """Open a page that is logged in as an admin."""

    def open_logged_in(**options):
        client = Client()
        client.force_login(make_researcher("root", staff=True))
        page = open_page(**options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
        page.context.add_cookies([{**cookie, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}])
        return page

    return open_logged_in


def row(number=1, **changes):
    place = {"persona_id": "persona-01", "prompt_id": f"prompt-{number:02}"}
    return {"annotator": "<img src=x onerror=alert(1)>", **place, "choice": "revised", **changes}


def hand_in(page, *rows):
    data = "\n".join(json.dumps(row) for row in rows).encode()
    page.set_input_files("[name=file]", {"name": "a.jsonl", "mimeType": "application/jsonl", "buffer": data})
    page.get_by_role("button", name="Preview import").click()


def test_import_by_hand_from_upload_to_list(live_server, console, study):
    page = console()
    page.goto(f"{live_server.url}{reverse('study-data', args=[study.slug])}")
    page.get_by_role("link", name="Annotators and imports").click()
    assert_sound_in_every_look(page, "annotations-none")
    page.get_by_role("link", name="Import annotations").click()
    assert_sound_in_every_look(page, "annotations-form")

    hand_in(page, row(1, choice="A"), row(9))
    expect(page.get_by_text("2 problems found")).to_be_visible()
    assert_sound_in_every_look(page, "annotations-problems")

    page.get_by_role("link", name="Upload a corrected file").click()
    page.get_by_label("Leave out rows").check()
    hand_in(page, row(1, topic="x"), row(2, choice="garbage " * 30), row(9), row(1, annotator="unread", choice="1"))
    expect(page.get_by_text("3 annotations would be stored")).to_be_visible()
    assert_sound_in_every_look(page, "annotations-preview")

    page.get_by_role("button", name="Import 3 annotations").click()
    expect(page.get_by_text("3 annotations imported.")).to_be_visible()
    assert_sound_in_every_look(page, "annotations-run")
    page.goto(f"{live_server.url}{reverse('annotator-list', args=[study.slug])}")
    page.get_by_role("button", name="Compute the baseline raters").click()
    expect(page.get_by_text("The baseline raters are being computed.")).to_be_visible()
    page.goto(f"{live_server.url}{reverse('annotator-list', args=[study.slug])}")
    assert_sound_in_every_look(page, "annotations-list")
    assert Annotation.objects.from_models().count() == 3
    assert compute_baseline_raters(study=study).changed == ()


def test_no_preference_is_a_third_choice_for_the_keyboard_too(live_server, open_page, study):
    assignment = walk_to_questions(arrive(study))
    page = open_page()
    page.goto(f"{live_server.url}{reverse('participant-question', args=[assignment.code, 1])}")
    page.locator("#choice-A").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="No preference")).to_be_checked()
    assert_sound_in_every_look(page, "annotations-no-preference")
    page.fill("[name=justification]", REASON)
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(f"{live_server.url}{reverse('participant-question', args=[assignment.code, 2])}")
    assert Annotation.objects.get().choice == Choice.NO_PREFERENCE


def test_check_of_a_large_file_shows_its_progress_then_what_it_found(
    live_server, console, study, settings, monkeypatch
):
    monkeypatch.setattr("files.upload_runs.IN_REQUEST", 0)
    settings.RUNS_IN_BACKGROUND = True
    page = console()
    page.goto(live_server.url + reverse("annotation-import", args=[study.slug]))
    hand_in(page, row(1), row(2))
    expect(page.get_by_text("The file is being checked.")).to_be_visible()
    assert_sound_in_every_look(page, "annotations-check")
    perform(Run.objects.get(kind="annotation-check"))
    expect(page.get_by_text("2 annotations would be stored")).to_be_visible(timeout=10_000)
    assert not Annotation.objects.exists()
