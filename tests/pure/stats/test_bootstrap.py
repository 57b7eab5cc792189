import numpy as np
import pytest
from scipy import stats

from analysis.stats import formulas
from analysis.stats.agreement import cohen_kappa, pairwise_kappa
from analysis.stats.bootstrap import (
    bootstrap_kappa,
    bootstrap_tables,
    paired_difference,
    resample,
    tables_by_cluster,
)
from analysis.stats.bootstrap_matrix import bootstrap_pairwise_kappa
from analysis.stats.labels import MISSING, as_clusters, contingency_table
from analysis.stats.resampling import Correction, cluster_weights, limits, spread
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, random_labels

CLUSTERS = np.arange(200) // 10


def noisy(rng, truth, accuracy):
    return np.where(rng.random(truth.shape) < accuracy, truth, 1 - truth)


def test_bootstrap_kappa_has_the_value_of_cohen_kappa():
    a, b = random_labels(1, raters=2, items=200, categories=3)
    result = bootstrap_kappa(a, b, categories=CATEGORIES, clusters=CLUSTERS, seed=4)
    assert result.value == cohen_kappa(a, b, categories=CATEGORIES).kappa
    assert result.interval.low < result.value < result.interval.high
    assert (result.n_clusters, result.n_resamples, result.seed, result.undefined) == (20, 1000, 4, None)


def test_bootstrap_with_the_same_seed_is_the_same_and_with_another_differs():
    a, b = random_labels(2, raters=2, items=200, categories=2)
    one, again, other = (bootstrap_kappa(a, b, categories="AB", clusters=CLUSTERS, seed=s) for s in (5, 5, 6))
    assert one == again
    assert one.interval != other.interval


def test_bootstrap_does_not_depend_on_the_order_of_items():
    labels, order = random_labels(3, raters=2, items=200, categories=2), np.random.default_rng(0).permutation(200)
    one = bootstrap_kappa(*labels, categories="AB", clusters=CLUSTERS, seed=5)
    assert one == bootstrap_kappa(*labels[:, order], categories="AB", clusters=CLUSTERS[order], seed=5)


def test_bootstrap_draws_whole_clusters():
    a, b = random_labels(4, raters=2, items=30, categories=2, missing=0)
    clusters = np.repeat([0, 1, 2], 10)
    tables = tables_by_cluster(a, b, categories="AB", clusters=clusters)
    drawn = resample(tables, formulas.kappa_of_tables, seed=8, n_resamples=50)
    for value, weights in zip(drawn, cluster_weights(3, n_resamples=50, seed=8).astype(int), strict=True):
        items = np.concatenate([np.flatnonzero(clusters == c) for c in range(3) for _ in range(weights[c])])
        assert value == pytest.approx(cohen_kappa(a[items], b[items], categories="AB").kappa, abs=1e-12)


def test_tables_by_cluster_add_up_to_the_table_of_all_items():
    a, b = random_labels(5, raters=2, items=200, categories=3)
    tables = tables_by_cluster(a, b, categories=CATEGORIES, clusters=CLUSTERS)
    assert (tables.sum(axis=0) == contingency_table(a, b, categories=CATEGORIES)).all()


@pytest.mark.parametrize(("method", "lowest"), [("percentile", 0.88), ("bca", 0.89)])
def test_cluster_bootstrap_covers_the_truth_where_the_analytic_interval_does_not(method, lowest):
    """Personas differ in difficulty, so items of one persona hang together."""
    rng, covered, analytic = np.random.default_rng(6), [], []
    target = big_clustered_kappa(rng)
    for seed in range(300):
        a, b, clusters = clustered_study(rng, personas=30)
        result = bootstrap_kappa(a, b, categories="AB", clusters=clusters, seed=seed, n_resamples=400, method=method)
        covered.append(target in result.interval)
        analytic.append(target in cohen_kappa(a, b, categories="AB").interval)
    assert lowest < np.mean(covered) < 0.99
    assert np.mean(analytic) < np.mean(covered)


def clustered_study(rng, personas):
    accuracy = np.repeat(np.where(rng.random(personas) < 0.5, 0.98, 0.6), 20)
    truth = rng.integers(0, 2, personas * 20)
    return noisy(rng, truth, accuracy), truth, np.arange(personas * 20) // 20


def big_clustered_kappa(rng):
    a, b, _ = clustered_study(rng, personas=20_000)
    return cohen_kappa(a, b, categories="AB").kappa


def test_bca_limits_equal_scipy():
    tables = np.random.default_rng(7).poisson(4, size=(25, 2, 2)).astype(float)
    drawn = resample(tables, formulas.kappa_of_tables, seed=9)
    estimate, without = formulas.kappa_of_tables(tables.sum(axis=0)), tables.sum(axis=0) - tables
    low, high, _ = limits(
        drawn.copy(), confidence=0.9, correction=Correction(estimate, formulas.kappa_of_tables(without))
    )
    index = np.arange(25)
    wanted = stats.bootstrap(
        (index,),
        lambda i, axis=-1: formulas.kappa_of_tables(tables[i.astype(int)].sum(axis=-3)),
        n_resamples=0,
        confidence_level=0.9,
        method="BCa",
        bootstrap_result=stats._resampling.BootstrapResult(None, drawn, None),
    ).confidence_interval
    assert [low, high] == pytest.approx([wanted.low, wanted.high], abs=1e-12)


def test_percentile_limits_equal_numpy_and_drop_the_undefined():
    drawn = np.random.default_rng(8).normal(size=(3, 501))
    drawn[1, :100] = np.nan
    drawn[2, :300] = np.nan
    low, high, undefined = limits(drawn.copy(), confidence=0.95)
    wanted = np.nanquantile(drawn[:2], [0.025, 0.975], axis=1)
    assert np.allclose([low[:2], high[:2]], wanted, rtol=0, atol=1e-12)
    assert np.isnan([low[2], high[2]]).all()
    assert undefined == pytest.approx([0, 100 / 501, 300 / 501])
    assert spread(drawn) == pytest.approx(np.nanstd(drawn, axis=1, ddof=1))


def test_bootstrap_of_one_cluster_has_a_value_but_no_interval():
    result = bootstrap_kappa([0, 1, 1], [0, 1, 0], categories="AB", clusters=[3, 3, 3], seed=1)
    assert result.value == pytest.approx(0.4)
    assert result.interval.undefined is Undefined.TOO_FEW_CLUSTERS


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [([0, 0], [0, 0], Undefined.ONE_CATEGORY), ([0, -1], [-1, 0], Undefined.NO_OVERLAP)],
)
def test_bootstrap_of_an_undefined_kappa_says_why(a, b, reason):
    result = bootstrap_kappa(a, b, categories="AB", clusters=[0, 1], seed=1)
    assert (result.undefined, result.interval.undefined) == (reason, reason)


def test_bootstrap_with_mostly_undefined_resamples_has_no_interval():
    labels = np.zeros(40, dtype=int)
    labels[:2] = 1
    result = bootstrap_kappa(labels, labels, categories="AB", clusters=np.arange(40) // 2 % 2, seed=1)
    assert result.undefined_share == pytest.approx(0.25, abs=0.05)
    never = bootstrap_tables(np.array([[[1.0, 0], [0, 1]]] * 8), undefined_unless_untouched, seed=2)
    assert never.interval.undefined is Undefined.RESAMPLES_UNDEFINED
    assert never.undefined is None


def undefined_unless_untouched(tables):
    """Defined for the study itself (one table in the stack) and for no resample (many)."""
    return np.full(len(tables), 0.5 if len(tables) == 1 else np.nan)


def test_bootstrap_of_another_statistic():
    a, b = random_labels(9, raters=2, items=200, categories=2)
    how = {"categories": "AB", "clusters": CLUSTERS, "seed": 3}
    agreement = bootstrap_kappa(a, b, statistic=formulas.agreement_of_tables, **how)
    assert agreement.value == cohen_kappa(a, b, categories="AB").observed
    assert bootstrap_kappa(a, b, statistic=formulas.ac1_of_tables, **how).value > 0


def test_paired_difference_is_that_of_the_two_kappas():
    rng = np.random.default_rng(10)
    truth = rng.integers(0, 2, 200)
    good, poor = noisy(rng, truth, 0.9), noisy(rng, truth, 0.7)
    result = paired_difference(good, poor, truth, categories="AB", clusters=CLUSTERS, seed=2)
    assert result.difference.value == pytest.approx(result.first.value - result.second.value, abs=1e-12)
    assert result.first.value == cohen_kappa(good, truth, categories="AB").kappa
    assert result.difference.interval.low > 0
    assert result.p_value < 0.05


def test_paired_difference_of_swapped_annotators_is_the_negative():
    labels = random_labels(11, raters=3, items=200, categories=2)
    how = {"categories": "AB", "clusters": CLUSTERS, "seed": 2}
    forth = paired_difference(labels[0], labels[1], labels[2], **how)
    back = paired_difference(labels[1], labels[0], labels[2], **how)
    assert forth.difference.interval.low == pytest.approx(-back.difference.interval.high)
    assert forth.p_value == back.p_value


def test_paired_difference_is_narrower_than_two_intervals_when_errors_are_shared():
    rng = np.random.default_rng(12)
    truth = rng.integers(0, 2, 200)
    first = noisy(rng, truth, 0.8)
    second = np.where(rng.random(200) < 0.95, first, 1 - first)
    result = paired_difference(first, second, truth, categories="AB", clusters=CLUSTERS, seed=2)
    apart = np.hypot(result.first.error, result.second.error)
    assert result.difference.error < 0.6 * apart


def test_paired_difference_counts_only_items_all_three_labelled():
    first, second, reference = [0, 1, MISSING, 1], [0, 1, 1, MISSING], [0, 1, 1, 1]
    result = paired_difference(first, second, reference, categories="AB", clusters=[0, 1, 2, 3], seed=1)
    assert (result.first.n, result.second.n, result.difference.n) == (2, 2, 2)


@pytest.mark.parametrize("method", ["percentile", "bca"])
@pytest.mark.parametrize("k", [2, 3])
def test_matrix_of_intervals_equals_the_bootstrap_of_each_pair(k, method):
    labels = random_labels(13, raters=6, items=200, categories=k, missing=0.3)
    labels[4] = MISSING
    labels[5] = 1
    how = {"categories": CATEGORIES[:k], "clusters": CLUSTERS, "seed": 5, "n_resamples": 200, "method": method}
    result = bootstrap_pairwise_kappa(labels, **how)
    for row in range(6):
        for column in range(row + 1, 6):
            pair = bootstrap_kappa(labels[row], labels[column], **how)
            found = [result.low[row, column], result.high[row, column]]
            assert found == pytest.approx([pair.interval.low, pair.interval.high], abs=1e-12, nan_ok=True)
            assert result.reason(row, column) == pair.interval.undefined
    assert np.array_equal(result.low, result.low.T, equal_nan=True)
    assert np.isnan(np.diag(result.low)).all()


def test_matrix_of_intervals_in_blocks_is_the_same(monkeypatch):
    labels = random_labels(14, raters=9, items=100, categories=2)
    how = {"categories": "AB", "clusters": np.arange(100) // 5, "seed": 5, "n_resamples": 100}
    whole = bootstrap_pairwise_kappa(labels, **how)
    monkeypatch.setattr("analysis.stats.bootstrap_matrix.PAIRS_AT_ONCE", 4)
    monkeypatch.setattr("analysis.stats.bootstrap_matrix.NUMBERS_AT_ONCE", 20 * 4 * 9 * 2)
    parts = bootstrap_pairwise_kappa(labels, **how)
    assert np.array_equal(whole.low, parts.low, equal_nan=True)
    assert np.array_equal(whole.high, parts.high, equal_nan=True)
    assert np.array_equal(whole.matrix.kappa, pairwise_kappa(labels, categories="AB").kappa)


def test_matrix_of_intervals_with_one_cluster_says_why():
    result = bootstrap_pairwise_kappa([[0, 1, 1], [0, 1, 0]], categories="AB", clusters=[0, 0, 0], seed=1)
    assert np.isnan(result.low).all()
    assert result.reason(0, 1) is Undefined.TOO_FEW_CLUSTERS


@pytest.mark.parametrize("values", [[7, 7, 3], [0, 1, 2, 1], [5, 0, 5], [10**9, 4, 10**9], [-3, 2, 2], [0]])
def test_clusters_are_numbered_in_the_order_of_their_values(values):
    known, expected = np.unique(values, return_inverse=True)
    positions, count = as_clusters(values, len(values))
    assert (positions.tolist(), count) == (expected.tolist(), len(known))
