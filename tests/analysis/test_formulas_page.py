"""Each claim of a page of results leads to its formula in one click, without the internet."""

import pytest

from analysis.sections import GROUPS
from analysis.views.formula_links import FORMULAS
from analysis.views.formulas_page import anchors, formulas_html
from tests.factories import make_model, make_study


@pytest.mark.parametrize("section", FORMULAS)
def test_every_formula_a_page_links_to_is_in_the_document(section):
    assert {anchor for _, anchor in FORMULAS[section]} <= anchors()


def test_every_page_with_numbers_has_formulas():
    sections = {section.key for group in GROUPS for section in group.sections}
    assert sections - set(FORMULAS) == {"files"}


def test_anchors_are_unique():
    assert len(anchors()) == formulas_html().count(' id="')


@pytest.mark.django_db
@pytest.mark.parametrize(("section", "address"), [("overview", ""), ("raters", "raters/"), ("plan", "plan/")])
def test_page_links_each_number_to_its_formula(researcher, section, address):
    study = make_study(personas=2, questions=2)
    make_model(study, "m")
    text = researcher.get(f"/studies/{study.slug}/results/{address}").content.decode()
    for _, anchor in FORMULAS[section]:
        assert text.count(f'href="/results/formulas/#{anchor}"') == 1, anchor


@pytest.mark.django_db
def test_formulas_page_has_every_table_in_a_frame_that_scrolls(researcher):
    text = researcher.get("/results/formulas/").content.decode()
    assert text.count("<table") == text.count('<div class="table-scroll"') > 2
    assert '<tr id="kappa-by-reference">' in text
