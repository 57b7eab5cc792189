"""A group beside the rest: the difference of two kappas, and a test that errs one time in twenty."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from analysis.stats.counting import entries_of
from analysis.stats.inference import p_value_of
from analysis.stats.jackknife import Evidence
from analysis.stats.sampling import Sampling
from analysis.stats.subgroups import group_minus_rest

PERSONAS, PROMPTS = np.arange(200) // 10, np.arange(200) * 7 % 20
SAMPLING = Sampling(PERSONAS, PROMPTS)
INSIDE = PERSONAS % 2 == 0


def drawn(seed, inside=0.8, outside=0.8):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 200)
    right = np.where(INSIDE, inside, outside)
    return np.where(rng.random(200) < right, truth, 1 - truth), truth


def found(seed, **how):
    labels, truth = drawn(seed, **how)
    return group_minus_rest(Evidence(entries_of(labels, truth, n_categories=2)), INSIDE, SAMPLING)


def test_value_is_the_difference_of_the_two_kappas():
    labels, truth = drawn(1, outside=0.6)
    kappas = [cohen_kappa_score(labels[here], truth[here]) for here in (INSIDE, ~INSIDE)]
    assert found(1, outside=0.6).value == pytest.approx(kappas[0] - kappas[1])


def test_groups_that_are_alike_are_told_apart_in_few_studies():
    wrong = [p_value_of(found(seed)) < 0.05 for seed in range(200)]
    assert np.mean(wrong) <= 0.085  # .05 nominal, standard error .015


def test_group_without_an_item_has_no_difference():
    labels, truth = drawn(1)
    evidence = Evidence(entries_of(labels, truth, n_categories=2))
    assert np.isnan(group_minus_rest(evidence, np.ones(200, dtype=bool), SAMPLING).value)
