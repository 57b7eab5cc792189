"""Figures and files: asked for on a page, made by a process of their own, fetched when ready."""

import io
import subprocess
import sys
import time
import zipfile
from urllib.parse import quote

import numpy as np
import pytest
from django.db import connection

from analysis.options import ReportOptions, VoteRule
from analysis.services.made_files import KEPT_SECONDS, folder_of, held, made_file, start_making, write_status
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model

pytestmark = pytest.mark.django_db
FAST = ReportOptions(resamples=100)


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def study():
    study, rng = make_made_study(personas=3, questions=4), np.random.default_rng(2)
    for number in range(4):
        make_external(study, f"p{number}", rng.random((3, 4)) < 0.5)
    make_model(study, "a model")
    return study


def address(study, rest="", query="?resamples=100"):
    return f"/studies/{study.slug}/agreement/files/{rest}{query}"


def unzipped(response):
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_bundle_is_made_and_fetched_from_the_page(researcher, study, tmp_path):
    assert "Make the bundle" in researcher.get(address(study)).content.decode()
    page = researcher.post(address(study, "bundle/make/"), follow=True).content.decode()
    assert "Ready, as of" in page
    response = researcher.get(address(study, "bundle/"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="made-bundle.zip"'
    unzipped(response).extractall(tmp_path)
    run = subprocess.run([sys.executable, "-I", tmp_path / "made-bundle" / "recompute.py"], capture_output=True)
    assert run.returncode == 0, run.stdout


def test_figures_are_made_from_the_page(researcher, study):
    researcher.post(address(study, "figures/make/"))
    names = unzipped(researcher.get(address(study, "figures/"))).namelist()
    assert {"made-figures/league.svg", "made-figures/methods.md"} <= set(names)


def test_file_belongs_to_its_options(researcher, study):
    researcher.post(address(study, "bundle/make/"))
    assert made_file(study, "bundle", FAST).is_ready
    assert not made_file(study, "bundle", FAST.with_(seed=3)).is_ready


def test_file_that_is_not_ready_leads_back_to_the_page(researcher, study):
    response = researcher.get(address(study, "bundle/"))
    assert response.headers["Location"] == address(study)


def test_unknown_file_is_not_found(researcher, study):
    assert researcher.get(address(study, "secrets/")).status_code == 404
    assert researcher.post(address(study, "secrets/make/")).status_code == 404


def test_start_with_an_invalid_option_says_so(researcher, study):
    response = researcher.post(address(study, "bundle/make/", query="?coding=none"))
    assert response.status_code == 400


def test_bundle_under_a_rule_that_is_not_counted_says_why(researcher, study):
    query = f"?rule={VoteRule.ONE_COIN.value}"
    page = researcher.post(address(study, "bundle/make/", query=query), follow=True).content.decode()
    assert "A bundle is made under a rule that counts votes" in page


def test_unexpected_error_is_told_and_logged(study, caplog):
    folder = folder_of(study, "bundle", FAST)
    folder.mkdir(parents=True)
    (folder / "parts").write_text("in the way: no folder can be made here")
    start_making(study=study, kind="bundle", options=FAST)
    file = made_file(study, "bundle", FAST)
    assert (file.state, "site's log" in file.message) == ("failed", True)
    assert "could not be made" in caplog.text


def test_second_click_starts_nothing_while_the_first_is_at_work(researcher, study):
    folder = folder_of(study, "bundle", FAST)
    folder.mkdir(parents=True)
    with held(folder):
        write_status(folder, state="working", doing="writing annotations", done=5, of=10)
        page = researcher.post(address(study, "bundle/make/"), follow=True).content.decode()
        assert "Being made: writing annotations, 50 %" in page
        part = researcher.get(address(study, "bundle/progress/")).content.decode()
        assert 'hx-trigger="every 2s"' in part
    assert "Make the bundle" in researcher.get(address(study)).content.decode()


def test_work_whose_process_is_gone_is_told_as_cut_off(researcher, study):
    folder = folder_of(study, "bundle", FAST)
    folder.mkdir(parents=True)
    write_status(folder, state="working", doing="writing annotations", done=5, of=10)
    assert "Cut off before it was ready" in researcher.get(address(study)).content.decode()
    start_making(study=study, kind="bundle", options=FAST)
    assert made_file(study, "bundle", FAST).is_ready


def test_files_are_kept_for_a_week(study):
    start_making(study=study, kind="bundle", options=FAST)
    folder = folder_of(study, "bundle", FAST)
    write_status(folder, state="ready", at=time.time() - KEPT_SECONDS - 60)
    start_making(study=study, kind="bundle", options=FAST.with_(seed=4))
    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
def test_process_of_its_own_makes_the_file(study, settings, tmp_path, monkeypatch):
    settings.FILES_IN_BACKGROUND = True
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url_of_the_test_database())
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.base")
    start_making(study=study, kind="bundle", options=FAST)
    assert made_file(study, "bundle", FAST).is_working
    until = time.monotonic() + 90
    while made_file(study, "bundle", FAST).is_working and time.monotonic() < until:
        time.sleep(0.2)
    assert made_file(study, "bundle", FAST).is_ready, made_file(study, "bundle", FAST)


def url_of_the_test_database():
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, password, host = (quote(str(database[name]), safe="") for name in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{database['PORT']}/{database['NAME']}"
