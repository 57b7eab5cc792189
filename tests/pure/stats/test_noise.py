from itertools import product

import numpy as np
import pytest

from analysis.stats.agreement import cohen_kappa, cohen_kappa_of_table, cross_tables, pairwise_tables
from analysis.stats.counting import tables_by_cluster
from analysis.stats.noise import histogram, kappa_distribution, noise_histogram
from tests.pure.stats.strategies import CATEGORIES, random_labels

EDGES = np.linspace(-1, 1, 11)


def test_kappa_distribution_of_three_items_equals_all_ways_to_answer():
    shares, cells = np.array([[0.5, 0.2], [0.1, 0.2]]), [(0, 0), (0, 1), (1, 0), (1, 1)]
    expected, undefined = {}, 0.0
    for items in product(cells, repeat=3):
        kappa = cohen_kappa(*zip(*items, strict=True), categories="AB").kappa
        probability = np.prod([shares[cell] for cell in items])
        if np.isnan(kappa):
            undefined += probability
        else:
            expected[round(kappa, 12)] = expected.get(round(kappa, 12), 0) + probability
    found = kappa_distribution(shares, 3)
    assert dict(zip(found.values, found.probabilities, strict=True)) == pytest.approx(expected)
    assert found.undefined == pytest.approx(undefined)
    assert found.exact


@pytest.mark.parametrize(("share", "undefined"), [(0.80, 0.01), (0.90, 0.12), (0.96, 0.44)])
def test_two_raters_of_ten_items_who_like_the_same_side_are_often_undefined(share, undefined):
    own = [share, 1 - share]
    assert kappa_distribution(np.outer(own, own), 10).undefined == pytest.approx(undefined, abs=0.01)


def test_spread_of_kappa_of_ten_items_is_the_one_of_the_notes():
    """True agreement .85, even categories: mean deviation .24, five to ninety-five per cent .21 to 1."""
    ten = kappa_distribution([[0.425, 0.075], [0.075, 0.425]], 10)
    assert ten.deviation == pytest.approx(0.24, abs=0.01)
    assert ten.quantile(0.05) == pytest.approx(0.21, abs=0.03)
    assert ten.quantile(0.95) == 1


def test_kappa_distribution_agrees_with_drawing():
    shares = np.array([[0.4, 0.1], [0.2, 0.3]])
    exact = kappa_distribution(shares, 25)
    drawn = np.random.default_rng(1).multinomial(25, shares.ravel(), 20_000).reshape(-1, 2, 2)
    kappas = np.array([cohen_kappa_of_table(table).kappa for table in drawn[:4000]])
    assert exact.mean == pytest.approx(np.nanmean(kappas), abs=0.01)
    assert exact.deviation == pytest.approx(np.nanstd(kappas), abs=0.01)
    assert exact.probabilities.sum() + exact.undefined == pytest.approx(1, abs=1e-9)


def test_kappa_distribution_of_many_items_is_drawn_and_says_so():
    large, again = (kappa_distribution([[4, 1], [1, 4]], 300, seed=3) for _ in range(2))
    assert not large.exact
    assert large.mean == again.mean == pytest.approx(0.6, abs=0.01)


def test_kappa_distribution_of_one_cell_is_all_undefined():
    certain = kappa_distribution([[1, 0], [0, 0]], 5)
    assert certain.undefined == 1
    assert np.isnan([certain.mean, certain.deviation, certain.quantile(0.5)]).all()


@pytest.mark.parametrize(
    ("shares", "n"), [([[0, 0], [0, 0]], 3), ([[1, -1], [1, 1]], 3), ([[1, 2]], 3), (np.eye(2), -1)]
)
def test_kappa_distribution_of_no_table_is_refused(shares, n):
    with pytest.raises(ValueError, match="must be"):
        kappa_distribution(shares, n)


def test_noise_histogram_foretells_a_study_whose_personas_do_not_differ():
    rng, counts = np.random.default_rng(4), np.zeros(10)
    for _ in range(200):
        truth = rng.integers(0, 2, 200)
        a, b = (np.where(rng.random(200) < 0.9, truth, 1 - truth) for _ in range(2))
        tables = tables_by_cluster(a, b, categories="AB", clusters=np.arange(200) // 10)
        counts += histogram([cohen_kappa_of_table(t.astype(int)).kappa for t in tables], edges=EDGES)
    truth_table = np.tile([[41, 9], [9, 41]], (20, 1, 1)) / 10
    noise = noise_histogram(truth_table, edges=EDGES)
    assert counts / 200 == pytest.approx(noise.expected, abs=0.5)


def test_noise_histogram_counts_every_cluster_once():
    tables = np.random.default_rng(5).integers(0, 5, (12, 2, 2))
    noise = noise_histogram(tables, edges=EDGES)
    assert noise.expected.sum() + noise.expected_undefined == pytest.approx(12)
    assert (noise.deviation >= 0).all()


def test_noise_histogram_of_nothing_is_all_undefined():
    noise = noise_histogram(np.zeros((4, 2, 2)), edges=EDGES)
    assert (noise.expected.sum(), noise.expected_undefined) == (0, 4)


def test_histogram_puts_a_value_on_an_edge_above_it_and_the_last_inside():
    assert histogram([-1.0, 0.2, 1.0, np.nan], edges=EDGES).tolist() == [1, 0, 0, 0, 0, 0, 1, 0, 0, 1]


def test_cross_tables_are_a_block_of_all_tables():
    labels = random_labels(7, raters=5, items=30, categories=3)
    whole = pairwise_tables(labels, categories=CATEGORIES)
    assert (cross_tables(labels[:2], labels[2:], categories=CATEGORIES) == whole[:2, 2:]).all()


def test_drawn_histogram_is_that_of_all_tables(monkeypatch):
    """Where there are too many tables whole histograms are drawn; on a small case both ways must agree."""
    tables = np.tile([[5, 2], [1, 4]], (60, 1, 1))
    edges = np.linspace(-1, 1, 11)
    exact = noise_histogram(tables, edges=edges)
    monkeypatch.setattr("analysis.stats.noise.MOST_TABLES", 0)
    drawn = noise_histogram(tables, edges=edges, seed=5)
    assert (exact.exact, drawn.exact) == (True, False)
    assert np.allclose(drawn.expected, exact.expected, atol=0.35)
    assert np.allclose(drawn.deviation, exact.deviation, atol=0.2)
    assert abs(drawn.kappa_deviation - exact.kappa_deviation) < 0.01
    assert abs(drawn.expected.sum() + drawn.expected_undefined - 60) < 1e-9


def test_large_clusters_are_drawn_by_the_seed():
    tables = np.tile([[50, 20], [10, 120]], (300, 1, 1)) + np.arange(300)[:, None, None] % 7
    first, again = (noise_histogram(tables, edges=[-1, 0, 0.5, 1], seed=2) for _ in range(2))
    assert not first.exact
    assert np.array_equal(first.expected, again.expected)
    assert first.expected.sum() == 300
