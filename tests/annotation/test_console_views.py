"""Every page of the console opens, for a study with people in all kinds of states."""

import pytest
from django.urls import reverse

from tests.factories import arrive, make_cast, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace():
    return make_researcher("grace")


@pytest.fixture
def study(grace):
    return make_study(personas=2, questions=4, checks=1, by=grace)


@pytest.fixture
def console(client, grace):
    client.force_login(grace)
    return client


PAGES = [
    "study-detail",
    "study-progress",
    "assignment-list",
    "question-list",
    "question-import",
    "study-settings",
    "study-personas",
    "study-texts",
    "study-check",
    "study-times",
    "study-data",
    "rehearsal-wipe",
]


@pytest.mark.parametrize("name", PAGES)
def test_study_page_opens(console, study, grace, name):
    make_cast(study, by=grace)
    page = console.get(reverse(name, args=[study.slug]))
    assert page.status_code == 200
    assert "html" in page["Content-Type"]


@pytest.mark.parametrize("name", ["study-list", "study-create", "account", "password-change"])
def test_own_page_opens(console, study, name):
    assert console.get(reverse(name)).status_code == 200


def test_home_leads_to_the_studies(console):
    assert console.get("/").headers["Location"] == reverse("study-list")


def test_study_list_says_how_full_each_study_is(console, study):
    make_cast(study)
    arrive(study, 9)
    page = console.get(reverse("study-list")).content.decode()
    assert "1 of 8 seats complete, 2 live, 5 free" in page


def test_study_list_without_studies_says_what_will_be_here(console):
    assert "No studies yet" in console.get(reverse("study-list")).content.decode()
