"""Verdicts about a margin, against statsmodels' two one-sided tests."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from analysis.stats.equivalence import Verdict, verdict_of
from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.simultaneous import for_the_best_of


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.05, 0.05, Verdict.EQUIVALENT),
        (0.02, 0.09, Verdict.EQUIVALENT),  # told from 0, and yet too small to matter
        (-0.05, 0.3, Verdict.NOT_WORSE),
        (-0.3, 0.05, Verdict.NOT_BETTER),
        (-0.3, 0.3, Verdict.NOT_SETTLED),
        (-0.3, -0.11, Verdict.WORSE),
        (0.11, 0.3, Verdict.BETTER),
        (-0.1, 0.05, Verdict.NOT_BETTER),  # a limit on the margin is beyond it
        (np.nan, np.nan, Verdict.NOT_SETTLED),
    ],
)
def test_verdict_of_an_interval(low, high, verdict):
    assert verdict_of(Interval(low, high, 0.95, "t"), 0.1) is verdict


@pytest.mark.parametrize("shift", [0.0, 0.04, 0.08])
def test_equivalent_is_what_two_one_sided_tests_say(shift):
    difference = np.random.default_rng(3).normal(shift, 0.2, 60)
    t = stats.ttest_1samp(difference, 0).confidence_interval(0.95)
    p_value, *_ = ttost_paired(difference, np.zeros(60), -0.1, 0.1)
    verdict = verdict_of(Interval(float(t.low), float(t.high), 0.95, "t"), 0.1)
    assert (verdict is Verdict.EQUIVALENT) == (p_value < 0.025)


def test_margin_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        verdict_of(Interval(0, 1, 0.95, "t"), 0.0)


def test_interval_for_the_best_of_several_holds_the_one_that_is_chosen():
    """Five models that are level with people: the best looks better than it is."""
    rng, n, held, alone = np.random.default_rng(4), 4_000, 0, 0
    for _ in range(n):
        samples = rng.normal(size=(5, 20))
        best = samples[samples.mean(axis=1).argmax()]
        error = best.std(ddof=1) / np.sqrt(20)
        interval = Interval(*stats.t.interval(0.95, 19, best.mean(), error), 0.95, "t")
        estimate = Estimate(best.mean(), error, interval, 20, 20, 19, 0.0, None)
        alone += 0 in interval
        held += 0 in for_the_best_of(estimate, 5)
    assert held / n > 0.94
    assert alone / n < 0.91
