"""clients/python/understudy.py and docs/notebook.ipynb against the site itself."""

import importlib.util
import json
import sys
from pathlib import Path

import httpx2
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis import frames
from annotation.models import Study
from annotation.services.tokens import make_token
from jobs.models import Run
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model, make_researcher, make_study

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = json.loads((ROOT / "docs" / "notebook.ipynb").read_text(encoding="utf-8"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def understudy(monkeypatch):
    """The module as a notebook beside it imports it."""
    spec = importlib.util.spec_from_file_location("understudy", ROOT / "clients" / "python" / "understudy.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "understudy", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def grace():
    return make_researcher("grace", staff=True)


@pytest.fixture
def site(live_server, understudy, grace):
    with understudy.Understudy(live_server.url, make_token(user=grace, name="notebook")) as site:
        yield site


def make_answered_study():
    rng = np.random.default_rng(4)
    study = make_made_study(personas=4, questions=6, raters=3)
    for number in range(3):
        make_external(study, f"p{number}", rng.random((4, 6)) < 0.6)
    make_model(study, "model one")
    make_model(study, "model two")
    return study


def test_client_reads_what_the_data_frames_have(site):
    study = make_answered_study()
    remote = site.study(study.slug)
    for got, expected in (
        (remote.votes(rule="plurality", surplus=True), None),
        (remote.votes(), frames.votes(study)),
        (remote.agreement("skill"), frames.agreement(study, table="skill")),
        (remote.agreement("league", coding="reference"), frames.agreement(study)),
    ):
        if expected is not None:
            pd.testing.assert_frame_equal(got, expected, check_dtype=False)
    assert list(remote.personas()["age"]) == list(frames.personas(study)["age"])
    assert len(remote.answers(countable=True)) == frames.answers(study)["is_countable"].sum()
    assert remote.answers()["saved_at"].dtype.tz is not None
    assert site.studies()["slug"].tolist() == [study.slug]
    assert remote.assignments().empty
    assert remote.runs().empty
    assert len(remote.questions(persona_id="persona-01")) == 6


def test_client_makes_and_fills_a_study(site, understudy):
    people = pd.DataFrame({"persona_id": ["p1", "p2"], "age": ["31", "47"], "religion": ["None", None]})
    site.add_personas("people", people)
    study = site.create_study("moving", "Moving", persona_set="people", questions_per_rater=1, minutes=12)
    study.choose_personas("people", ["p1"])
    texts = {"prompt": "Move?", "revised": "Yes.", "baseline": "It depends."}
    assert study.add_questions([{"persona_id": "p1", "prompt_id": "q1", **texts}])["created"] == 1
    study.set(seed=5)
    row = {"annotator": "m", "persona_id": "p1", "prompt_id": "q1", "choice": "revised", "probability": np.nan}
    assert study.add_annotations(pd.DataFrame([row]))["created"] == 1
    stored = Study.objects.get(slug="moving")
    assert (stored.seed, stored.minutes, stored.personas.get().attributes) == (
        5,
        12,
        [["age", "31"], ["religion", "None"]],
    )
    with pytest.raises(understudy.UnderstudyError, match="minutes") as caught:
        study.set(minutes=0)
    assert caught.value.status == 400
    with pytest.raises(understudy.UnderstudyError, match=r"rows: 1\. line 1, choice = 'C'") as caught:
        study.add_annotations([row | {"choice": "C"}], kind="external")
    assert caught.value.problems[0]["column"] == "choice"


def test_client_says_what_is_not_there(site, understudy):
    with pytest.raises(understudy.UnderstudyError, match="404"):
        site.study("nowhere")
    study = site.study(make_study(questions=1).slug)
    with pytest.warns(FutureWarning, match="persona is now called persona_id"):
        study.questions(persona="persona-01")


def test_client_waits_for_a_large_file(site, monkeypatch, settings):
    monkeypatch.setattr("files.upload_runs.IN_REQUEST", 0)
    study = make_made_study(personas=1, questions=1)
    row = {"annotator": "m", "persona_id": "persona-01", "prompt_id": "prompt-01", "choice": "revised"}
    assert site.study(study.slug).add_annotations([row])["state"] == "done"
    assert Run.objects.get().state == "done"


def test_client_repeats_reads_but_no_writes(understudy, monkeypatch):
    asked = []

    def busy_once(request):
        asked.append(request.method)
        if len(asked) == 1:
            return httpx2.Response(503, json={"detail": "busy"}, headers={"Retry-After": "0"})
        return httpx2.Response(200, json={"results": [{"slug": "a"}], "next": None})

    site = understudy.Understudy("http://site.test", "key")
    site._http = httpx2.Client(base_url="http://site.test", transport=httpx2.MockTransport(busy_once))
    assert site.studies()["slug"].tolist() == ["a"]
    asked.clear()
    with pytest.raises(understudy.UnderstudyError, match="503: busy"):
        site.create_study("a", "A")
    assert asked == ["POST"]


def test_notebook_draws_the_figures_of_the_paper(live_server, understudy, grace, monkeypatch, tmp_path):
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNDERSTUDY_URL", live_server.url)
    reading = ["studies:read", "answers:read", "results:read"]
    monkeypatch.setenv("UNDERSTUDY_TOKEN", make_token(user=grace, name="notebook", scopes=reading))
    monkeypatch.setenv("UNDERSTUDY_STUDY", make_answered_study().slug)
    cells = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 10
    names: dict = {}
    for cell in cells:
        exec(cell, names)
    names["plt"].close("all")
    names["site"].close()
    drawn = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(drawn) == {"league.pdf", "personas.pdf", "histograms.pdf"}
    assert min(drawn.values()) > 2_000
    assert set(names["kappas"]["kind"]) == {"model", "human ceiling"}
