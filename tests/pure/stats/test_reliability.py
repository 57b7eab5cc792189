"""Reliability of a consensus, against statsmodels' Fleiss kappa and simulated raters."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.reliability import pairwise_agreement, reliability_curve, spearman_brown
from analysis.stats.sampling import Sampling


def sampled(items):
    return Sampling(np.arange(items) // 10, np.arange(items) * 7 % 20)


def raters(n, items, rng, spread=2.0):
    """Raters of a question choose the first answer with one probability, drawn for the question."""
    likely = rng.beta(spread, spread, items)
    return (rng.random((n, items)) < likely).astype(int)


def test_agreement_of_single_raters_is_the_kappa_of_fleiss():
    humans = raters(4, 200, np.random.default_rng(1))
    found = pairwise_agreement(humans, categories="AB", sampling=sampled(200))
    assert found.value == pytest.approx(fleiss_kappa(aggregate_raters(humans.T)[0]), abs=1e-12)
    assert (found.n, found.entries) == (200, 200 * 12)
    assert found.interval.low < found.value < found.interval.high


def test_missing_raters_leave_their_pairs_out():
    humans = raters(4, 200, np.random.default_rng(1))
    humans[3, ::2] = -1
    assert pairwise_agreement(humans, categories="AB", sampling=sampled(200)).entries == 100 * 12 + 100 * 6


@pytest.mark.parametrize("k", [2, 5])
def test_curve_is_the_correlation_of_the_averages_of_k_raters(k):
    """Two sets of k raters of 40,000 questions: their average choices correlate as Spearman and Brown say."""
    humans = raters(2 * k, 40_000, np.random.default_rng(2))
    single = np.corrcoef(humans)[np.triu_indices(2 * k, 1)].mean()
    averages = humans[:k].mean(axis=0), humans[k:].mean(axis=0)
    assert spearman_brown(single, k) == pytest.approx(np.corrcoef(*averages)[0, 1], abs=0.01)


def test_curve_carries_the_limits_over_and_stops_at_0():
    single = Estimate(0.1, 0.1, Interval(-0.1, 0.3, 0.95, "t"), 200, 2400, 19, 0.0, None)
    one, five = reliability_curve(single, range(1, 6))[::4]
    assert (one.value, one.low, one.high) == (0.1, 0.0, 0.3)
    assert five.value == pytest.approx(0.5 / 1.4)
    assert five.low == 0
    assert five.ceiling == pytest.approx(five.value**0.5)
