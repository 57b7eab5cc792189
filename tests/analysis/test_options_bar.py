"""The frame of every page of results: tabs, the bar of options, and addresses that hold the whole state."""

import pytest

from analysis.views.pages import options_of
from tests.factories import finished, make_researcher, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study(personas=2, questions=2)
    finished(study, 1)
    return study


@pytest.fixture
def researcher(study, client):
    person = make_researcher("rhea")
    study.researchers.add(person)
    client.force_login(person)
    return client


def page(client, study, query=""):
    return client.get(f"/studies/{study.slug}/results/{query}")


def test_overview_shows_the_options_in_force(researcher, study):
    response = page(researcher, study, "?coding=reference&rule=plurality&seed=5")
    form = response.context["options_form"]
    assert (form["coding"].value(), form["rule"].value(), form["seed"].value()) == ("reference", "plurality", 5)
    assert '<option value="reference" selected>' in response.content.decode()


def test_tabs_keep_the_options(researcher, study):
    assert (
        f'href="/studies/{study.slug}/results/?coding=content"'
        in page(researcher, study, "?coding=content").content.decode()
    )


def test_empty_fields_of_the_bar_leave_the_address(researcher, study):
    response = page(researcher, study, "?coding=reference&topic=&attribute:age=")
    assert response.status_code == 302
    assert response.url == f"/studies/{study.slug}/results/?coding=reference"


def test_own_parameters_of_a_page_are_kept(researcher, study):
    response = page(researcher, study, "?sort=name&page=2")
    assert response.context["kept"] == [("sort", "name")]


def test_ticked_box_is_read_back(researcher, study):
    response = page(researcher, study, "?excluded=1")
    assert response.context["options"].excluded
    assert 'name="excluded" value="1" id="id_excluded" checked' in response.content.decode()


@pytest.mark.parametrize(
    "query", ["?coding=left", "?rule=best", "?seed=-1", "?target=everything", "?seed=%00", "?topic=%00"]
)
def test_values_that_do_not_exist_are_refused_in_words(researcher, study, query):
    response = page(researcher, study, query)
    assert response.status_code == 400
    assert "This address asks for something that does not exist." in response.content.decode()


def test_attribute_of_nobody_is_shown_as_it_is_in_force(researcher, study):
    response = page(researcher, study, "?attribute:religion=Jedi")
    assert '<option value="Jedi" selected>Jedi</option>' in response.content.decode()
    assert response.context["people"].personas == 0


def test_options_are_read_from_the_address(rf):
    options = options_of(rf.get("/", {"attribute:age": "39", "surplus": "1"}))
    assert options.attributes == (("age", "39"),)
    assert options.surplus


def test_simulated_raters_count_beside_real_ones_on_request_only(researcher, study):
    finished(study, 2, is_rehearsal=True)
    assert "1 human rater of" in page(researcher, study).content.decode()
    text = page(researcher, study, "?simulated=1").content.decode()
    assert "2 raters (1 of them simulated)" in text
    assert "simulated raters counted" in text
