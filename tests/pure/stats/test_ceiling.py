import numpy as np
import pytest

from analysis.stats import formulas
from analysis.stats.agreement import cohen_kappa
from analysis.stats.ceiling import held_out, human_ceiling, model_against_ceiling
from analysis.stats.labels import MISSING
from analysis.stats.undefined import Undefined
from analysis.stats.votes import plurality
from tests.pure.stats.strategies import CATEGORIES, random_labels


def raters(seed, accuracy, items=20_000, n=4):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, items)
    return np.where(rng.random((n, items)) < accuracy, truth, 1 - truth), truth


def test_human_ceiling_is_the_one_of_a_held_out_rater():
    """Accuracy .8: .48 against the other three; .74 would include himself, .36 is against one other."""
    humans, _ = raters(1, 0.8)
    result = human_ceiling(humans, categories="AB", clusters=np.arange(20_000) // 10, seed=1, n_resamples=50)
    assert result.value == pytest.approx(0.475, abs=0.01)
    flattering = cohen_kappa(humans[0], plurality(humans, categories="AB").labels, categories="AB").kappa
    single = cohen_kappa(humans[0], humans[1], categories="AB").kappa
    assert flattering == pytest.approx(0.74, abs=0.02)
    assert single == pytest.approx(0.36, abs=0.02)


def test_model_as_good_as_a_human_meets_the_ceiling():
    humans, truth = raters(2, 0.8)
    model = np.where(np.random.default_rng(3).random(20_000) < 0.8, truth, 1 - truth)
    result = model_against_ceiling(model, humans, categories="AB", clusters=np.arange(20_000) // 10, seed=1)
    assert 0 in result.difference.interval
    assert result.first.n == result.second.n == result.difference.n


def test_interval_of_the_difference_to_the_ceiling_covers_nought_for_an_equal_model():
    covered = []
    for seed in range(150):
        humans, truth = raters(seed, 0.8, items=300)
        model = np.where(np.random.default_rng(1000 + seed).random(300) < 0.8, truth, 1 - truth)
        how = {"categories": "AB", "clusters": np.arange(300) // 10, "seed": seed, "n_resamples": 300}
        covered.append(0 in model_against_ceiling(model, humans, **how).difference.interval)
    assert 0.88 <= np.mean(covered) <= 0.99


def test_held_out_reference_never_contains_the_rater():
    humans = random_labels(4, raters=4, items=60, categories=3, missing=0.2)
    entries = held_out(humans, categories=CATEGORIES)
    for label, reference, item, row in zip(
        entries.labels, entries.references, entries.items, entries.rows, strict=True
    ):
        others = np.delete(humans[:, item], row)
        counts = np.bincount(others[others != MISSING], minlength=3)
        assert label == humans[row, item]
        assert counts[reference] == counts.max()
        assert (counts == counts.max()).sum() == 1
        assert counts.sum() >= 2


def test_model_without_some_items_is_compared_with_humans_on_the_others():
    humans, truth = raters(5, 0.8, items=200)
    clusters, half = np.arange(200) // 10, np.arange(200) < 100
    model = np.where(half, truth, MISSING)
    result = model_against_ceiling(model, humans, categories="AB", clusters=clusters, seed=1)
    alone = human_ceiling(humans[:, :100], categories="AB", clusters=clusters[:100], seed=1)
    assert result.second.value == pytest.approx(alone.value, abs=1e-12)
    assert result.first.n == alone.n


def test_ceiling_takes_other_statistics():
    humans, _ = raters(6, 0.8, items=400)
    how = {"categories": "AB", "clusters": np.arange(400) // 10, "seed": 1}
    agreement = human_ceiling(humans, statistic=formulas.agreement_of_tables, **how)
    entries = held_out(humans, categories="AB")
    assert agreement.value == pytest.approx((entries.labels == entries.references).mean())


def test_ceiling_of_two_raters_is_undefined():
    humans, _ = raters(7, 0.8, items=50, n=2)
    result = human_ceiling(humans, categories="AB", clusters=np.arange(50) // 10, seed=1)
    assert (np.isnan(result.value), result.undefined) == (True, Undefined.NO_OVERLAP)


def test_ceiling_of_a_model_with_other_items_is_refused():
    humans, _ = raters(8, 0.8, items=50)
    with pytest.raises(ValueError, match="same items"):
        model_against_ceiling(np.zeros(49, dtype=int), humans, categories="AB", clusters=np.zeros(50), seed=1)


def test_ceiling_does_not_depend_on_who_sits_in_which_seat():
    humans = random_labels(9, raters=4, items=100, categories=2)
    how = {"categories": "AB", "clusters": np.arange(100) // 10, "seed": 1}
    assert human_ceiling(humans, **how) == human_ceiling(humans[::-1], **how)
