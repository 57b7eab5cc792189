"""A page of a large study in a browser: its frame at once, then the whole page in its place."""

import re

import pytest
from playwright.sync_api import expect

from analysis.views import loading
from tests.analysis.made import make_made_study
from tests.browser.helpers import DESKTOP, assert_sound_in_every_look
from tests.factories import PASSWORD, make_model, make_researcher

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = re.compile(r"[?&]whole=1")


@pytest.fixture
def study(monkeypatch):
    monkeypatch.setattr(loading, "MANY_ANSWERS", 3)
    study = make_made_study(personas=2, questions=3)
    make_model(study, "a model")
    make_researcher("rhea", staff=True)
    return study


@pytest.fixture
def log_in(live_server, open_page):
    def enter(**how):
        page = open_page(**how)
        page.goto(f"{live_server.url}/login/")
        page.get_by_label("User name").fill("rhea")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/studies/")
        return page

    return enter


def test_frame_is_there_while_the_whole_page_is_not(live_server, log_in, study):
    page = log_in()
    # "No content": the browser stays where it is, as it does while it waits.
    page.route(WHOLE, lambda route: route.fulfill(status=204))
    page.goto(f"{live_server.url}/studies/{study.slug}/results/")
    expect(page.get_by_role("status")).to_contain_text("Reading and counting more than 3 answers")
    expect(page.get_by_role("link", name="Models", exact=True)).to_be_visible()
    assert_sound_in_every_look(page, "agreement-later")
    page.unroute(WHOLE)
    page.get_by_role("link", name="Show the results").click()
    page.wait_for_url(WHOLE)
    expect(page.get_by_role("table").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_way_back_does_not_lead_to_the_frame(live_server, log_in, study, scripts):
    page = log_in(viewport=DESKTOP, java_script_enabled=scripts)
    page.goto(f"{live_server.url}/studies/{study.slug}/results/histograms/?coding=reference")
    page.wait_for_url(WHOLE)
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.go_back()
    assert page.url.endswith("/studies/")
