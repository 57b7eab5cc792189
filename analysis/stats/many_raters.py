"""Agreement among more than two raters, with any number of labels per item.

Letters: ``n`` items with a label, ``m`` items with two or more, ``r_i`` labels of item i, ``r_ik`` of them category
k, ``pi_k`` the mean over items of ``r_ik / r_i``. All coefficients share ``pa``, the mean over the m items of the
share of rater pairs that agree, and differ in ``pe``.
"""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis.stats.agreement import pairwise_kappa
from analysis.stats.coefficients import Coefficient, undefined_coefficient
from analysis.stats.distributions import student_t_quantile, two_sided_normal
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.labels import MISSING, AnyIntArray, Categories, FloatArray, IntArray, as_labels, category_counts
from analysis.stats.undefined import Undefined


def fleiss_kappa(labels: npt.ArrayLike, *, categories: Categories, confidence: float = 0.95) -> Coefficient:
    """Fleiss' kappa: agreement of exchangeable raters beyond what common marginals would give.

    ``(pa - pe) / (1 - pe)`` with ``pe = sum(pi_k**2)``.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        -1 = missing; items may have unequal numbers of labels, those with one label count for ``pi_k`` only.

    Returns
    -------
    Coefficient
        -1 to 1; ``n`` is the number of items with two or more labels; the interval uses t with n - 1 degrees.

    Notes
    -----
    Undefined: ``too_few_raters`` when no item has two labels, ``one_category`` when only one occurs. For two raters
    this is Scott's pi, not Cohen's kappa.

    Source: Fleiss 1971; unequal numbers and the error after Gwet 2008, 2014.

    Examples
    --------
    >>> result = fleiss_kappa([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]], categories=["yes", "no"])
    >>> round(result.value, 3)
    0.333
    """
    return fleiss_kappa_of_counts(category_counts(labels, categories=categories), confidence=confidence)


def fleiss_kappa_of_counts(counts: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Return :func:`fleiss_kappa` of counts of shape (n_items, n_categories).

    Examples
    --------
    >>> round(fleiss_kappa_of_counts([[3, 0], [2, 1], [1, 2], [0, 3]]).value, 3)
    0.333
    """
    r = _item_counts(counts)
    pi = _mean_shares(r)
    return _coefficient(r, chance=pi, expected=float(pi @ pi), confidence=confidence)


def gwet_ac1(labels: npt.ArrayLike, *, categories: Categories, confidence: float = 0.95) -> Coefficient:
    """Gwet's AC1 of any number of raters: stays meaningful when nearly all labels are one category.

    ``(pa - pe) / (1 - pe)`` with ``pe = sum(pi_k (1 - pi_k)) / (K - 1)``. Parameters and interval as for
    :func:`fleiss_kappa`. Undefined (``too_few_raters``) only when no item has two labels.

    Source: Gwet 2008.

    Examples
    --------
    >>> round(gwet_ac1([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]], categories=["yes", "no"]).value, 3)
    0.333
    """
    return gwet_ac1_of_counts(category_counts(labels, categories=categories), confidence=confidence)


def gwet_ac1_of_counts(counts: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Return :func:`gwet_ac1` of counts of shape (n_items, n_categories).

    Examples
    --------
    >>> round(gwet_ac1_of_counts([[4, 0], [4, 0], [3, 1], [4, 0]]).value, 3)
    0.858
    """
    r = _item_counts(counts)
    pi = _mean_shares(r)
    chance = (1 - pi) / (r.shape[1] - 1)
    return _coefficient(r, chance=chance, expected=float(pi @ chance), confidence=confidence)


def brennan_prediger(labels: npt.ArrayLike, *, categories: Categories, confidence: float = 0.95) -> Coefficient:
    """Brennan and Prediger's kappa of any number of raters (Randolph's free-marginal kappa).

    ``(pa - pe) / (1 - pe)`` with ``pe = 1 / K``. Parameters and interval as for :func:`fleiss_kappa`. Undefined
    (``too_few_raters``) only when no item has two labels.

    Source: Brennan and Prediger 1981; Randolph 2005.

    Examples
    --------
    >>> round(brennan_prediger([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]], categories=["yes", "no"]).value, 3)
    0.333
    """
    return brennan_prediger_of_counts(category_counts(labels, categories=categories), confidence=confidence)


def brennan_prediger_of_counts(counts: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Return :func:`brennan_prediger` of counts of shape (n_items, n_categories).

    Examples
    --------
    >>> round(brennan_prediger_of_counts([[7, 1], [3, 5]]).value, 6)
    0.214286
    """
    r = _item_counts(counts)
    even = 1 / r.shape[1]
    return _coefficient(r, chance=np.full(r.shape[1], even), expected=even, confidence=confidence)


def item_agreement(counts: npt.ArrayLike) -> FloatArray:
    """Return, for each item, the share of its rater pairs that agree; nan where it has fewer than two labels.

    Examples
    --------
    >>> item_agreement([[4, 0], [2, 2], [1, 0]]).round(3)
    array([1.   , 0.333,   nan])
    """
    r = np.asarray(counts, dtype=np.float64)
    size = r.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size < 2, np.nan, (r * (r - 1)).sum(axis=1) / (size * (size - 1)))


@dataclass(frozen=True, eq=False)
class FleissTest:
    """Fleiss' test that all agreement is chance, overall and per category (equal numbers of labels only)."""

    kappa: float
    ase_null: float
    z: float
    p_value: float
    category_kappa: FloatArray
    undefined: Undefined | None


def fleiss_test(labels: npt.ArrayLike, *, categories: Categories) -> FleissTest:
    """Test Fleiss' kappa = 0, and give the kappa of each category against the rest.

    ``ASE0**2 = 2 (S**2 - sum(p q (q - p))) / (N m (m - 1) S**2)`` with ``S = sum(p q)``, N items and m labels each;
    ``kappa_k = 1 - sum_i(r_ik (m - r_ik)) / (N m (m - 1) p_k q_k)``, nan for a category nobody used.

    Undefined (``unequal_raters``) when items have different numbers of labels; else as :func:`fleiss_kappa`.

    Source: Fleiss 1971; Fleiss, Nee and Landis 1979.

    Examples
    --------
    >>> result = fleiss_test([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1]], categories=["yes", "no"])
    >>> round(result.z, 3), result.category_kappa.round(3)
    (1.155, array([0.333, 0.333]))
    """
    r = _item_counts(category_counts(labels, categories=categories))
    value = fleiss_kappa_of_counts(r)
    sizes = np.unique(r.sum(axis=1))
    reason = value.undefined or (Undefined.UNEQUAL_RATERS if len(sizes) > 1 else None)
    if reason is not None:
        return FleissTest(nan, nan, nan, nan, np.full(len(categories), nan), reason)
    m, n = float(sizes[0]), len(r)
    p = r.sum(axis=0) / r.sum()
    spread = p * (1 - p)
    error = sqrt(2 * (spread.sum() ** 2 - (spread * (1 - 2 * p)).sum()) / (n * m * (m - 1))) / float(spread.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        per_category = 1 - (r * (m - r)).sum(axis=0) / (n * m * (m - 1) * spread)
    z = value.value / error
    return FleissTest(value.value, error, z, two_sided_normal(z), per_category, None)


@dataclass(frozen=True)
class MeanKappa:
    """A mean over rater pairs, with the pairs that had no kappa counted."""

    value: float
    n_pairs: int
    n_undefined: int
    undefined: Undefined | None


def light_kappa(labels: npt.ArrayLike, *, categories: Categories) -> MeanKappa:
    """Light's kappa: the mean of Cohen's kappa over all pairs of raters.

    Raters must be the same people throughout; for exchangeable seats use :func:`fleiss_kappa`. Pairs whose kappa
    is undefined are left out and counted. Undefined when no pair is left.

    Source: Light 1971.

    Examples
    --------
    >>> light_kappa([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]], categories="AB").value.__round__(3)
    0.667
    """
    values = as_labels(labels, categories=categories, ndim=2)
    rows, columns = np.triu_indices(len(values), 1)
    if len(rows) == 0:
        return MeanKappa(nan, 0, 0, Undefined.TOO_FEW_RATERS)
    matrix = pairwise_kappa(values, categories=categories)
    kappas = matrix.kappa[rows, columns]
    defined = kappas[~np.isnan(kappas)]
    if len(defined) == 0:
        return MeanKappa(nan, len(rows), len(rows), matrix.reason(int(rows[0]), int(columns[0])))
    return MeanKappa(float(defined.mean()), len(rows), len(rows) - len(defined), None)


def conger_kappa(labels: npt.ArrayLike, *, categories: Categories) -> Coefficient:
    """Conger's kappa: Cohen's kappa for several raters, each with marginals of their own.

    ``pe = sum_k(mean_k**2 - s2_k / R)`` with mean and variance (divisor R - 1) over the R raters of their share of
    category k; the mean chance agreement of all pairs. ``pa`` as in Fleiss' kappa. With complete labels this is
    also Hubert's kappa, the ratio of sums over pairs. No analytic error: use the bootstrap.

    Undefined: ``too_few_raters``, ``one_category``.

    Source: Conger 1980; with missing labels Gwet 2014.

    Examples
    --------
    >>> round(conger_kappa([[0, 0, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]], categories="AB").value, 3)
    0.667
    """
    values = as_labels(labels, categories=categories, ndim=2)
    values = values[(values != MISSING).any(axis=1)]
    counts = category_counts(values, categories=categories)
    agreement = item_agreement(counts)
    if np.isnan(agreement).all():
        return undefined_coefficient(Undefined.TOO_FEW_RATERS, 0.95)
    observed, expected = float(np.nanmean(agreement)), _conger_chance(values, len(categories))
    n = int((~np.isnan(agreement)).sum())
    if (counts.sum(axis=0) > 0).sum() == 1:
        return undefined_coefficient(Undefined.ONE_CATEGORY, 0.95, observed=observed, expected=1.0, n=n)
    interval = undefined_interval(Undefined.NO_VARIATION, confidence=0.95, method="bootstrap only")
    return Coefficient((observed - expected) / (1 - expected), observed, expected, nan, interval, n, None)


def _conger_chance(labels: AnyIntArray, n_categories: int) -> float:
    counts = np.stack([(labels == k).sum(axis=1) for k in range(n_categories)], axis=1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    return float((shares.mean(axis=0) ** 2 - shares.var(axis=0, ddof=1) / len(labels)).sum())


def _item_counts(counts: npt.ArrayLike) -> IntArray:
    """Return the items that have a label; refuse what is not a table of counts."""
    values = np.asarray(counts)
    if values.ndim != 2 or values.dtype.kind not in "iu" or (values.size and values.min() < 0):
        raise ValueError("counts must be whole numbers >= 0 of shape (n_items, n_categories)")
    labelled: IntArray = values[values.sum(axis=1) > 0].astype(np.int64)
    return labelled


def _mean_shares(r: IntArray) -> FloatArray:
    if len(r) == 0:
        return np.full(r.shape[1], nan)
    shares: FloatArray = (r / r.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _coefficient(r: IntArray, *, chance: FloatArray, expected: float, confidence: float) -> Coefficient:
    agreement = item_agreement(r)
    paired = ~np.isnan(agreement)
    n = int(paired.sum())
    if n == 0:
        return undefined_coefficient(Undefined.TOO_FEW_RATERS, confidence)
    observed = float(agreement[paired].mean())
    if np.isclose(expected, 1.0, rtol=0, atol=1e-15):
        return undefined_coefficient(Undefined.ONE_CATEGORY, confidence, observed=observed, expected=1.0, n=n)
    value = (observed - expected) / (1 - expected)
    error = _error(r, agreement, chance, value, expected)
    return Coefficient(value, observed, expected, error, _interval(value, error, len(r), confidence), n, None)


def _error(r: IntArray, agreement: FloatArray, chance: FloatArray, value: float, expected: float) -> float:
    """Return Gwet's linearised standard error: the spread of what each item adds to the coefficient."""
    n, paired = len(r), ~np.isnan(agreement)
    if n < 2:
        return nan
    own = np.where(paired, np.nan_to_num(agreement) - expected, 0.0) * (n / paired.sum()) / (1 - expected)
    through_chance = (r @ chance) / r.sum(axis=1) - expected
    effects = own - 2 * (1 - value) * through_chance / (1 - expected)
    return sqrt(float(((effects - value) ** 2).sum()) / (n * (n - 1)))


def _interval(value: float, error: float, n: int, confidence: float) -> Interval:
    if not error > 0:
        reason = Undefined.TOO_FEW_ITEMS if n < 2 else Undefined.NO_VARIATION
        return undefined_interval(reason, confidence=confidence, method="student")
    margin = student_t_quantile(0.5 + confidence / 2, n - 1) * error
    return Interval(max(-1.0, value - margin), min(1.0, value + margin), confidence, "student")
