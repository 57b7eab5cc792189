"""Several comparisons at once, against scipy's studentized range and statsmodels' corrections."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.stats.simultaneous import benjamini_hochberg, holm, rank_intervals, simultaneous

P_VALUES = np.array([0.001, 0.2, 0.04, 0.03, 0.9, 0.03])


@pytest.mark.parametrize("degrees", [5, 19, 1_000])
def test_all_pairs_of_three_have_the_critical_value_of_tukey(degrees):
    """Three independent means of equal variance: the largest |t| of the pairs is the studentized range over sqrt 2."""
    means = np.random.default_rng(1).normal(size=(3, 100_000))
    pairs = np.stack([means[0] - means[1], means[0] - means[2], means[1] - means[2]])
    found = simultaneous(np.zeros(3), np.ones(3), pairs, degrees)
    assert found.critical == pytest.approx(stats.studentized_range.ppf(0.95, 3, degrees) / np.sqrt(2), rel=0.01)


def test_numbers_with_nothing_in_common_have_the_critical_value_of_sidak():
    deviations = np.random.default_rng(1).normal(size=(4, 100_000))
    found = simultaneous(np.zeros(4), np.ones(4), deviations, 1e7)
    assert found.critical == pytest.approx(stats.norm.ppf(0.5 + 0.95**0.25 / 2), abs=0.02)


def test_numbers_that_move_as_one_need_no_correction():
    deviations = np.tile(np.random.default_rng(1).normal(size=30), (3, 1))
    found = simultaneous(np.zeros(3), np.ones(3), deviations, 19)
    assert found.critical == pytest.approx(stats.t.ppf(0.975, 19), rel=0.01)


def test_number_without_an_error_takes_no_part():
    deviations = np.random.default_rng(1).normal(size=(3, 50))
    found = simultaneous([0.1, 5.0, 0.2], [0.1, np.nan, 0.1], deviations, 19)
    alone = simultaneous([0.1, 0.2], [0.1, 0.1], deviations[[0, 2]], 19)
    assert np.isnan([found.low[1], found.p_values[1]]).all()
    assert found.critical == alone.critical
    assert found.p_values[[0, 2]].tolist() == alone.p_values.tolist()


def test_p_value_is_below_5_percent_where_the_interval_leaves_out_0():
    rng = np.random.default_rng(2)
    deviations = rng.normal(size=(6, 40))
    found = simultaneous(rng.normal(0, 3, 6), np.ones(6), deviations, 19)
    outside = (found.low > 0) | (found.high < 0)
    assert ((found.p_values < 0.05) == outside).all()


@pytest.mark.parametrize(("ours", "theirs"), [(holm, "holm"), (benjamini_hochberg, "fdr_bh")])
def test_adjusted_p_values_are_those_of_statsmodels(ours, theirs):
    assert ours(P_VALUES) == pytest.approx(multipletests(P_VALUES, method=theirs)[1], abs=1e-15)
    with_gap = ours([*P_VALUES[:3], np.nan, *P_VALUES[3:]])
    assert np.isnan(with_gap[3])
    assert np.delete(with_gap, 3) == pytest.approx(ours(P_VALUES))


def test_ranks_of_models_that_nothing_tells_apart_are_all_possible():
    assert rank_intervals(3, []) == [(1, 3)] * 3
    assert rank_intervals(3, [(0, 1), (0, 2), (1, 2)]) == [(1, 1), (2, 2), (3, 3)]
