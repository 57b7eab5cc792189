"""The variance ratio: a model that is one more person has 1, a uniform one less."""

import numpy as np
import pytest

from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined
from analysis.stats.variance_ratio import variance_ratio

PERSONAS, PROMPTS, SEATS = 20, 10, 4
SAMPLING = Sampling(np.repeat(np.arange(PERSONAS), PROMPTS), np.tile(np.arange(PROMPTS), PERSONAS))


def drawn(rng, spread=1.0):
    """People's choices and those of one more; ``spread`` multiplies what differs between personas."""
    of_prompts = rng.normal(0, 0.7, PROMPTS)[SAMPLING.prompts]
    taste = rng.normal(0, 1, PERSONAS)[SAMPLING.personas]
    humans = rng.random((SEATS, PERSONAS * PROMPTS)) < 1 / (1 + np.exp(-of_prompts - taste))
    model = rng.random(PERSONAS * PROMPTS) < 1 / (1 + np.exp(-(of_prompts + 2 * (1 - spread)) - spread * taste))
    return model.astype(int), humans.astype(int)


def test_model_that_is_one_more_person_is_held_as_often_as_its_interval_says_or_oftener():
    rng = np.random.default_rng(1)
    found = [variance_ratio(*drawn(rng), SAMPLING) for _ in range(200)]
    assert np.mean([one.value for one in found]) == pytest.approx(1, abs=0.02)
    assert np.mean([1 in one.interval for one in found]) >= 0.95


def test_uniform_model_is_below_1():
    rng = np.random.default_rng(2)
    found = [variance_ratio(*drawn(rng, spread=0), SAMPLING) for _ in range(20)]
    assert np.mean([one.interval.high < 1 for one in found]) > 0.8


def test_value_is_that_of_all_pairs_counted_one_by_one():
    model, humans = drawn(np.random.default_rng(3))
    humans[0, ::7], model[5] = -1, -1

    def variance(rows):
        differing = pairs = 0
        for row in rows:
            for prompt in range(PROMPTS):
                values = row[(SAMPLING.prompts == prompt) & (row >= 0) & (model >= 0)]
                differing += sum(a != b for n, a in enumerate(values) for b in values[:n])
                pairs += len(values) * (len(values) - 1) // 2
        return differing / pairs

    found = variance_ratio(model, humans, SAMPLING)
    assert found.value == pytest.approx(variance([model]) / variance(humans))
    assert found.n == 199


def test_constant_model_or_new_raters_have_no_interval():
    model, humans = drawn(np.random.default_rng(4))
    assert variance_ratio(np.ones_like(model), humans, SAMPLING).undefined is not None
    raters = Sampling(SAMPLING.personas, SAMPLING.prompts, target=Target.RATERS)
    assert variance_ratio(model, humans, raters).interval.undefined is Undefined.NO_VOTES
