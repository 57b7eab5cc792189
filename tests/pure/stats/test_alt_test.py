import numpy as np
import pytest
from scipy import stats

from analysis.stats.alt_test import UnderPowered, alt_test, benjamini_yekutieli, slot_alt_test
from analysis.stats.labels import MISSING
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, random_labels


def written_out(humans, model, epsilon, min_items):
    """The test as the paper tells it, item by item."""
    p_values, advantages = [], []
    for h in range(len(humans)):
        differences, wins = [], []
        for i in range(humans.shape[1]):
            others = [humans[j, i] for j in range(len(humans)) if j != h and humans[j, i] != MISSING]
            if humans[h, i] == MISSING or model[i] == MISSING or not others:
                continue
            human = np.mean([x == humans[h, i] for x in others])
            machine = np.mean([x == model[i] for x in others])
            differences.append(float(human >= machine) - float(machine >= human))
            wins.append(machine >= human)
        if len(differences) >= min_items:
            p_values.append(stats.ttest_1samp(differences, epsilon, alternative="less").pvalue)
            advantages.append(np.mean(wins))
    rejected = stats.false_discovery_control(p_values, method="by") <= 0.05
    return p_values, np.mean(rejected), np.mean(advantages)


def test_alt_test_of_a_model_better_than_the_humans():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 100)
    humans = np.where(rng.random((4, 100)) < 0.75, truth, 1 - truth)
    result = alt_test(humans, truth, categories="AB")
    assert (result.winning_rate, result.passed, result.under_powered) == (1.0, True, None)
    assert result.advantage > 0.85


def test_alt_test_of_a_random_model_fails():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 300)
    humans = np.where(rng.random((4, 300)) < 0.95, truth, 1 - truth)
    result = alt_test(humans, rng.integers(0, 2, 300), categories="AB")
    assert (result.winning_rate, result.passed) == (0.0, False)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.2])
def test_alt_test_equals_the_test_written_out(seed, epsilon):
    labels = random_labels(seed, raters=5, items=80, categories=3, missing=0.2)
    result = alt_test(labels[:4], labels[4], categories=CATEGORIES, epsilon=epsilon, min_items=10)
    p_values, winning_rate, advantage = written_out(labels[:4], labels[4], epsilon, min_items=10)
    assert result.p_values == pytest.approx(p_values, abs=1e-12)
    assert (result.winning_rate, result.advantage) == pytest.approx((winning_rate, advantage), abs=1e-12)


def test_alt_test_of_a_human_copied_counts_ties_for_both():
    labels = random_labels(3, raters=3, items=60, categories=2, missing=0)
    result = alt_test(labels, labels[0], categories="AB")
    assert result.advantages[0] == 1.0
    assert result.p_values[0] == 0.0


@pytest.mark.parametrize(("n", "winning", "p"), [(10, 1, 0.038), (30, 3, 0.0006)])
def test_alt_test_of_few_items_has_the_p_values_of_the_notes(n, winning, p):
    """The model alone is right on one item in ten, and equal on the others; epsilon .1."""
    humans = np.zeros((3, n), dtype=int)
    humans[0, :winning] = 1
    result = alt_test(humans, np.zeros(n, dtype=int), categories="AB", min_items=5)
    assert result.p_values[0] == pytest.approx(p, rel=0.1)


def test_alt_test_skips_humans_with_few_items_and_says_so():
    humans = random_labels(4, raters=3, items=60, categories=2, missing=0)
    humans[2, 20:] = MISSING
    result = alt_test(humans, humans[0], categories="AB")
    assert np.isnan(result.p_values).tolist() == [False, False, True]
    assert (result.n_tested, result.under_powered, result.undefined) == (2, UnderPowered.FEW_ITEMS, None)


def test_alt_test_of_ten_items_each_is_undefined_and_under_powered():
    humans = random_labels(5, raters=4, items=10, categories=2, missing=0)
    result = alt_test(humans, humans[0], categories="AB")
    assert np.isnan([result.winning_rate, result.advantage]).all()
    assert (result.passed, result.under_powered) == (False, UnderPowered.FEW_ITEMS)
    assert result.undefined is Undefined.TOO_FEW_ITEMS
    assert "too few items" in result.under_powered.sentence


def test_alt_test_of_two_humans_is_under_powered():
    humans = random_labels(6, raters=2, items=60, categories=2, missing=0)
    assert alt_test(humans, humans[0], categories="AB").under_powered is UnderPowered.FEW_ANNOTATORS
    assert "three" in UnderPowered.FEW_ANNOTATORS.sentence


def test_alt_test_of_a_model_with_other_items_is_refused():
    with pytest.raises(ValueError, match="same items"):
        alt_test([[0, 1], [0, 1]], [0], categories="AB")


@pytest.mark.parametrize("seed", range(20))
def test_benjamini_yekutieli_equals_scipy(seed):
    p = np.random.default_rng(seed).beta(0.3, 3, size=12)
    wanted = stats.false_discovery_control(p, method="by") <= 0.05
    assert (benjamini_yekutieli(p) == wanted).all()
    assert (benjamini_yekutieli([*p, np.nan]) == [*wanted, False]).all()


def test_benjamini_yekutieli_of_nothing_rejects_nothing():
    assert benjamini_yekutieli([np.nan, np.nan]).tolist() == [False, False]


def study(seed, model_accuracy):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, 200)
    humans = np.where(rng.random((4, 200)) < 0.75, truth, 1 - truth)
    return humans, np.where(rng.random(200) < model_accuracy, truth, 1 - truth), np.arange(200) // 10


def test_slot_alt_test_joins_raters_of_ten_items_into_four_annotators():
    humans, model, clusters = study(7, 0.95)
    result = slot_alt_test(humans, model, categories="AB", clusters=clusters, seed=3, n_joinings=20)
    assert (result.n_annotators, result.items_per_annotator, result.under_powered) == (4, 200, None)
    assert result.passed
    assert result.share_passed == 1.0


def test_slot_alt_test_with_the_same_seed_is_the_same():
    humans, model, clusters = study(8, 0.8)
    how = {"categories": "AB", "clusters": clusters, "n_joinings": 10}
    assert slot_alt_test(humans, model, seed=3, **how) == slot_alt_test(humans, model, seed=3, **how)


def test_slot_alt_test_of_a_poor_model_fails():
    humans, model, clusters = study(9, 0.5)
    result = slot_alt_test(humans, model, categories="AB", clusters=clusters, seed=3, n_joinings=10)
    assert (result.passed, result.winning_rate) == (False, 0.0)


def test_slot_alt_test_of_a_small_study_is_under_powered():
    humans, model, clusters = (x[..., :20] for x in study(10, 0.9))
    result = slot_alt_test(humans, model, categories="AB", clusters=clusters, seed=3, n_joinings=5)
    assert np.isnan(result.winning_rate)
    assert (result.passed, result.under_powered) == (False, UnderPowered.FEW_ITEMS)
    assert result.undefined is Undefined.TOO_FEW_ITEMS


def test_slot_alt_test_keeps_every_label_within_its_persona():
    """Two personas whose raters agree within and differ between: no joining may mix their items."""
    humans = np.repeat([[0, 1]], 4, axis=0).repeat(30, axis=1)
    result = slot_alt_test(humans, humans[0], categories="AB", clusters=np.repeat([0, 1], 30), seed=1, n_joinings=5)
    assert (result.advantage, result.winning_rate) == (1.0, 1.0)
