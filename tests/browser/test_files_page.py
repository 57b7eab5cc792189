"""The page of figures and files in a browser: it renews itself while a file is made, and works without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from analysis.options import ReportOptions
from analysis.services.made_files import start_making
from jobs.models import Run
from jobs.services.inline import perform
from tests.analysis.made import make_made_study
from tests.browser.helpers import DESKTOP, PHONE, assert_sound_in_every_look
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
        page.goto(f"{live_server.url}/login/?next=/studies/{study.slug}/results/files/")
        page.get_by_label("User name").fill("rhea")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/results/files/")
        return page

    return enter


def start(study, kind):
    """As while a worker is at it."""
    run = start_making(study=study, kind=kind, options=OPTIONS)
    Run.objects.filter(pk=run.pk).update(state="running")
    return run


def now(run, **fields):
    Run.objects.filter(pk=run.pk).update(**fields)


def test_page_follows_a_bundle_until_it_can_be_fetched(open_files, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    run = start(study, "bundle")
    now(run, doing="writing annotations", done=1, total=4)
    page = open_files(viewport=DESKTOP)
    expect(page.get_by_label("Being made: writing annotations, 25 %")).to_be_visible()
    now(run, doing="writing revisions", done=3)
    expect(page.get_by_label("Being made: writing revisions, 75 %")).to_be_visible()
    run.refresh_from_db()
    perform(run)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download made-bundle.zip").click()
    assert download.value.suggested_filename == "made-bundle.zip"
    expect(page.get_by_role("button", name="Make the bundle again")).to_be_visible()


def test_page_works_without_scripts(open_files, study):
    page = open_files(viewport=PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Make the bundle").click()
    expect(page.get_by_role("link", name="Download made-bundle.zip")).to_be_visible()


def test_page_is_accessible_in_every_state(open_files, study, settings):
    start_making(study=study, kind="bundle", options=OPTIONS)
    settings.RUNS_IN_BACKGROUND = True
    figures = start(study, "figures")
    now(figures, doing="drawing league", done=1, total=5)
    page = open_files()
    assert_sound_in_every_look(page, "files")
    now(figures, state="failed", reason="OSError: No space left on device", finished_at=timezone.now())
    page.reload()
    assert_sound_in_every_look(page, "files-failed")
