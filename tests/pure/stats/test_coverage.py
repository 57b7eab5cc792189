"""A 95 % interval holds the truth about 95 times in 100: planted studies, analysed as real ones are.

Short; ``benchmarks/coverage.py`` runs all scenarios with thousands of studies.
"""

import numpy as np
import pytest

from analysis.stats.agreement import cohen_kappa
from analysis.stats.ceiling import Panel, against_held_out
from analysis.stats.estimates import AGREEMENT
from analysis.stats.inference import agreement_of_pair
from analysis.stats.sampling import Sampling, Target
from analysis.stats.vote_rules import VoteRule
from benchmarks.coverage import Scenario, draw, evidence, limits_of, truth_of

STUDIES, PERSONAS, PROMPTS = 600, 20, 20
ALIKE = Scenario("alike", taste=0.0, personas=0.0, raters=0.0, prompts=0.0)
ALL_DIFFER = Scenario("all differ", taste=1.4, personas=0.7, raters=0.3, prompts=0.8)


def drawn(scenario, n_studies=STUDIES, n_personas=PERSONAS, seed=1):
    return draw(scenario, (n_studies, n_personas, PROMPTS), np.random.default_rng(seed), coding="content")


def one_of(studies, number):
    here = studies.study == number
    sampling = Sampling(studies.persona[here], studies.prompt[here])
    return studies.humans[:, here], studies.model[here], sampling


# 600 studies: standard error .009.
@pytest.mark.parametrize("scenario", [ALIKE, ALL_DIFFER], ids=lambda scenario: scenario.name)
def test_default_intervals_hold_the_planted_truth(scenario):
    studies, truth = drawn(scenario), truth_of(scenario, "content")
    for name, one in evidence(studies).items():
        low, high = limits_of(studies, *one)
        assert 0.925 <= np.mean((low <= truth[name]) & (truth[name] <= high)) <= 0.985, name


def test_interval_for_these_prompts_misses_where_prompts_differ():
    """What the site showed before: only personas were drawn anew."""
    studies, truth = drawn(ALL_DIFFER, 100, n_personas=40), truth_of(ALL_DIFFER, "content")["all raters"]
    held = []
    for number in range(100):
        humans, model, sampling = one_of(studies, number)
        consensus = VoteRule.THREE_OF_FOUR.consensus(humans, categories="AB", clusters=sampling.personas, seats=4)
        these = Sampling(sampling.personas, sampling.prompts, target=Target.PERSONAS)
        held.append(truth in agreement_of_pair(model, consensus.labels, categories="AB", sampling=these).interval)
    assert np.mean(held) < 0.92


def test_intervals_of_the_benchmark_are_those_of_the_product():
    studies = drawn(ALL_DIFFER, 5)
    found = {name: np.stack(limits_of(studies, *one)) for name, one in evidence(studies).items()}
    for number in range(5):
        humans, model, sampling = one_of(studies, number)
        compared = against_held_out(model, Panel(humans, "AB"), sampling)
        agreement = against_held_out(model, Panel(humans, "AB"), sampling, statistic=AGREEMENT).first
        wanted = {"model": compared.first, "human": compared.second, "difference": compared.difference}
        for name, one in (wanted | {"agreement": agreement}).items():
            limits = (one.interval.low, one.interval.high)
            assert found[name][:, number] == pytest.approx(limits, abs=1e-12), name


def test_model_that_is_a_fifth_human_is_level_with_people():
    """Against the consensus of all four it was .09 above the held-out human."""
    studies, gaps, flattering = drawn(ALIKE, 300), [], []
    for number in range(300):
        humans, model, sampling = one_of(studies, number)
        compared = against_held_out(model, Panel(humans, "AB"), sampling)
        rule = VoteRule.THREE_OF_FOUR.consensus(humans, categories="AB", clusters=sampling.personas, seats=4)
        gaps.append(compared.difference.value)
        flattering.append(cohen_kappa(model, rule.labels, categories="AB").kappa - compared.second.value)
    error = np.std(gaps) / np.sqrt(300)
    assert abs(np.mean(gaps)) < 3 * error
    assert np.mean(flattering) == pytest.approx(0.09, abs=0.02)
