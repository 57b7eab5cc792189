"""All pairs of models together: they are told apart wrongly in one study of twenty, and one table equals the other."""

import numpy as np
import pytest

from analysis.stats.comparisons import compare_all
from analysis.stats.counting import entries_of
from analysis.stats.estimates import KAPPA
from analysis.stats.inference import compare
from analysis.stats.jackknife import Evidence
from analysis.stats.sampling import Sampling, Target

SAMPLING = Sampling(np.arange(200) // 10, np.arange(200) * 7 % 20)
PAIRS = [(0, 1), (0, 2), (1, 2)]


def evidence(models, reference):
    return [Evidence(entries_of(models[a], models[b], reference, n_categories=2)) for a, b in PAIRS]


def drawn(seed, accuracies=(0.8, 0.8, 0.8)):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 200)
    models = [np.where(rng.random(200) < right, truth, 1 - truth) for right in accuracies]
    return evidence(models, np.where(rng.random(200) < 0.9, truth, 1 - truth))


def test_each_pair_is_as_it_is_alone():
    pairs = drawn(1)
    found = compare_all(pairs, KAPPA, SAMPLING)
    for one, alone in zip(found.pairs, pairs, strict=True):
        assert one == compare(alone, KAPPA, SAMPLING)


def test_joint_intervals_are_wider_than_one_alone_and_narrower_than_bonferroni():
    found = compare_all(drawn(1), KAPPA, SAMPLING)
    one = found.pairs[0].difference
    width = found.joint.high[0] - found.joint.low[0]
    assert one.interval.width * 1.1 < width < one.interval.width * 1.35


def test_equal_models_are_told_apart_in_few_studies():
    wrong = [~np.isnan(found.low) & ((found.low > 0) | (found.high < 0)) for found in map(joint, range(150))]
    assert np.mean([one.any() for one in wrong]) <= 0.085  # .05 nominal, standard error .018


def joint(seed):
    return compare_all(drawn(seed), KAPPA, SAMPLING).joint


def test_model_that_left_questions_out_keeps_the_pairs_in_step():
    """Without its answers about one persona the leave-one-out values still belong to the same personas."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 200)
    models = [np.where(rng.random(200) < 0.8, truth, 1 - truth) for _ in range(3)]
    models[2][:10] = -1
    found = compare_all(evidence(models, truth), KAPPA, SAMPLING)
    whole = compare_all(evidence([*models[:2], models[1]], truth), KAPPA, SAMPLING)
    assert found.joint.critical == pytest.approx(whole.joint.critical, abs=0.5)
    assert not np.isnan(found.joint.low).any()


def test_new_raters_do_not_move_what_holds_no_votes():
    these = Sampling(SAMPLING.personas, SAMPLING.prompts, target=Target.RATERS)
    assert np.isnan(compare_all(drawn(1), KAPPA, these).joint.low).all()
