import numpy as np
import pytest
from hypothesis import given
from scipy import stats

from analysis.stats.coefficients import (
    brennan_prediger_of_table,
    gwet_ac1_of_table,
    pair_agreement,
    pair_agreement_of_table,
    proportion,
    scott_pi_of_table,
)
from analysis.stats.formulas import ac1_of_tables
from analysis.stats.intervals import exact_interval, normal_interval, wilson_interval
from analysis.stats.labels import contingency_table
from analysis.stats.many_raters import brennan_prediger, fleiss_kappa, gwet_ac1
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, label_matrices, random_labels


def test_pair_agreement_of_the_kappa_paradox():
    balanced, skewed = pair_agreement_of_table([[40, 9], [6, 45]]), pair_agreement_of_table([[80, 10], [5, 5]])
    assert balanced.observed.value == skewed.observed.value == 0.85
    assert round(balanced.kappa.kappa, 2) == 0.70
    assert round(skewed.kappa.kappa, 2) == 0.32
    assert skewed.prevalence_index == 0.75
    assert skewed.bias_index == pytest.approx(0.05)
    assert skewed.ac1.value > 0.8
    assert skewed.shares.tolist() == [[0.9, 0.1], [0.85, 0.15]]


def test_positive_and_negative_agreement_follow_their_formula():
    positive, negative = pair_agreement_of_table([[80, 10], [5, 5]]).category_agreement
    assert positive.value == pytest.approx(160 / 175)
    assert negative.value == pytest.approx(10 / 25)
    assert positive.interval.low < positive.value < positive.interval.high


def test_category_nobody_used_has_no_agreement():
    unused = pair_agreement_of_table([[3, 1, 0], [1, 4, 0], [0, 0, 0]]).category_agreement[2]
    assert (np.isnan(unused.value), unused.undefined) == (True, Undefined.CATEGORY_UNUSED)


def test_one_category_leaves_kappa_undefined_but_not_ac1():
    result = pair_agreement([0] * 6, [0] * 6, categories=["revised", "foil"])
    assert result.kappa.undefined is result.scott_pi.undefined is Undefined.ONE_CATEGORY
    assert (result.ac1.value, result.brennan_prediger.value, result.observed.value) == (1, 1, 1)
    assert result.ac1.interval.undefined is Undefined.NO_VARIATION


def test_no_common_item_leaves_everything_undefined():
    result = pair_agreement([0, -1], [-1, 0], categories="AB")
    assert {result.ac1.undefined, result.scott_pi.undefined, result.observed.undefined} == {Undefined.NO_OVERLAP}
    assert np.isnan([result.ac1.value, result.prevalence_index, result.bias_index]).all()


@pytest.mark.parametrize("seed", range(30))
def test_pair_coefficients_equal_those_of_many_raters(seed):
    labels = random_labels(seed, raters=2, items=50, categories=3, missing=0)
    table = contingency_table(*labels, categories=CATEGORIES)
    n = table.sum()
    for of_pair, of_many in [
        (gwet_ac1_of_table, gwet_ac1),
        (scott_pi_of_table, fleiss_kappa),
        (brennan_prediger_of_table, brennan_prediger),
    ]:
        pair, many = of_pair(table), of_many(labels, categories=CATEGORIES)
        assert pair.value == pytest.approx(many.value, abs=1e-12)
        assert pair.error * np.sqrt(n / (n - 1)) == pytest.approx(many.error, abs=1e-12)
    assert ac1_of_tables(table) == pytest.approx(gwet_ac1_of_table(table).value, abs=1e-12)


@given(label_matrices())
def test_pair_agreement_changes_only_its_bias_when_the_raters_swap(labels):
    forth = pair_agreement(*labels, categories=CATEGORIES)
    back = pair_agreement(*labels[::-1], categories=CATEGORIES)
    for name in ("ac1", "scott_pi", "brennan_prediger"):
        assert getattr(forth, name).value == pytest.approx(getattr(back, name).value, abs=1e-12, nan_ok=True)
    assert [c.value for c in forth.category_agreement] == pytest.approx(
        [c.value for c in back.category_agreement], abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (10, 10), (57, 80)])
def test_intervals_of_a_share_equal_scipy(successes, n):
    trial = stats.binomtest(successes, n)
    for own, method in [(wilson_interval, "wilson"), (exact_interval, "exact")]:
        found, wanted = own(successes, n), trial.proportion_ci(method=method)
        assert [found.low, found.high] == pytest.approx([wanted.low, wanted.high], abs=1e-12)


def test_share_of_nothing_is_undefined():
    assert proportion(0, 0).undefined is Undefined.NO_OVERLAP
    assert exact_interval(0, 0).undefined is wilson_interval(0, 0).undefined is Undefined.TOO_FEW_ITEMS


def test_normal_interval_is_cut_to_the_range_of_kappa():
    assert (normal_interval(0.95, 0.1).high, normal_interval(-0.95, 0.1).low) == (1, -1)
