from itertools import groupby, product

import numpy as np
import pytest
from scipy import stats

from analysis.stats.bias import (
    position_bias,
    position_bias_per_rater,
    relative_speed,
    run_probability,
    straight_line,
    swap_consistency,
)
from analysis.stats.undefined import Undefined


def test_position_bias_of_a_rater_who_prefers_the_first():
    result = position_bias([0] * 9 + [1])
    assert result.first_share.value == 0.9
    assert result.p_value == pytest.approx(stats.binomtest(9, 10).pvalue)


@pytest.mark.parametrize("first", range(11))
def test_position_bias_of_ten_choices_is_the_exact_binomial_one(first):
    result = position_bias([0] * first + [1] * (10 - first))
    assert result.p_value == pytest.approx(stats.binomtest(first, 10).pvalue, abs=1e-12)
    assert (result.p_value < 0.05) == (first in (0, 1, 9, 10))


def test_position_bias_leaves_no_preference_and_missing_out():
    assert position_bias([0, 1, 2, 2, -1]).first_share.n == 2


def test_position_bias_without_a_choice_is_undefined():
    result = position_bias([-1, 2])
    assert np.isnan([result.p_value, result.first_share.value]).all()
    assert result.first_share.undefined is Undefined.TOO_FEW_ITEMS


def test_position_bias_per_rater_and_of_all_agree():
    shown = np.random.default_rng(1).integers(-1, 2, (5, 30))
    each, together = position_bias_per_rater(shown), position_bias(shown)
    assert sum(bias.first_share.successes for bias in each) == together.first_share.successes
    assert sum(bias.first_share.n for bias in each) == together.first_share.n


def test_swap_consistency_separates_content_from_side():
    by_content = swap_consistency([0, 1, 0, 1], [1, 0, 1, 0])
    by_side = swap_consistency([0, 0, 0, 1], [0, 0, 0, 1])
    assert (by_content.consistent.value, by_content.always_first.value) == (1.0, 0.0)
    assert (by_side.consistent.value, by_side.always_first.value, by_side.always_second.value) == (0.0, 0.75, 0.25)


def test_swap_consistency_of_no_preference():
    result = swap_consistency([2, 2, 0, -1], [2, 0, 2, 1])
    assert (result.consistent.successes, result.consistent.n) == (1, 3)
    assert result.always_first.value == result.always_second.value == 0


def test_swap_consistency_of_different_items_is_refused():
    with pytest.raises(ValueError, match="same items"):
        swap_consistency([0, 1], [0])


def test_straight_line_of_ten_equal_sides():
    result = straight_line([1] * 10)
    assert (result.longest, result.p_value) == (10, 2 / 1024)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_run_probability_equals_counting_all_sequences(n):
    longest = [max(len(list(run)) for _, run in groupby(tosses)) for tosses in product([0, 1], repeat=n)]
    for length in range(1, n + 2):
        assert run_probability(length, n) == pytest.approx(np.mean([x >= length for x in longest]))


def test_straight_line_of_nothing_is_undefined():
    result = straight_line([-1, 2])
    assert (result.longest, result.n) == (0, 0)
    assert np.isnan(result.p_value)


def test_straight_line_of_a_long_session_stays_exact():
    assert run_probability(12, 2000) == pytest.approx(0.3845, abs=0.01)
    assert run_probability(1, 2000) == 1


def test_relative_speed_finds_the_one_who_hurries():
    seconds = np.array([[40.0, 80, 60], [50, 90, 70], [60, 100, np.nan], [10, 20, 15]])
    result = relative_speed(seconds)
    assert result.fast.tolist() == [False, False, False, True]
    assert result.fast_share.tolist() == [0, 0, 0, 1]
    assert result.ratio[0, 0] == 40 / 45


def test_relative_speed_of_a_lone_or_untimed_rater_is_undefined():
    result = relative_speed([[5.0, np.nan], [np.nan, np.nan]])
    assert np.isnan(result.of_rater).all()
    assert np.isnan(result.ratio).all()
    assert not result.fast.any()
