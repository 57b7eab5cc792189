import numpy as np
import pytest

from analysis.stats.agreement import cohen_kappa
from analysis.stats.ceiling import Panel, against_held_out, beside_each_other, held_out, human_ceiling
from analysis.stats.estimates import AGREEMENT, KAPPA
from analysis.stats.inference import compare
from analysis.stats.labels import MISSING
from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined
from analysis.stats.votes import plurality
from tests.pure.stats.strategies import CATEGORIES, random_labels


def raters(seed, accuracy, items=20_000, n=4):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, items)
    return np.where(rng.random((n, items)) < accuracy, truth, 1 - truth), truth


def sampled(items, **options):
    return Sampling(np.arange(items) // 10, np.arange(items) * 7 % 20, **options)


def test_human_ceiling_is_the_one_of_a_held_out_rater():
    """Accuracy .8: .48 against the other three; .74 would include himself, .36 is against one other."""
    humans, _ = raters(1, 0.8)
    result = human_ceiling(Panel(humans, "AB"), sampled(20_000))
    assert result.value == pytest.approx(0.475, abs=0.01)
    flattering = cohen_kappa(humans[0], plurality(humans, categories="AB").labels, categories="AB").kappa
    single = cohen_kappa(humans[0], humans[1], categories="AB").kappa
    assert flattering == pytest.approx(0.74, abs=0.02)
    assert single == pytest.approx(0.36, abs=0.02)


def test_model_as_good_as_a_human_meets_the_ceiling():
    humans, truth = raters(2, 0.8)
    model = np.where(np.random.default_rng(3).random(20_000) < 0.8, truth, 1 - truth)
    result = against_held_out(model, Panel(humans, "AB"), sampled(20_000))
    assert 0 in result.difference.interval
    assert result.first.n == result.second.n == result.difference.n


def test_interval_of_the_difference_to_the_ceiling_covers_nought_for_an_equal_model():
    covered = []
    for seed in range(150):
        humans, truth = raters(seed, 0.8, items=300)
        model = np.where(np.random.default_rng(1000 + seed).random(300) < 0.8, truth, 1 - truth)
        covered.append(0 in against_held_out(model, Panel(humans, "AB"), sampled(300)).difference.interval)
    assert 0.91 <= np.mean(covered) <= 0.99


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
    half = np.arange(200) < 100
    model = np.where(half, truth, MISSING)
    result = against_held_out(model, Panel(humans, "AB"), sampled(200))
    alone = human_ceiling(Panel(humans[:, :100], "AB"), sampled(200).only(half))
    assert result.second.value == pytest.approx(alone.value, abs=1e-12)
    assert result.first.n == alone.n


def test_ceiling_takes_other_statistics():
    humans, _ = raters(6, 0.8, items=400)
    agreement = human_ceiling(Panel(humans, "AB"), sampled(400), statistic=AGREEMENT)
    entries = held_out(humans, categories="AB")
    assert agreement.value == pytest.approx((entries.labels == entries.references).mean())


def test_ceiling_of_two_raters_is_undefined():
    humans, _ = raters(7, 0.8, items=50, n=2)
    result = human_ceiling(Panel(humans, "AB"), sampled(50))
    assert (np.isnan(result.value), result.undefined) == (True, Undefined.NO_OVERLAP)


def test_ceiling_of_a_model_with_other_items_is_refused():
    humans, _ = raters(8, 0.8, items=50)
    with pytest.raises(ValueError, match="same items"):
        against_held_out(np.zeros(49, dtype=int), Panel(humans, "AB"), sampled(50))


def test_ceiling_does_not_depend_on_who_sits_in_which_seat():
    humans = random_labels(9, raters=4, items=100, categories=2)
    one, other = (human_ceiling(Panel(labels, "AB"), sampled(100)) for labels in (humans, humans[::-1]))
    assert one == other


def test_two_models_meet_the_references_that_each_meets_beside_a_human():
    humans, truth = raters(10, 0.8, items=200)
    rng, panel = np.random.default_rng(1), Panel(humans, "AB")
    first, second = (np.where(rng.random(200) < share, truth, 1 - truth) for share in (0.9, 0.7))
    both = compare(beside_each_other(first, second, panel), KAPPA, sampled(200))
    for found, model in ((both.first, first), (both.second, second)):
        alone = against_held_out(model, panel, sampled(200)).first
        assert (found.value, found.error) == pytest.approx((alone.value, alone.error), abs=1e-12)


SEATS = np.arange(80).reshape(4, 20)


def crossing(humans, seats):
    return human_ceiling(Panel(humans, "AB"), sampled(200, seats=seats))


def test_raters_of_one_persona_each_change_nothing():
    humans, _ = raters(11, 0.8, items=200)
    assert crossing(humans, SEATS) == human_ceiling(Panel(humans, "AB"), sampled(200))


def test_raters_who_answer_about_all_personas_are_left_out_whole():
    """Two of four raters hardly try: with the same people everywhere, personas are no independent draws of raters."""
    rng, (humans, truth) = np.random.default_rng(3), raters(12, 0.9, items=200)
    poor = np.where(rng.random((2, 200)) < 0.55, truth, 1 - truth)
    humans = np.vstack([humans, humans, poor])
    everywhere = crossing(humans, np.tile(np.arange(10)[:, None], 20))
    assert everywhere.error > 1.5 * crossing(humans, np.arange(200).reshape(10, 20)).error


def test_interval_for_new_raters_is_jackknifed_within_personas():
    humans, _ = raters(13, 0.8, items=200)
    one = human_ceiling(Panel(humans, "AB"), sampled(200, seats=SEATS, target=Target.RATERS))
    assert one.degrees == 60
    assert one.interval.low < one.value < one.interval.high


def test_interval_for_new_raters_covers_what_these_personas_and_prompts_would_give():
    """Questions and truth fixed, raters drawn again and again; votes of fewer raters tie, so it is conservative."""
    rng, covered = np.random.default_rng(14), []
    truth = rng.integers(0, 2, 200)
    model = np.where(rng.random(200) < 0.85, truth, 1 - truth)
    everybody = np.where(rng.random((4, 200 * 500)) < 0.8, np.tile(truth, 500), 1 - np.tile(truth, 500))
    wanted = against_held_out(np.tile(model, 500), Panel(everybody, "AB"), sampled(100_000)).first.value
    for _ in range(150):
        humans = np.where(rng.random((4, 200)) < 0.8, truth, 1 - truth)
        sampling = sampled(200, seats=SEATS, target=Target.RATERS)
        covered.append(wanted in against_held_out(model, Panel(humans, "AB"), sampling).first.interval)
    assert np.mean(covered) >= 0.92
