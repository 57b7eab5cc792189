import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from analysis.stats import many_raters
from analysis.stats.agreement import cohen_kappa
from analysis.stats.krippendorff import krippendorff_alpha
from analysis.stats.labels import MISSING, category_counts
from analysis.stats.undefined import Undefined
from tests.pure.stats.strategies import CATEGORIES, label_matrices, random_labels

COEFFICIENTS = [many_raters.fleiss_kappa, many_raters.gwet_ac1, many_raters.brennan_prediger, many_raters.conger_kappa]


@pytest.mark.parametrize("seed", range(40))
def test_fleiss_kappa_equals_statsmodels(seed):
    labels = random_labels(seed, raters=2 + seed % 4, items=30, categories=3, missing=0)
    counts = category_counts(labels, categories=CATEGORIES)
    found = many_raters.fleiss_kappa(labels, categories=CATEGORIES).value
    assert found == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-12)
    free = many_raters.brennan_prediger(labels, categories=CATEGORIES).value
    assert free == pytest.approx(inter_rater.fleiss_kappa(counts, method="randolph"), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("seed", range(25))
def test_krippendorff_alpha_equals_the_package_of_its_name(seed, level):
    labels = random_labels(seed, raters=4, items=30, categories=4, missing=0.3)
    values = np.array([1.0, 2.0, 3.5, 7.0])
    found = krippendorff_alpha(labels, categories="ABCD", level=level, values=values).alpha
    numbers = np.where(labels == MISSING, np.nan, values[labels])
    wanted = krippendorff.alpha(numbers, level_of_measurement=level, value_domain=values)
    assert found == pytest.approx(wanted, abs=1e-12)


def test_krippendorff_alpha_takes_positions_as_values_by_default():
    labels = random_labels(1, raters=3, items=20, categories=3)
    by_position = krippendorff_alpha(labels, categories=CATEGORIES, level="interval").alpha
    assert by_position == krippendorff_alpha(labels, categories=CATEGORIES, level="interval", values=[0, 1, 2]).alpha


def test_krippendorff_alpha_of_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="level must be"):
        krippendorff_alpha([[0, 1], [1, 0]], categories="AB", level="circular")


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_coefficient_of_unequal_numbers_of_raters_is_defined(coefficient):
    labels = random_labels(8, raters=4, items=40, categories=2, missing=0.3)
    result = coefficient(labels, categories="AB")
    assert result.undefined is None
    assert -1 <= result.value < 1
    assert result.n == ((labels != MISSING).sum(axis=0) >= 2).sum()


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_coefficient_without_a_pair_of_raters_is_undefined(coefficient):
    result = coefficient([[0, MISSING], [MISSING, 1]], categories="AB")
    assert (np.isnan(result.value), result.undefined) == (True, Undefined.TOO_FEW_RATERS)


@pytest.mark.parametrize("coefficient", [many_raters.fleiss_kappa, many_raters.conger_kappa])
def test_coefficient_of_one_category_is_undefined(coefficient):
    result = coefficient(np.ones((3, 5), dtype=int), categories=CATEGORIES)
    assert (np.isnan(result.value), result.undefined, result.observed) == (True, Undefined.ONE_CATEGORY, 1.0)


def test_ac1_of_one_category_is_one():
    result = many_raters.gwet_ac1(np.ones((3, 5), dtype=int), categories=CATEGORIES)
    assert (result.value, result.interval.undefined) == (1.0, Undefined.NO_VARIATION)


def test_alpha_of_one_category_or_no_pair_is_undefined():
    assert krippendorff_alpha([[1, 1], [1, 1]], categories="AB").undefined is Undefined.ONE_CATEGORY
    assert krippendorff_alpha([[1, -1], [-1, 1]], categories="AB").undefined is Undefined.TOO_FEW_RATERS


def test_fleiss_test_of_unequal_numbers_is_undefined():
    result = many_raters.fleiss_test([[0, 1, 1], [0, 1, -1], [1, 1, 0]], categories="AB")
    assert (np.isnan(result.z), result.undefined) == (True, Undefined.UNEQUAL_RATERS)


def test_fleiss_test_leaves_an_unused_category_out():
    labels = random_labels(3, raters=4, items=30, categories=2, missing=0)
    kappas = many_raters.fleiss_test(labels, categories=CATEGORIES).category_kappa
    assert np.isnan(kappas).tolist() == [False, False, True]
    assert kappas[0] == pytest.approx(kappas[1])


def test_light_kappa_is_the_mean_over_the_pairs_that_have_one():
    labels = random_labels(5, raters=4, items=25, categories=3)
    labels[3] = MISSING
    result = many_raters.light_kappa(labels, categories=CATEGORIES)
    pairs = [cohen_kappa(labels[i], labels[j], categories=CATEGORIES).kappa for i, j in [(0, 1), (0, 2), (1, 2)]]
    assert result.value == pytest.approx(np.mean(pairs))
    assert (result.n_pairs, result.n_undefined) == (6, 3)


def test_light_kappa_without_a_pair_is_undefined():
    assert many_raters.light_kappa([[0, 1]], categories="AB").undefined is Undefined.TOO_FEW_RATERS
    assert many_raters.light_kappa([[0, 0], [0, 0]], categories="AB").undefined is Undefined.ONE_CATEGORY


def test_conger_kappa_of_two_complete_raters_is_cohen_kappa():
    labels = random_labels(6, raters=2, items=50, categories=3, missing=0)
    conger = many_raters.conger_kappa(labels, categories=CATEGORIES).value
    assert conger == pytest.approx(cohen_kappa(*labels, categories=CATEGORIES).kappa, abs=1e-12)


@given(label_matrices(n_raters=4), st.permutations(range(4)), st.permutations(range(3)))
def test_coefficients_do_not_depend_on_the_order_of_raters_or_the_names_of_categories(labels, raters, names):
    changed = np.array([*names, MISSING])[labels][list(raters)]
    for coefficient in COEFFICIENTS:
        before, after = coefficient(labels, categories=CATEGORIES), coefficient(changed, categories=CATEGORIES)
        assert before.value == pytest.approx(after.value, abs=1e-12, nan_ok=True)
        assert before.undefined == after.undefined
    alphas = [krippendorff_alpha(x, categories=CATEGORIES).alpha for x in (labels, changed)]
    assert alphas[0] == pytest.approx(alphas[1], abs=1e-12, nan_ok=True)


@given(label_matrices(n_raters=3))
def test_coefficients_ignore_items_nobody_labelled_and_are_the_same_for_a_doubled_study(labels):
    padded = np.pad(labels, ((0, 0), (0, 2)), constant_values=MISSING)
    for coefficient in COEFFICIENTS:
        before = coefficient(labels, categories=CATEGORIES).value
        for changed in (padded, np.tile(labels, 2)):
            assert before == pytest.approx(coefficient(changed, categories=CATEGORIES).value, abs=1e-12, nan_ok=True)


def test_ratings_where_counts_are_expected_are_refused():
    with pytest.raises(ValueError, match="counts must be whole numbers"):
        many_raters.fleiss_kappa_of_counts([[0.5, 0.5]])
