"""Prediction-powered shares: intervals hold the truth whether the model is good or useless."""

import numpy as np
import pytest

from analysis.stats.prediction_powered import FEWEST, prediction_powered
from analysis.stats.undefined import Undefined

N = 1000


def drawn(correlation, checked, rng):
    """People's true shares, what people said of a random few, what a model says of all, and weights."""
    people = rng.normal(size=N)
    model = correlation * people + (1 - correlation**2) ** 0.5 * rng.normal(size=N)
    weights = np.exp(0.5 * rng.normal(size=N) + 0.2 * people)
    truth = 1 / (1 + np.exp(-people))
    seen = np.full(N, np.nan)
    chosen = rng.choice(N, checked, replace=False)
    seen[chosen] = rng.binomial(40, truth[chosen]) / 40
    return truth, seen, rng.binomial(10, 1 / (1 + np.exp(-1 - model))) / 10, weights


@pytest.mark.parametrize("checked", [10, 20, 40])
@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_interval_holds_the_truth_of_the_whole_set(checked, correlation):
    rng, held = np.random.default_rng(1), 0
    for _ in range(300):
        truth, seen, model, weights = drawn(correlation, checked, rng)
        held += np.average(truth, weights=weights) in prediction_powered(seen, model, weights).powered.interval
    assert 0.91 <= held / 300 <= 0.985


def test_good_model_narrows_the_interval_and_a_useless_one_does_not_widen_it_much():
    rng, worth = np.random.default_rng(2), {0.0: [], 0.95: []}
    for correlation, found in worth.items():
        for _ in range(60):
            _, seen, model, weights = drawn(correlation, 40, rng)
            found.append(prediction_powered(seen, model, weights).worth)
    assert np.median(worth[0.95]) > 1.5 * 40
    assert np.median(worth[0.0]) > 0.9 * 40


def test_biased_model_is_corrected():
    rng = np.random.default_rng(3)
    truth = rng.uniform(0.3, 0.6, N)
    seen = np.where(np.arange(N) < 30, truth, np.nan)
    found = prediction_powered(seen, truth + 0.3)
    assert found.powered.value == pytest.approx(truth.mean(), abs=0.005)
    assert found.model == pytest.approx(truth.mean() + 0.3)


@pytest.mark.parametrize("model", [np.ones(N), np.linspace(0, 1, N)])
def test_people_who_all_choose_alike_have_no_interval(model):
    """As with baselines, where the revised answer is chosen nearly always: 20 of 20 is no certainty about 1,586."""
    found = prediction_powered(np.where(np.arange(N) < 20, 1.0, np.nan), model)
    assert found.powered.value == found.people.value == 1
    assert found.powered.interval.undefined is found.people.interval.undefined is Undefined.NO_VARIATION
    assert np.isnan(found.worth)


def test_weights_change_what_the_mean_is_of():
    people = np.array([*np.full(10, 0.2), *np.full(10, 0.8), *np.full(20, np.nan)])
    model = np.array([*np.full(10, 0.2), *np.full(10, 0.8), *np.full(10, 0.2), *np.full(10, 0.8)])
    heavy = np.where(model > 0.5, 3.0, 1.0)
    assert prediction_powered(people, model).powered.value == pytest.approx(0.5)
    assert prediction_powered(people, model, heavy).powered.value == pytest.approx(0.65)


@pytest.mark.parametrize("checked", [0, 1, FEWEST - 1, 30])
def test_too_few_checked_or_all_of_them_have_no_interval(checked):
    found = prediction_powered(np.where(np.arange(30) < checked, 0.5, np.nan), np.full(30, 0.5))
    assert found.powered.undefined is not None
    assert np.isnan(found.powered.value)
    assert found.model == 0.5


def test_persona_without_a_model_answer_or_weight_is_left_out():
    people, model = np.array([*np.full(8, 0.5), *np.full(4, np.nan)]), np.full(12, 0.5)
    model[0] = np.nan
    found = prediction_powered(people, model, np.where(np.arange(12) == 1, 0.0, 1.0))
    assert (found.n, found.n_all) == (6, 10)
