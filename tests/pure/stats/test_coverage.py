"""A 95 % interval holds the truth about 95 times in 100: studies with a planted truth, analysed as real ones are."""

import numpy as np
import pytest

from analysis.stats.bootstrap import bootstrap_kappa
from analysis.stats.votes import three_of_four

PERSONAS, QUESTIONS, RATERS, STUDIES = 20, 10, 4, 400
HUMAN, MODEL = 0.85, 0.80


def true_kappa() -> float:
    """Of the model with the consensus, on balanced labels: (2 s - 1)(2 q - 1), q = how often a majority is right."""
    right = HUMAN**4 + 4 * HUMAN**3 * (1 - HUMAN)
    wrong = (1 - HUMAN) ** 4 + 4 * (1 - HUMAN) ** 3 * HUMAN
    return (2 * MODEL - 1) * (2 * right / (right + wrong) - 1)


@pytest.fixture(scope="module")
def estimates():
    rng = np.random.default_rng(20240717)
    items = PERSONAS * QUESTIONS
    found = []
    for _ in range(STUDIES):
        truth = rng.integers(0, 2, items)
        humans = truth ^ (rng.random((RATERS, items)) >= HUMAN)
        model = truth ^ (rng.random(items) >= MODEL)
        consensus = three_of_four(humans.astype(np.int8), categories="AB").labels
        personas = np.arange(items) // QUESTIONS
        found.append(bootstrap_kappa(model, consensus, categories="AB", clusters=personas, seed=7))
    return found


def test_planted_kappa_lies_in_about_95_of_100_intervals(estimates):
    covered = np.mean([one.interval.low <= true_kappa() <= one.interval.high for one in estimates])
    # 400 studies: standard error .011. Twenty clusters make percentile intervals a little too narrow.
    assert 0.91 <= covered <= 0.98


def test_planted_kappa_is_met_on_average(estimates):
    assert np.mean([one.value for one in estimates]) == pytest.approx(true_kappa(), abs=0.01)
