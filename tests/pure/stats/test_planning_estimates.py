import numpy as np
import pytest

from analysis.stats.planning_estimates import agreement_of_accuracy, model_accuracy, rater_accuracy
from analysis.stats.sampling import Sampling
from analysis.stats.undefined import Undefined

PERSONAS, QUESTIONS, SEATS = 60, 10, 4
CLUSTERS = np.arange(PERSONAS * QUESTIONS) // QUESTIONS

SAMPLING = Sampling(CLUSTERS, np.arange(CLUSTERS.size) * 7 % 20)


def sampled(personas):
    return Sampling(np.array(personas), np.arange(len(personas)))


def drawn(accuracy, rows, truth, rng):
    return (truth ^ (rng.random((rows, truth.size)) >= accuracy)).astype(np.int8)


@pytest.mark.parametrize("accuracy", [0.65, 0.8, 0.95])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_planted_accuracies_come_back_whatever_is_right(accuracy, share):
    rng = np.random.default_rng(3)
    truth = rng.random(CLUSTERS.size) < share
    humans = drawn(accuracy, SEATS, truth, rng)
    raters = rater_accuracy(humans, sampling=SAMPLING)
    assert raters.value == pytest.approx(accuracy, abs=0.03)
    assert raters.value in raters.interval
    model = model_accuracy(drawn(0.85, 1, truth, rng)[0], humans, raters=accuracy, sampling=SAMPLING)
    assert model.value == pytest.approx(0.85, abs=0.06)


def test_interval_of_the_accuracy_holds_the_planted_one_as_often_as_it_says():
    rng, held = np.random.default_rng(5), 0
    for _ in range(200):
        truth = rng.random(CLUSTERS.size) < 0.5
        held += 0.8 in rater_accuracy(drawn(0.8, SEATS, truth, rng), sampling=SAMPLING).interval
    assert 0.89 <= held / 200 <= 0.99


def test_missing_and_no_preference_are_passed_over():
    humans = np.array([[0, 0, 1, 2, -1], [0, 1, 1, 0, 0]])
    result = rater_accuracy(humans, sampling=sampled([0, 0, 1, 1, 1]))
    assert result.n == 3
    assert agreement_of_accuracy(result.value) == pytest.approx(2 / 3)


def test_raters_who_agree_less_than_a_coin_are_no_better_than_one():
    assert rater_accuracy([[0, 0, 1], [1, 1, 1]], sampling=sampled([0, 1, 1])).value == 0.5


def test_one_rater_alone_says_nothing():
    result = rater_accuracy([[0, 1, 1]], sampling=sampled([0, 0, 1]))
    assert np.isnan(result.value)
    assert result.interval.undefined is Undefined.NO_OVERLAP


def test_one_persona_has_a_value_and_no_interval():
    result = rater_accuracy([[0, 1], [0, 1]], sampling=sampled([0, 0]))
    assert (result.value, result.interval.undefined) == (1.0, Undefined.TOO_FEW_CLUSTERS)


def test_raters_who_know_nothing_tell_nothing_of_a_model():
    with pytest.raises(ValueError, match=r"0\.55 or more, not 0\.5"):
        model_accuracy([0, 1], [[0, 1], [1, 0]], raters=0.5, sampling=sampled([0, 1]))


def test_model_closer_to_raters_than_the_truth_allows_is_always_right():
    assert model_accuracy([0, 1], [[0, 1]], raters=0.8, sampling=sampled([0, 1])).value == 1.0
