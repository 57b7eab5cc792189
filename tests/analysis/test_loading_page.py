"""On a large study a page's frame comes at once and sends the reader on to the whole page."""

import re
from html import unescape

import pytest

from analysis.views import loading
from tests.factories import finished, make_model, make_study

pytestmark = pytest.mark.django_db

SECTIONS = [
    "",
    "skill/",
    "matrices/",
    "histograms/",
    "personas/",
    "groups/",
    "disagreements/",
    "raters/",
    "vote-rules/",
    "influence/",
    "plan/",
]
FURTHER = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]+)">')


@pytest.fixture
def study():
    """Six answers: three by a person, three by a model."""
    study = make_study(personas=1, questions=3, raters=2)
    finished(study, 1)
    make_model(study, "a model")
    return study


@pytest.fixture
def large(study, monkeypatch):
    monkeypatch.setattr(loading, "MANY_ANSWERS", 5)
    return study


def page(client, study, address=""):
    response = client.get(f"/studies/{study.slug}/results/{address}")
    return response, response.content.decode() if response.status_code == 200 and not response.streaming else ""


def further(text):
    found = FURTHER.search(text)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("section", SECTIONS)
def test_page_of_a_large_study_comes_in_two_steps(researcher, large, section):
    _, first = page(researcher, large, section)
    assert "Reading and counting more than 5 answers" in first
    assert 'aria-current="page"' in first
    response, whole = page(researcher, large, section + further(first))
    assert response.status_code == 200
    assert not further(whole)
    assert "Reading and counting" not in whole


def test_page_of_a_small_study_comes_at_once(researcher, study, monkeypatch):
    monkeypatch.setattr(loading, "MANY_ANSWERS", 6)
    _, text = page(researcher, study)
    assert not further(text)
    assert "a model" in text


def test_address_of_the_whole_page_keeps_what_was_asked(researcher, large):
    _, first = page(researcher, large, "?coding=reference&sort=-ac1")
    assert further(first) == "?coding=reference&sort=-ac1&whole=1"


def test_no_link_of_the_whole_page_asks_for_a_whole_page(researcher, large):
    for section in SECTIONS:
        _, text = page(researcher, large, f"{section}?coding=content&whole=1")
        assert "coding=content" in text
        assert "whole" not in re.findall(r'(?:href|name)="[^"]*(whole)', text)


def test_file_comes_at_once(researcher, large):
    response, _ = page(researcher, large, "?format=csv")
    assert response.streaming
    assert response["Content-Type"].startswith("text/csv")


def test_option_that_is_none_is_refused_at_the_first_step(researcher, large):
    assert page(researcher, large, "?coding=nonsense")[0].status_code == 400


def test_another_large_study_does_not_make_a_small_one_large(researcher, large):
    small = make_study(personas=1, questions=2)
    assert not loading.has_many_answers(small)
    assert loading.has_many_answers(large)


@pytest.mark.parametrize("personas", [2, 6])
def test_first_step_takes_the_same_queries_whatever_the_size(
    personas, researcher, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(loading, "MANY_ANSWERS", 1)
    study = make_study(personas=personas, questions=3)
    make_model(study, "a model")
    with django_assert_num_queries(6):
        page(researcher, study)
