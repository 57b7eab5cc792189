"""Votes and agreement by the API: the rows of the data frames, a page at a time."""

import numpy as np
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from analysis.api import pages
from analysis.options import Coding, ReportOptions, VoteRule
from analysis.reports.agreement_rows import TABLES, agreement_values
from analysis.reports.vote_rows import vote_values
from analysis.results import results_of
from annotation.services.tokens import make_token
from tests.analysis.made import make_external, make_made_study
from tests.factories import make_model, make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    rng = np.random.default_rng(3)
    study = make_made_study(personas=3, questions=4, raters=3)
    for number in range(3):
        make_external(study, f"p{number}", rng.random((3, 4)) < 0.6)
    make_model(study, "first model")
    make_model(study, "second model")
    return study


@pytest.fixture
def program():
    client = APIClient()
    token = make_token(user=make_researcher("rhea", staff=True), name="notebook", scopes=["results:read"])
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def rows(program, name, study, **parameters):
    page = program.get(reverse(name, args=[study.slug]), parameters)
    assert page.status_code == 200, page.json()
    found = page.json()["results"]
    while page.json()["next"]:
        page = program.get(page.json()["next"])
        assert len(page.json()["results"]) <= pages.PAGE_SIZE
        found += page.json()["results"]
    return found


def without_nan(values):
    return [pages.as_json(row) for row in values]


def test_votes_are_those_of_the_rule_asked_for(program, study):
    results = results_of(study, ReportOptions(rule=VoteRule.PLURALITY))
    assert rows(program, "api-votes", study, rule="plurality") == without_nan(vote_values(results))


@pytest.mark.parametrize("table", TABLES)
def test_agreement_has_the_numbers_of_each_table(program, study, monkeypatch, table):
    monkeypatch.setattr(pages, "PAGE_SIZE", 25)
    results = results_of(study, ReportOptions(coding=Coding.CONTENT))
    assert rows(program, "api-agreement", study, table=table, coding="content") == without_nan(
        agreement_values(results, table)
    )


def test_page_before_leads_back(program, study, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_SIZE", 5)
    first = program.get(reverse("api-votes", args=[study.slug])).json()
    second = program.get(first["next"]).json()
    assert program.get(second["previous"]).json() == first


@pytest.mark.parametrize(
    "query",
    ["rule=best", "table=leagues", "coding=", "misspelt=1", "seed=x", "surplus=yes", "topic=%00", "rule=one_coin&a=b"],
)
def test_options_that_make_no_sense_are_a_400(program, study, query):
    answer = program.get(f"{reverse('api-agreement', args=[study.slug])}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")


@pytest.mark.parametrize("cursor", ["x", "cD0", "cD03", "cD05OTk5OTk5OTk5OTk5", "é", "cD0xMDAw"])
def test_cursor_that_leads_nowhere_is_a_404(program, study, cursor):
    assert program.get(reverse("api-votes", args=[study.slug]), {"cursor": cursor}).status_code == 404


def test_persona_filter_is_taken_from_the_address(program, study):
    wanted = {"attribute:age": dict(study.personas.first().attributes)["age"]}
    found = rows(program, "api-votes", study, **wanted)
    assert {row["persona_id"] for row in found} == {study.personas.first().key}
