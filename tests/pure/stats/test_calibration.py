"""How good probabilities are, against scikit-learn."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from analysis.stats.calibration import calibration, scores
from analysis.stats.sampling import Sampling

RNG = np.random.default_rng(3)
SAID = RNG.random(500)
CAME = (RNG.random(500) < SAID).astype(int)


def test_scores_are_those_of_scikit_learn():
    found = calibration(SAID, CAME)
    assert found.brier == pytest.approx(brier_score_loss(CAME, SAID), abs=1e-12)
    assert found.log_loss == pytest.approx(log_loss(CAME, SAID), abs=1e-12)
    came, said = calibration_curve(CAME, SAID, n_bins=10)
    assert [one.came for one in found.bins] == pytest.approx(came)
    assert [one.said for one in found.bins] == pytest.approx(said)
    assert sum(one.n for one in found.bins) == found.n == 500


def test_error_of_calibrated_probabilities_is_small_and_of_overconfident_ones_large():
    assert calibration(SAID, CAME).error < 0.1
    assert calibration(np.where(SAID > 0.5, 0.99, 0.01), CAME).error > 0.15


def test_votes_of_people_are_outcomes_between_0_and_1():
    found = calibration([0.75, 0.25], [0.75, 0.25])
    assert found.brier == 0
    assert found.log_loss == pytest.approx(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25)))


def test_items_without_a_probability_or_an_outcome_are_left_out():
    assert calibration([0.9, np.nan, 0.4], [1, 1, np.nan]).n == 1
    assert np.isnan(calibration([np.nan], [1]).brier)


def test_certain_and_wrong_costs_much_but_not_infinitely():
    assert calibration([1.0], [0]).log_loss == pytest.approx(-np.log(1e-15), abs=0.01)


@pytest.mark.parametrize(("said", "came"), [([1.1], [1]), ([0.5], [2]), ([0.5, 0.5], [1])])
def test_numbers_that_are_no_probabilities_are_refused(said, came):
    with pytest.raises(ValueError, match="probabilities"):
        calibration(said, came)


def test_intervals_of_scores_hold_the_truth_and_use_personas():
    """Probabilities are right except for a shift of each persona; the interval must be wider than over single items."""
    rng, held, wider = np.random.default_rng(4), 0, 0
    items = np.arange(400)
    sampling, single = Sampling(items // 10, items % 20), Sampling(items, items)
    for _ in range(100):
        said = rng.random(400)
        right = np.clip(said + 0.25 * rng.normal(size=40)[items // 10], 0, 1)
        came = (rng.random(400) < right).astype(float)
        found = scores(said, came, items, sampling)
        held += TRUE_BRIER in found.brier.interval
        wider += width(found) > width(scores(said, came, items, single))
    assert held >= 89
    assert wider >= 60


def test_scores_are_those_of_the_calibration_and_several_outcomes_an_item_are_one_cluster():
    items = np.repeat(np.arange(100), 5)
    found = scores(SAID, CAME, items, Sampling(np.arange(100) // 5, np.arange(100) % 10))
    plain = calibration(SAID, CAME)
    assert (found.brier.value, found.log_loss.value) == pytest.approx((plain.brier, plain.log_loss))
    assert found.error.value == pytest.approx(plain.error)
    assert (found.brier.n, found.brier.entries) == (100, 500)
    assert found.error.interval.low >= 0


def width(found):
    return found.brier.interval.high - found.brier.interval.low


def _true_brier():
    """Of the same clipped shift, from a large draw."""
    rng = np.random.default_rng(1)
    said = rng.random(1_000_000)
    right = np.clip(said + 0.25 * rng.normal(size=said.size), 0, 1)
    return float(((said - right) ** 2 + right * (1 - right)).mean())


TRUE_BRIER = _true_brier()
