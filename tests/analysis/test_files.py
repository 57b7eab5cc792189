"""Figures and files: asked for on a page, made by a run, fetched when ready."""

import io
import os
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from analysis.options import ReportOptions, Target, VoteRule
from analysis.services.made_files import KEPT_SECONDS, folder_of, forget_old_files, made_file, start_making
from jobs.models import Run
from jobs.services.inline import perform
from jobs.services.planner import plan_next
from jobs.services.runs import cancel_run
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model
from tests.jobs.test_runs import SlowEngine

pytestmark = pytest.mark.django_db
FAST = ReportOptions(target=Target.PERSONAS)


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


def address(study, rest="", query="?target=personas"):
    return f"/studies/{study.slug}/results/files/{rest}{query}"


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


def test_unexpected_error_is_told_and_logged(study, settings, caplog):
    settings.FILES_DIR.write_text("in the way: no folder can be made here")
    start_making(study=study, kind="bundle", options=FAST)
    file = made_file(study, "bundle", FAST)
    assert (file.state, file.message.partition(":")[0]) == ("failed", "NotADirectoryError")
    assert "Working 0 of run" in caplog.text


def waiting_run(study, settings, **fields):
    """As while a worker is at it."""
    settings.RUNS_IN_BACKGROUND = True
    run = start_making(study=study, kind="bundle", options=FAST)
    Run.objects.filter(pk=run.pk).update(state="running", **fields)
    return run


def test_second_click_starts_nothing_while_the_first_is_at_work(researcher, study, settings):
    waiting_run(study, settings, doing="writing annotations", done=5, total=10)
    page = researcher.post(address(study, "bundle/make/"), follow=True).content.decode()
    assert "Being made: writing annotations, 50 %" in page
    assert 'hx-trigger="every 2s"' in researcher.get(address(study, "bundle/progress/")).content.decode()
    assert Run.objects.count() == 1


def test_file_that_was_cancelled_can_be_made_again(researcher, study, settings):
    cancel_run(run=waiting_run(study, settings))
    perform(Run.objects.get())
    page = researcher.get(address(study)).content.decode()
    assert "Cancelled" in page
    assert "Make the bundle" in page


def test_many_requests_are_one_run_at_a_time(researcher, study, settings):
    settings.RUNS_IN_BACKGROUND = True
    for seed in range(1, 25):
        researcher.post(address(study, "bundle/make/", query=f"?target=personas&seed={seed}"))
    engine = SlowEngine()
    plan_next(engine)
    plan_next(engine)
    assert len(engine.tickets) == 1
    assert Run.objects.filter(state="running").count() == 1
    assert Run.objects.filter(state="waiting").count() == 23


def test_attempt_that_was_killed_leaves_nothing_behind(study, settings):
    run = waiting_run(study, settings)
    (folder_of(run) / "parts-1").mkdir(parents=True)
    assert perform(Run.objects.get()).state == "done"
    assert [path.name for path in folder_of(run).iterdir()] == ["made.zip"]


def test_files_are_kept_for_a_week(researcher, study):
    run = start_making(study=study, kind="bundle", options=FAST)
    assert forget_old_files() == 0
    long_ago = time.time() - KEPT_SECONDS - 60
    os.utime(folder_of(run), (long_ago, long_ago))
    assert forget_old_files() == 1
    assert made_file(study, "bundle", FAST).state == "none"
    assert "Make the bundle" in researcher.get(address(study)).content.decode()


def test_report_is_fetched_as_one_page(researcher, study):
    assert "Ready, as of" in researcher.post(address(study, "report/make/"), follow=True).content.decode()
    response = researcher.get(address(study, "report/"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="made-report.html"'
    assert response.content.startswith(b"<!doctype html>")
