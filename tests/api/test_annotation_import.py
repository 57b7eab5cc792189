"""Annotations in by the API: whole or not at all, the same again is nothing, and errors a program can read."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from annotation.models import Annotation, StudyEvent
from annotation.services.tokens import make_token
from jobs.models import Run
from jobs.services.inline import perform
from tests.factories import make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def study(grace):
    return make_study(personas=1, questions=3, by=grace)


@pytest.fixture
def program(grace):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=grace, name='test')}")
    return client


def row(number=1, **changes):
    place = {"persona_id": "persona-01", "prompt_id": f"prompt-{number:02}"}
    return {"annotator": "model-x", **place, "choice": "revised", **changes}


def send(program, study, body, content_type="application/json", query=""):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = reverse("api-annotations", args=[study.slug]) + query
    return program.generic("POST", address, body, content_type=content_type)


def test_post_stores_a_list_of_rows(program, study, grace):
    response = send(program, study, [row(1, probability=0.25), row(2, choice="B", shown_first="revised")])
    report = response.json()
    assert (response.status_code, report["changed"], report["created"], report["missing"]) == (201, True, 2, 1)
    assert report["annotators"][0]["first_missing"] == ["persona-01 / prompt-03"]
    assert sorted(Annotation.objects.values_list("choice", "probability")) == [("alternative", None), ("revised", 0.25)]
    assert StudyEvent.objects.filter(study=study).last().by == grace


def test_post_again_changes_nothing(program, study):
    assert send(program, study, [row(1)]).status_code == 201
    again = send(program, study, [row(1)])
    assert (again.status_code, again.json()["changed"], again.json()["already_there"]) == (200, False, 1)
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/jsonl", json.dumps(row(1)).encode() + b"\n" + json.dumps(row(2)).encode()),
        ("application/x-ndjson", json.dumps(row(1)).encode() + b"\n" + json.dumps(row(2)).encode()),
        (
            "text/csv; charset=utf-8",
            b"annotator,persona_id,prompt_id,choice\nm,persona-01,prompt-01,revised\nm,persona-01,prompt-02,baseline\n",
        ),
    ],
)
def test_post_takes_lines_and_tables(program, study, content_type, body):
    assert send(program, study, body, content_type).json()["created"] == 2


def test_post_takes_a_file(program, study):
    file = SimpleUploadedFile("a.jsonl", json.dumps(row(1)).encode())
    response = program.post(reverse("api-annotations", args=[study.slug]), {"file": file}, format="multipart")
    assert (response.status_code, response.json()["created"]) == (201, 1)
    assert study.annotation_imports.get().filename == "a.jsonl"


def test_post_names_row_column_and_value_of_each_problem(program, study):
    body = b"[\n" + b",\n".join(json.dumps(r).encode() for r in (row(1), row(2, choice="A"), row(9))) + b"]"
    response = send(program, study, body)
    assert response.status_code == 400
    assert response.json()["total"] == 2
    first, second = response.json()["problems"]
    assert (first["line"], first["column"], first["value"]) == (3, "choice", "A")
    assert (second["line"], second["column"], second["value"]) == (4, "prompt_id", "prompt-09")
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("body", [b"", b"null", b"7", b"[]", b'"text"', b"[1]", b"{", b"\xff", b'{"a": [{}]}', b"\x00"])
def test_post_refuses_what_is_no_list_of_rows(program, study, body):
    response = send(program, study, body)
    assert response.status_code == 400
    assert response.json()["problems"][0]["message"]


def test_post_takes_options(program, study):
    rows = [row(1, choice="baseline"), row(9)]
    send(program, study, [row(1), row(2)])
    assert send(program, study, rows, query="?ignore_surplus=true").status_code == 400
    report = send(program, study, rows, query="?ignore_surplus=true&replace=true").json()
    assert (report["created"], report["removed"], report["surplus"]) == (1, 2, 1)
    send(program, study, [row(1)], query="?kind=external")
    assert Annotation.objects.from_humans().count() == 1


@pytest.mark.parametrize("query", ["?kind=robot", "?replace=yes", "?dry_run=true", "?kind="])
def test_post_refuses_options_that_make_no_sense(program, study, query):
    assert send(program, study, [row(1)], query=query).status_code == 400
    assert not Annotation.objects.exists()


def test_post_refuses_other_content_types(program, study):
    assert send(program, study, b"<a/>", "application/xml").status_code == 415


def test_post_of_a_form_without_a_file_says_so(program, study):
    response = program.post(reverse("api-annotations", args=[study.slug]), {"x": "y"}, format="multipart")
    assert (response.status_code, list(response.json())) == (400, ["file"])


def test_post_refuses_a_body_over_the_limit(program, study, monkeypatch, settings):
    monkeypatch.setattr("files.kinds.MEGABYTE", 100)
    settings.UPLOAD_MEGABYTES = 1
    response = send(program, study, [row(1)])
    assert response.status_code == 400
    message = "More than 100 bytes (UPLOAD_MEGABYTES=1). Send it in parts."
    assert response.json()["problems"][0]["message"] == message


def test_post_to_anothers_study_is_a_404(study):
    client = APIClient()
    token = make_token(user=make_researcher("olga"), name="test")
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert send(client, study, [row(1)]).status_code == 404
    assert send(APIClient(), study, [row(1)]).status_code == 401


# --- Large files -----------------------------------------------------------------------------------
@pytest.fixture
def everything_is_large(monkeypatch, settings):
    monkeypatch.setattr("files.upload_runs.IN_REQUEST", 0)
    settings.RUNS_IN_BACKGROUND = True


def test_post_of_a_large_file_answers_at_once_and_says_where_to_ask(program, study, everything_is_large):
    response = send(program, study, [row(1)])
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    assert not Annotation.objects.exists()
    perform(Run.objects.get())
    found = program.get(response.headers["Location"]).json()
    assert (found["state"], found["problems"], Annotation.objects.count()) == ("done", [], 1)


def test_run_of_a_refused_large_file_names_its_problems(program, study, everything_is_large):
    response = send(program, study, [row(1), row(1, persona_id="nobody")])
    perform(Run.objects.get())
    found = program.get(response.headers["Location"]).json()
    (problem,) = found["problems"]
    assert (found["state"], problem["column"], problem["value"]) == ("failed", "persona_id", "nobody")
    assert not Annotation.objects.exists()
