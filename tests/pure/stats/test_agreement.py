import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.stats.agreement import cohen_kappa, cohen_kappa_of_table, cross_kappa, pairwise_kappa, pairwise_tables
from analysis.stats.formulas import ase_of_tables
from analysis.stats.labels import MISSING, InvalidLabels, contingency_table
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, label_matrices, random_labels


def same(left, right):
    return np.allclose(left, right, rtol=0, atol=1e-12, equal_nan=True)


def both(labels):
    return labels[:, (labels != MISSING).all(axis=0)]


def test_cohen_kappa_of_two_raters():
    result = cohen_kappa([0] * 25 + [1] * 25, [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15, categories="AB")
    assert result.kappa == pytest.approx(0.4, abs=1e-12)
    assert (result.n, result.observed, result.expected, result.undefined) == (50, 0.7, 0.5, None)


@pytest.mark.parametrize("seed", range(60))
def test_cohen_kappa_equals_scikit_learn(seed):
    k = 2 + seed % 3
    labels = random_labels(seed, raters=2, items=12 + 5 * seed, categories=k)
    expected = cohen_kappa_score(*both(labels), labels=range(k))
    assert same(cohen_kappa(*labels, categories=CATEGORIES[:k] if k < 4 else "ABCD").kappa, expected)


@pytest.mark.parametrize("seed", range(60))
def test_cohen_kappa_errors_equal_statsmodels(seed):
    labels = random_labels(seed, raters=2, items=40 + seed, categories=3)
    result = cohen_kappa(*labels, categories=CATEGORIES)
    oracle = cohens_kappa(result.table)
    found = [result.kappa, result.ase, result.ase_null, result.maximum, result.z, result.p_value]
    wanted = [
        oracle.kappa,
        oracle.std_kappa,
        oracle.std_kappa0,
        oracle.kappa_max,
        oracle.z_value,
        oracle.pvalue_two_sided,
    ]
    assert same(found, wanted)
    assert same([result.interval.low, result.interval.high], [oracle.kappa_low, min(1.0, oracle.kappa_upp)])


def test_cohen_kappa_without_common_items_is_undefined():
    result = cohen_kappa([0, MISSING], [MISSING, 1], categories="AB")
    assert result.undefined is Undefined.NO_OVERLAP
    assert np.isnan([result.kappa, result.observed, result.expected, result.ase, result.maximum, result.z]).all()
    assert result.interval.undefined is Undefined.NO_OVERLAP


def test_cohen_kappa_with_one_shared_category_is_undefined():
    result = cohen_kappa([1, 1, 1], [1, 1, 1], categories="AB")
    assert result.undefined is Undefined.ONE_CATEGORY
    assert np.isnan(result.kappa)
    assert (result.observed, result.n) == (1.0, 3)


@pytest.mark.parametrize("table", [[[5, 3], [0, 0]], [[0, 7], [0, 0]], [[4, 0, 3], [0, 0, 0], [0, 0, 0]]])
def test_cohen_kappa_with_a_constant_rater_is_zero_and_flagged(table):
    result = cohen_kappa_of_table(table)
    assert result.kappa == 0
    assert result.constant
    assert np.isnan([result.ase, result.ase_null, result.p_value]).all()
    assert result.interval.undefined is Undefined.CONSTANT_RATER


def test_cohen_kappa_at_perfect_agreement_does_not_claim_certainty():
    ten, hundred = (cohen_kappa_of_table([[n, 0], [0, n]]) for n in (5, 50))
    assert ten.kappa == hundred.kappa == 1
    assert ten.interval.method == "exact_agreement"
    assert ten.interval.low == pytest.approx(2 * 0.025**0.1 - 1)
    assert ten.interval.low < hundred.interval.low < 1


def test_interval_of_cohen_kappa_covers_the_truth_at_the_stated_rate():
    rng = np.random.default_rng(5)
    truth = np.array([[0.45, 0.08], [0.07, 0.40]])
    kappa = cohen_kappa_of_table((truth * 100).round().astype(int)).kappa
    tables = rng.multinomial(200, truth.ravel(), size=2000).reshape(-1, 2, 2)
    covered = np.mean([kappa in cohen_kappa_of_table(table).interval for table in tables])
    assert 0.93 < covered < 0.97


@given(label_matrices())
def test_cohen_kappa_does_not_depend_on_who_is_first(labels):
    forth, back = cohen_kappa(*labels, categories=CATEGORIES), cohen_kappa(*labels[::-1], categories=CATEGORIES)
    assert same([forth.kappa, forth.ase, forth.ase_null, forth.n], [back.kappa, back.ase, back.ase_null, back.n])


@given(label_matrices(), st.permutations(range(3)))
def test_cohen_kappa_does_not_depend_on_the_names_of_categories(labels, names):
    renamed = np.array([*names, MISSING])[labels]
    before, after = cohen_kappa(*labels, categories=CATEGORIES), cohen_kappa(*renamed, categories=CATEGORIES)
    assert same([before.kappa, before.ase, before.maximum], [after.kappa, after.ase, after.maximum])


@given(label_matrices(), st.randoms(use_true_random=False))
def test_cohen_kappa_does_not_depend_on_the_order_of_items(labels, random):
    order = random.sample(range(labels.shape[1]), labels.shape[1])
    before, after = cohen_kappa(*labels, categories="ABC"), cohen_kappa(*labels[:, order], categories="ABC")
    assert same(before.kappa, after.kappa)
    assert (before.table == after.table).all()


@given(label_matrices())
def test_cohen_kappa_of_a_doubled_study_is_the_same_with_smaller_error(labels):
    once = cohen_kappa(*labels, categories=CATEGORIES)
    twice = cohen_kappa(*np.tile(labels, 2), categories=CATEGORIES)
    assert same([once.kappa, once.ase / np.sqrt(2)], [twice.kappa, twice.ase])
    assert once.undefined == twice.undefined


@given(label_matrices())
def test_cohen_kappa_ignores_items_nobody_labelled(labels):
    padded = np.pad(labels, ((0, 0), (0, 3)), constant_values=MISSING)
    assert same(cohen_kappa(*labels, categories="ABC").kappa, cohen_kappa(*padded, categories="ABC").kappa)


@given(label_matrices())
def test_cohen_kappa_is_undefined_or_between_its_limits(labels):
    result = cohen_kappa(*labels, categories=CATEGORIES)
    assert np.isnan(result.kappa) == (result.undefined is not None)
    if result.undefined is None:
        assert -1 <= result.kappa <= result.maximum + 1e-12 <= 1 + 2e-12


@pytest.mark.parametrize("k", [2, 3, 4])
def test_pairwise_kappa_equals_cohen_kappa_of_each_pair(k):
    labels = random_labels(k, raters=9, items=60, categories=k, missing=0.4)
    labels[0] = MISSING
    labels[1] = 1
    labels[2, 5:] = MISSING
    matrix = pairwise_kappa(labels, categories="ABCD"[:k])
    for row in range(9):
        for column in range(9):
            pair = cohen_kappa(labels[row], labels[column], categories="ABCD"[:k])
            assert same(matrix.kappa[row, column], pair.kappa)
            assert same(matrix.observed[row, column], pair.observed)
            assert same(matrix.expected[row, column], pair.expected)
            assert (matrix.n[row, column], matrix.reason(row, column)) == (pair.n, pair.undefined)


def test_pairwise_kappa_in_several_blocks_of_items_is_the_same(monkeypatch):
    labels = random_labels(1, raters=7, items=211, categories=3)
    whole = pairwise_kappa(labels, categories=CATEGORIES)
    monkeypatch.setattr("analysis.stats.agreement.ENTRIES_AT_ONCE", 21 * 10)
    parts = pairwise_kappa(labels, categories=CATEGORIES)
    assert (whole.n == parts.n).all()
    assert np.array_equal(whole.kappa, parts.kappa, equal_nan=True)


def test_pairwise_kappa_is_symmetric_to_the_last_bit():
    kappa = pairwise_kappa(random_labels(3, raters=30, items=90, categories=3), categories=CATEGORIES).kappa
    assert np.array_equal(kappa, kappa.T, equal_nan=True)


def test_pairwise_kappa_takes_small_integers():
    labels = random_labels(2, raters=5, items=30, categories=2)
    small = pairwise_kappa(labels.astype(np.int8), categories="AB")
    assert np.array_equal(small.kappa, pairwise_kappa(labels, categories="AB").kappa, equal_nan=True)


def test_cross_kappa_is_the_off_diagonal_block_of_all_pairs():
    labels = random_labels(4, raters=11, items=50, categories=3, missing=0.3)
    block = cross_kappa(labels[:4], labels[4:], categories=CATEGORIES)
    whole = pairwise_kappa(labels, categories=CATEGORIES)
    assert np.array_equal(block.kappa, whole.kappa[:4, 4:], equal_nan=True)
    assert (block.n == whole.n[:4, 4:]).all()


def test_cross_kappa_of_different_items_is_refused():
    with pytest.raises(ValueError, match="same items"):
        cross_kappa([[0, 1]], [[0, 1, 1]], categories="AB")


def test_pairwise_tables_equal_the_table_of_each_pair():
    labels = random_labels(6, raters=5, items=40, categories=3, missing=0.2)
    tables = pairwise_tables(labels, categories=CATEGORIES)
    for row in range(5):
        for column in range(5):
            assert (tables[row, column] == contingency_table(labels[row], labels[column], categories=CATEGORIES)).all()
    assert same(ase_of_tables(tables)[0, 3], cohen_kappa(labels[0], labels[3], categories=CATEGORIES).ase)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([[0, 2]], "neither -1"),
        ([[0, -2]], "label -2"),
        ([[0.0, np.nan]], "must be integers"),
        ([0, 1], "2 dimension"),
    ],
)
def test_labels_that_are_not_positions_are_refused(labels, message):
    with pytest.raises(InvalidLabels, match=message):
        pairwise_kappa(labels, categories="AB")


@pytest.mark.parametrize(("categories", "message"), [(["A"], "at least two"), (["A", "A"], "distinct")])
def test_categories_that_offer_no_choice_are_refused(categories, message):
    with pytest.raises(InvalidLabels, match=message):
        cohen_kappa([0], [0], categories=categories)


def test_two_raters_of_different_length_are_refused():
    with pytest.raises(InvalidLabels, match="3 and 2 entries"):
        cohen_kappa([0, 1, 1], [0, 1], categories="AB")


def test_same_content_shown_on_random_sides_has_content_kappa_one():
    rng = np.random.default_rng(11)
    content = rng.integers(0, 2, 200)
    sides = rng.integers(0, 2, (2, 200))
    shown = content ^ sides
    assert cohen_kappa(shown[0] ^ sides[0], shown[1] ^ sides[1], categories=["revised", "foil"]).kappa == 1
    assert abs(cohen_kappa(*shown, categories=["left", "right"]).kappa) < 0.2


def test_two_independent_raters_agree_by_reference_but_not_by_content():
    rng = np.random.default_rng(12)
    content = (rng.random((2, 100_000)) > [[0.90], [0.96]]).astype(int)
    reference = content ^ rng.integers(0, 2, 100_000)
    assert cohen_kappa(*content, categories=["revised", "baseline"]).kappa == pytest.approx(0, abs=0.01)
    assert cohen_kappa(*reference, categories="AB").kappa == pytest.approx(0.7, abs=0.05)
