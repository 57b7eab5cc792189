"""The page of figures and files in a browser: it renews itself while a file is made, and works without scripts."""

import pytest
from playwright.sync_api import expect

from analysis.options import ReportOptions
from analysis.services.made_files import UNEXPECTED, folder_of, held, make_file, write_status
from tests.analysis.made import make_made_study
from tests.browser.helpers import DESKTOP, NARROWEST, PHONE, assert_accessible, assert_no_sideways_scrolling, screenshot
from tests.factories import PASSWORD, make_model, make_researcher

pytestmark = pytest.mark.django_db(transaction=True)
OPTIONS = ReportOptions()


@pytest.fixture
def study(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    study = make_made_study(personas=2, questions=3)
    make_model(study, "a model")
    make_researcher("rhea", staff=True)
    return study


@pytest.fixture
def open_files(live_server, open_page, study):
    def enter(**how):
        page = open_page(**how)
        page.goto(f"{live_server.url}/login/?next=/studies/{study.slug}/agreement/files/")
        page.get_by_label("User name").fill("rhea")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/agreement/files/")
        return page

    return enter


def folder_for(study, kind):
    folder = folder_of(study, kind, OPTIONS)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_page_follows_a_bundle_until_it_can_be_fetched(open_files, study, tmp_path):
    folder = folder_for(study, "bundle")
    with held(folder):
        write_status(folder, state="working", doing="writing annotations", done=1, of=4)
        page = open_files(viewport=DESKTOP)
        expect(page.get_by_label("Being made: writing annotations, 25 %")).to_be_visible()
        write_status(folder, state="working", doing="writing revisions", done=3, of=4)
        expect(page.get_by_label("Being made: writing revisions, 75 %")).to_be_visible()
    make_file(study, "bundle", OPTIONS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download made-bundle.zip").click()
    assert download.value.suggested_filename == "made-bundle.zip"
    expect(page.get_by_role("button", name="Make the bundle again")).to_be_visible()


def test_page_works_without_scripts(open_files, study):
    page = open_files(viewport=PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Make the bundle").click()
    expect(page.get_by_role("link", name="Download made-bundle.zip")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, NARROWEST], ids=["desktop", "phone", "narrowest"])
def test_page_is_accessible_in_every_state(open_files, study, viewport, scheme):
    make_file(study, "bundle", OPTIONS)
    figures = folder_for(study, "figures")
    with held(figures):
        write_status(figures, state="working", doing="drawing league", done=1, of=5)
        page = open_files(viewport=viewport, color_scheme=scheme)
        assert_accessible(page)
        assert_no_sideways_scrolling(page)
        screenshot(page, f"files-{viewport['width']}-{scheme}")
    write_status(figures, state="failed", message=UNEXPECTED)
    page.reload()
    assert_accessible(page)
    assert_no_sideways_scrolling(page)
