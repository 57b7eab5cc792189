"""Jackknife intervals: what they are counted from, how often they hold the truth, and where there is none."""

import numpy as np
import pytest
from scipy import stats

from analysis.stats import formulas
from analysis.stats.agreement import cohen_kappa
from analysis.stats.counting import entries_of, tables_by_cluster
from analysis.stats.estimates import AGREEMENT, KAPPA
from analysis.stats.inference import agreement_of_pair, paired_difference, share_interval
from analysis.stats.interval_matrix import pairwise_intervals
from analysis.stats.jackknife import Evidence, Spread, crossed_spreads, replicates_of, spread_of
from analysis.stats.labels import MISSING
from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, random_labels

PERSONAS = np.arange(200) // 10
PROMPTS = np.arange(200) * 7 % 20
CROSSED = Sampling(PERSONAS, PROMPTS)


def noisy(rng, truth, accuracy):
    return np.where(rng.random(truth.size) < accuracy, truth, 1 - truth)


def jackknife_by_hand(a, b, groups, categories):
    """Leave every group out and compute kappa afresh."""
    whole = cohen_kappa(a, b, categories=categories).kappa
    kept = [groups != group for group in np.unique(groups)]
    left = np.array([cohen_kappa(a[k], b[k], categories=categories).kappa for k in kept])
    return (len(left) - 1) / len(left) * ((left - whole) ** 2).sum()


def test_value_is_that_of_cohen_kappa():
    a, b = random_labels(3, raters=2, items=200, categories=3)
    result = agreement_of_pair(a, b, categories=CATEGORIES, sampling=CROSSED)
    kappa = cohen_kappa(a, b, categories=CATEGORIES)
    assert (result.value, result.n, result.entries) == (kappa.kappa, kappa.n, kappa.n)


def test_variance_by_sums_equals_leaving_each_cluster_out():
    a, b = random_labels(1, raters=2, items=200, categories=3)
    result = agreement_of_pair(a, b, categories=CATEGORIES, sampling=CROSSED)
    both = (a != MISSING) & (b != MISSING)
    parts = [jackknife_by_hand(a[both], b[both], groups[both], CATEGORIES) for groups in (PERSONAS, PROMPTS)]
    items = jackknife_by_hand(a[both], b[both], np.flatnonzero(both), CATEGORIES)
    assert result.error**2 == pytest.approx(max(sum(parts) - items, items), abs=1e-12)
    alone = agreement_of_pair(a, b, categories=CATEGORIES, sampling=Sampling(PERSONAS, PROMPTS, target=Target.PERSONAS))
    assert alone.error**2 == pytest.approx(parts[0], abs=1e-12)
    assert alone.degrees == 19


def test_limits_are_those_of_student_on_fisher_z():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, 200)
    a, b = noisy(rng, truth, 0.9), np.where(PERSONAS < 5, 1 - truth, truth)
    result = agreement_of_pair(a, b, categories="AB", sampling=CROSSED)
    assert result.degrees == 19
    margin = stats.t.ppf(0.975, 19) * result.error / (1 - result.value**2)
    wanted = np.tanh(np.arctanh(result.value) + np.array([-margin, margin]))
    assert [result.interval.low, result.interval.high] == pytest.approx(list(wanted), abs=1e-12)


def test_order_of_items_and_numbers_of_clusters_do_not_matter():
    labels = random_labels(4, raters=2, items=200, categories=2)
    order = np.random.default_rng(1).permutation(200)
    one = agreement_of_pair(*labels, categories="AB", sampling=CROSSED)
    renamed = Sampling(1000 - PERSONAS[order], PROMPTS[order] * 3 + 11)
    other = agreement_of_pair(*labels[:, order], categories="AB", sampling=renamed)
    numbers = [(e.value, e.error, e.interval.low, e.interval.high, e.degrees) for e in (one, other)]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-12)


def test_prompts_that_each_belong_to_one_question_add_nothing():
    a, b = random_labels(5, raters=2, items=200, categories=2)
    own = agreement_of_pair(a, b, categories="AB", sampling=Sampling(PERSONAS, np.arange(200)))
    personas = agreement_of_pair(a, b, categories="AB", sampling=Sampling(PERSONAS, PROMPTS, target=Target.PERSONAS))
    items = jackknife_by_hand(*(x[(a >= 0) & (b >= 0)] for x in (a, b, np.arange(200))), "AB")
    assert own.error**2 == pytest.approx(max(personas.error**2, items), abs=1e-12)


def test_tables_by_cluster_add_up_to_the_table_of_all_items():
    a, b = random_labels(6, raters=2, items=200, categories=3)
    tables = tables_by_cluster(a, b, categories=CATEGORIES, clusters=PERSONAS)
    assert (tables.sum(axis=0) == entries_of(a, b, n_categories=3).total()).all()


def test_every_cell_of_a_matrix_equals_the_pair():
    labels = random_labels(7, raters=6, items=200, categories=3)
    labels[4], labels[5] = labels[3], 0
    for sampling in (CROSSED, Sampling(PERSONAS, PROMPTS, target=Target.PERSONAS)):
        result = pairwise_intervals(labels, categories=CATEGORIES, sampling=sampling)
        for row, column in zip(*np.triu_indices(6, 1), strict=True):
            pair = agreement_of_pair(labels[row], labels[column], categories=CATEGORIES, sampling=sampling)
            cell = (result.low[row, column], result.high[row, column])
            assert result.reason(row, column) is pair.interval.undefined
            assert cell == pytest.approx((pair.interval.low, pair.interval.high), abs=1e-12, nan_ok=True)


def test_matrix_in_blocks_is_the_same(monkeypatch):
    labels = random_labels(8, raters=9, items=200, categories=2)
    whole = pairwise_intervals(labels, categories="AB", sampling=CROSSED)
    monkeypatch.setattr("analysis.stats.interval_matrix.PAIRS_AT_ONCE", 4)
    monkeypatch.setattr("analysis.stats.interval_matrix.NUMBERS_AT_ONCE", 20 * 4 * 9 * 2)
    parts = pairwise_intervals(labels, categories="AB", sampling=CROSSED)
    assert np.array_equal(whole.low, parts.low, equal_nan=True)


def test_matrix_for_new_raters_says_that_no_votes_are_involved():
    sampling = Sampling(PERSONAS, PROMPTS, target=Target.RATERS)
    result = pairwise_intervals(random_labels(9, raters=2, items=200, categories=2), categories="AB", sampling=sampling)
    assert result.reason(0, 1) is Undefined.NO_VOTES


def test_many_studies_at_once_have_the_spread_of_each():
    rng = np.random.default_rng(10)
    truth = rng.integers(0, 2, (3, 200))
    pairs = [(noisy(rng, one, 0.8), one) for one in truth]
    entries = entries_of(np.concatenate([a for a, _ in pairs]), np.concatenate(truth), n_categories=2)
    study = np.repeat(np.arange(3), 200)
    sums = [entries.by_group(study * 20 + np.tile(g, 3), 60).reshape(3, 20, 2, 2) for g in (PERSONAS, PROMPTS)]
    variance, degrees = crossed_spreads(*sums, entries.by_item_in(study, 3), formulas.kappa_of_tables)
    for place, pair in enumerate(pairs):
        evidence = Evidence(entries_of(*pair, n_categories=2))
        one = spread_of(replicates_of(evidence, CROSSED), formulas.kappa_of_tables)
        assert (variance[place], degrees[place]) == pytest.approx((one.variance, one.degrees), abs=1e-12)


# --- No certainty out of nothing ---
def test_perfect_agreement_carries_the_limit_of_raw_agreement_over():
    labels = np.tile([0, 1], 100)
    result = agreement_of_pair(labels, labels, categories="AB", sampling=CROSSED)
    share = share_interval(1.0, Spread(0.0, 19, 0.0), 200, confidence=0.95)
    assert result.value == result.interval.high == 1
    assert result.interval.low == pytest.approx(2 * share.low - 1)
    assert 0.9 < result.interval.low < 0.98


def test_complete_disagreement_has_a_limit_too():
    labels = np.tile([0, 1], 100)
    result = agreement_of_pair(labels, 1 - labels, categories="AB", sampling=CROSSED)
    assert result.value == result.interval.low == -1
    assert -1 < result.interval.high < -0.9


def test_two_hundred_of_two_hundred_is_no_certainty():
    labels = np.zeros(200, dtype=int)
    result = agreement_of_pair(labels, labels, categories="AB", sampling=CROSSED, statistic=AGREEMENT)
    assert result.interval.high == 1
    assert result.interval.low == pytest.approx(200 / (200 + stats.t.ppf(0.975, 19) ** 2))


def test_interval_does_not_widen_when_an_error_is_taken_away():
    """One error of 200 must not look more certain than none."""
    labels = np.tile([0, 1], 100)
    lows = []
    for errors in (0, 1, 2, 4):
        other = labels.copy()
        other[:: 200 // errors if errors else 1000][:errors] ^= 1 if errors else 0
        lows.append(agreement_of_pair(labels, other, categories="AB", sampling=CROSSED).interval.low)
    assert lows == sorted(lows, reverse=True)


def test_share_interval_is_that_of_wilson_where_items_are_independent():
    share = 170 / 200
    interval = share_interval(share, Spread(share * (1 - share) / 200, 1e9, 0.0), 200, confidence=0.95)
    wanted = stats.binomtest(170, 200).proportion_ci(0.95, method="wilson")
    assert (interval.low, interval.high) == pytest.approx((wanted.low, wanted.high), abs=1e-8)


def test_kappa_that_hangs_on_one_persona_has_no_interval():
    """The case of the review: resamples without the persona were dropped, and kappa .664 came with [.660, .664]."""
    a = np.where(PERSONAS == 3, np.arange(200) % 2, 0)
    b = np.where((PERSONAS == 3) & (np.arange(200) % 10 == 1), 0, a)
    result = agreement_of_pair(a, b, categories="AB", sampling=CROSSED)
    assert 0 < result.value < 1
    assert result.interval.undefined is Undefined.REPLICATES_UNDEFINED
    assert result.undefined_share == pytest.approx(1 / 20)


def test_constant_rater_has_no_interval_because_kappa_is_nought_by_algebra():
    b = np.arange(200) % 2
    result = agreement_of_pair(np.zeros(200, dtype=int), b, categories="AB", sampling=CROSSED)
    assert (result.value, result.undefined) == (0, None)
    assert result.interval.undefined is Undefined.CONSTANT_RATER


def test_one_persona_or_one_prompt_has_a_value_but_no_interval():
    for sampling in (Sampling(np.zeros(3), np.arange(3)), Sampling(np.arange(3), np.zeros(3))):
        result = agreement_of_pair([0, 1, 1], [0, 1, 0], categories="AB", sampling=sampling)
        assert result.value == pytest.approx(0.4)
        assert result.interval.undefined is Undefined.TOO_FEW_CLUSTERS


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [([0, 0], [0, 0], Undefined.ONE_CATEGORY), ([0, -1], [-1, 0], Undefined.NO_OVERLAP)],
)
def test_undefined_kappa_says_why(a, b, reason):
    result = agreement_of_pair(a, b, categories="AB", sampling=Sampling(np.arange(2), np.arange(2)))
    assert (result.undefined, result.interval.undefined) == (reason, reason)


# --- Differences ---
def test_paired_difference_is_that_of_the_two_kappas():
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 200)
    good, poor = noisy(rng, truth, 0.9), noisy(rng, truth, 0.7)
    result = paired_difference(good, poor, truth, categories="AB", sampling=CROSSED)
    kappas = [cohen_kappa(one, truth, categories="AB").kappa for one in (good, poor)]
    assert (result.first.value, result.second.value) == pytest.approx(kappas)
    assert result.difference.value == pytest.approx(kappas[0] - kappas[1])
    t = result.difference.value / result.difference.error
    assert result.p_value == pytest.approx(2 * stats.t.sf(t, result.difference.degrees))


def test_first_of_a_difference_is_estimated_as_if_alone():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 200)
    good, poor = noisy(rng, truth, 0.9), noisy(rng, truth, 0.7)
    pair = paired_difference(good, poor, truth, categories="AB", sampling=CROSSED)
    alone = agreement_of_pair(good, truth, categories="AB", sampling=CROSSED)
    assert pair.first.interval.low == pytest.approx(alone.interval.low, abs=1e-12)


def test_paired_difference_of_swapped_annotators_is_the_negative():
    labels = random_labels(6, raters=3, items=200, categories=2)
    forth = paired_difference(*labels, categories="AB", sampling=CROSSED).difference
    back = paired_difference(labels[1], labels[0], labels[2], categories="AB", sampling=CROSSED).difference
    assert (forth.value, forth.interval.low) == pytest.approx((-back.value, -back.interval.high), abs=1e-12)


def test_annotators_who_choose_alike_have_no_interval_of_their_difference():
    labels = random_labels(7, raters=2, items=200, categories=2)
    result = paired_difference(labels[0], labels[0], labels[1], categories="AB", sampling=CROSSED).difference
    assert (result.value, result.interval.undefined) == (0, Undefined.NO_VARIATION)


def test_paired_difference_counts_only_items_all_three_labelled():
    first, second, reference = [0, 1, -1, 1], [0, 0, 1, -1], [0, 1, 1, 1]
    sampling = Sampling(np.arange(4), np.arange(4))
    result = paired_difference(first, second, reference, categories="AB", sampling=sampling)
    assert result.first.n == result.second.n == result.difference.n == 2


# --- Raters ---
def test_estimate_of_a_pair_does_not_depend_on_raters():
    labels = random_labels(8, raters=2, items=200, categories=2)
    sampling = Sampling(PERSONAS, PROMPTS, seats=np.arange(80).reshape(4, 20), target=Target.RATERS)
    result = agreement_of_pair(*labels, categories="AB", sampling=sampling)
    assert result.interval.undefined is Undefined.NO_VOTES


def test_kappa_statistic_is_on_the_scale_of_fisher():
    assert KAPPA.scale.value == "fisher"


def test_raters_who_never_agree_have_the_boundary_interval_with_unequal_marginals_too():
    """Fisher's scale blows up next to -1: the interval of this table was [-1, 1]."""
    a = np.array([0] * 97 + [1] * 103)
    sampling = Sampling(np.arange(200) // 10, np.arange(200) % 20)
    result = agreement_of_pair(a, 1 - a, categories="AB", sampling=sampling)
    assert -1 < result.value < -0.99
    assert result.interval.low == pytest.approx(result.value)
    assert result.interval.high < -0.9
    matrix = pairwise_intervals(np.stack([a, 1 - a]), categories="AB", sampling=sampling)
    assert (matrix.low[0, 1], matrix.high[0, 1]) == pytest.approx((result.interval.low, result.interval.high))


def test_difference_of_two_shares_keeps_within_100_points():
    reference = np.ones(40, dtype=int)
    poor = np.zeros(40, dtype=int)
    poor[:3] = 1
    sampling = Sampling(np.arange(40) // 10, np.arange(40) % 10)
    result = paired_difference(reference, poor, reference, categories="AB", sampling=sampling, statistic=AGREEMENT)
    assert result.difference.value == pytest.approx(37 / 40)
    assert result.difference.interval.high == 1.0
