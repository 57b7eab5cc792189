"""Each claim of a page of results leads to its formula in one click, without the internet."""

import pytest

from analysis.views import models, overview, population, variance
from analysis.views.formulas_page import anchors, formulas_html
from tests.factories import make_model, make_study


@pytest.mark.parametrize("page", [overview, models, population, variance])
def test_every_formula_a_page_links_to_is_in_the_document(page):
    assert {anchor for _, anchor in page.FORMULAS} <= anchors()


def test_anchors_are_unique():
    assert len(anchors()) == formulas_html().count(' id="')


@pytest.mark.django_db
def test_overview_links_each_claim_to_its_formula(researcher):
    study = make_study(personas=1, questions=2)
    make_model(study, "m")
    text = researcher.get(f"/studies/{study.slug}/results/").content.decode()
    for _, anchor in overview.FORMULAS:
        assert f'href="/results/formulas/#{anchor}"' in text


@pytest.mark.django_db
def test_formulas_page_has_every_table_in_a_frame_that_scrolls(researcher):
    text = researcher.get("/results/formulas/").content.decode()
    assert text.count("<table") == text.count('<div class="table-scroll"') > 2
    assert '<tr id="kappa-by-reference">' in text
