"""The headline's rule: which coding it speaks in, and what it says where content cannot tell the models apart."""

import numpy as np
import pytest

from analysis.options import Coding, ReportOptions
from analysis.reports.league import league_of
from analysis.reports.overview import overview_of
from analysis.results import results_of
from annotation.models import Annotation
from tests.analysis.made import choices_of, make_external, make_made_study
from tests.factories import make_model

pytestmark = pytest.mark.django_db

SHAPE = (20, 10)


def add_model(study, name, revised):
    rater = make_model(study, name)
    Annotation.objects.filter(rater=rater).delete()
    return choices_of(study, rater, revised)


def study_of_people(share_revised, *, seed=3, accuracy=0.9):
    """Four people who see the same truth, each with errors of their own; the truth is revised at this share."""
    rng = np.random.default_rng(seed)
    study = make_made_study(personas=SHAPE[0], questions=SHAPE[1])
    truth = rng.random(SHAPE) < share_revised
    for number in range(1, 5):
        make_external(study, f"p{number}", truth ^ (rng.random(SHAPE) > accuracy))
    return study, truth, rng


def skewed_study():
    """People who choose the revised response nearly everywhere, and models that do so everywhere."""
    study, _, _ = study_of_people(0.99, accuracy=0.98)
    add_model(study, "first, always revised", np.ones(SHAPE))
    add_model(study, "second, always revised", np.ones(SHAPE))
    return study


def test_headline_speaks_by_content_where_content_can_tell():
    study, truth, rng = study_of_people(0.5)
    add_model(study, "skilled", truth ^ (rng.random(SHAPE) > 0.9))
    add_model(study, "always revised", np.ones(SHAPE))
    results = results_of(study, ReportOptions(coding=Coding.CONTENT))
    assert league_of(results).lead is Coding.CONTENT
    assert overview_of(results).sentence.startswith("Of 2 model annotators, “skilled” agrees best")


def test_headline_leads_with_reference_and_ac1_where_content_is_zero_for_all():
    results = results_of(skewed_study(), ReportOptions(coding=Coding.CONTENT))
    report = overview_of(results)
    assert report.league.lead is Coding.REFERENCE
    assert report.league.sort == "-reference"
    first, second = report.sentence.split(". ")[:2]
    assert first.startswith("Kappa by content says nothing about these 2 models here")
    assert "the other humans' choice is the revised response in" in first
    assert "By reference, “first, always revised” and equally “second, always revised” agree best" in second
    assert "(AC1 " in second


def test_headline_names_what_a_rule_without_the_persona_reaches():
    study = skewed_study()
    rule = add_model(study, "always revised", np.ones(SHAPE))
    type(rule).objects.filter(pk=rule.pk).update(kind="computed")
    assert "Without knowing the persona, “" in overview_of(results_of(study)).sentence


def test_models_without_skill_on_balanced_answers_are_not_excused():
    """Content kappa near 0 is then a finding, not an artefact: the headline stays with it."""
    study, _, rng = study_of_people(0.5)
    add_model(study, "a coin", rng.random(SHAPE) < 0.5)
    add_model(study, "always revised", np.ones(SHAPE))
    assert league_of(results_of(study, ReportOptions(coding=Coding.CONTENT))).lead is Coding.CONTENT


def test_one_model_clearly_above_zero_keeps_the_headline_by_content():
    study, truth, _ = study_of_people(0.9, accuracy=0.97)
    add_model(study, "skilled", truth)
    add_model(study, "always revised", np.ones(SHAPE))
    league = league_of(results_of(study, ReportOptions(coding=Coding.CONTENT)))
    assert any(row.is_skewed for row in league.models)
    assert league.lead is Coding.CONTENT


def test_reader_who_asks_for_reference_gets_reference():
    study, truth, _ = study_of_people(0.5)
    add_model(study, "skilled", truth)
    assert league_of(results_of(study, ReportOptions(coding=Coding.REFERENCE))).lead is Coding.REFERENCE
