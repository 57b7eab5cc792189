"""Cohen's kappa: of two raters with everything to report beside it, and of all pairs at once."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.distributions import two_sided_normal
from analysis.stats.intervals import Interval, exact_interval, normal_interval, undefined_interval
from analysis.stats.labels import (
    MISSING,
    AnyIntArray,
    BoolArray,
    Categories,
    FloatArray,
    IntArray,
    InvalidLabels,
    as_labels,
    contingency_table,
)
from analysis.stats.undefined import Undefined

ENTRIES_AT_ONCE = 2**24  # of the 0/1 stack: 64 MB, and counts stay exact in float32


@dataclass(frozen=True, eq=False)
class CohenKappa:
    """Cohen's kappa of two raters.

    Attributes
    ----------
    kappa : float
        -1 to 1; nan where ``undefined`` gives a reason.
    ase, ase_null : float
        Standard error for intervals, and the one that holds if kappa were 0 (for ``z`` and ``p_value`` only).
    interval : Interval
        ``normal``, or ``exact_agreement`` at kappa 1, or undefined with its own reason.
    observed, expected, maximum : float
        Raw agreement, agreement expected by chance, and the largest kappa the two marginals allow.
    n : int
        Items both raters labelled.
    z, p_value : float
        Test of kappa = 0, two-sided.
    constant : bool
        A rater used one category only: kappa is then exactly 0 (or undefined) whatever the other does.
    table : ndarray of shape (n_categories, n_categories)
    undefined : Undefined or None
        ``no_overlap`` or ``one_category``.
    """

    kappa: float
    ase: float
    ase_null: float
    interval: Interval
    observed: float
    expected: float
    maximum: float
    n: int
    z: float
    p_value: float
    constant: bool
    table: IntArray
    undefined: Undefined | None


def cohen_kappa(a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories, confidence: float = 0.95) -> CohenKappa:
    """Agreement of two raters beyond chance.

    ``kappa = (po - pe) / (1 - pe)`` where ``po`` is the share of items with equal labels and ``pe`` the share
    expected if each rater kept its own marginals and labelled at random.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        Positions in ``categories``; -1 = missing. Items that either left out are dropped.
    categories : sequence
        The labels a question offers, used or not.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    CohenKappa
        With kappa from -1 to 1; 0 is chance.

    Raises
    ------
    InvalidLabels
        When an array is not what the above says.

    Notes
    -----
    Undefined when no item is common (``no_overlap``) or when both used the same single category
    (``one_category``). When one rater is constant, or both are in different categories, kappa is exactly 0 and its
    interval undefined (``constant_rater``).

    Source: Cohen 1960; errors by Fleiss, Cohen and Everitt 1969.

    Examples
    --------
    >>> result = cohen_kappa([0, 0, 1, 1, 1, -1], [0, 1, 1, 1, 1, 0], categories=["revised", "foil"])
    >>> result.n, round(result.observed, 2), round(result.kappa, 3)
    (5, 0.8, 0.545)
    >>> cohen_kappa([0, 0], [0, 0], categories=["revised", "foil"]).undefined
    <Undefined.ONE_CATEGORY: 'one_category'>
    """
    return cohen_kappa_of_table(contingency_table(a, b, categories=categories), confidence=confidence)


def cohen_kappa_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> CohenKappa:
    """Return :func:`cohen_kappa` of a square table of counts, rater 1 in rows.

    Examples
    --------
    >>> result = cohen_kappa_of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> round(result.kappa, 3), round(result.maximum, 3)
    (0.492, 0.831)
    """
    counts = np.asarray(table, dtype=np.int64)
    n, agree, chance = (float(value) for value in formulas.sums_of(counts))
    kappa = float(formulas.kappa_of_tables(counts))
    ase_null = float(formulas.null_ase_of_tables(counts))
    z = kappa / ase_null if ase_null > 0 else nan
    return CohenKappa(
        kappa=kappa,
        ase=float(formulas.ase_of_tables(counts)),
        ase_null=ase_null,
        interval=_interval(counts, kappa, confidence),
        observed=agree / n if n else nan,
        expected=chance / n**2 if n else nan,
        maximum=_largest_kappa(counts),
        n=int(n),
        z=z,
        p_value=two_sided_normal(z),
        constant=bool(formulas.constant_of_tables(counts)),
        table=counts,
        undefined=_reason(n, chance),
    )


@dataclass(frozen=True, eq=False)
class AgreementMatrix:
    """Kappa of every row rater with every column rater.

    Attributes
    ----------
    kappa, observed, expected : ndarray of shape (n_rows, n_columns)
        nan where undefined; ``reason`` says why.
    n : ndarray of shape (n_rows, n_columns)
        Items both labelled.
    """

    kappa: FloatArray
    observed: FloatArray
    expected: FloatArray
    n: IntArray

    def reason(self, row: int, column: int) -> Undefined | None:
        """Return why the cell has no kappa, or None where it has one."""
        if not np.isnan(self.kappa[row, column]):
            return None
        return Undefined.NO_OVERLAP if self.n[row, column] == 0 else Undefined.ONE_CATEGORY

    @property
    def undefined(self) -> BoolArray:
        """Where kappa has no value, shape (n_rows, n_columns)."""
        return np.isnan(self.kappa)


def pairwise_kappa(labels: npt.ArrayLike, *, categories: Categories) -> AgreementMatrix:
    """Cohen's kappa of every two raters, by one matrix product.

    Stack for each rater the 0/1 rows "said category k" (all but one category) and "labelled"; the product of the
    stack with its transpose holds, for every pair, the items both labelled, the marginals over those items and the
    agreements. All are whole numbers, so a cell equals :func:`cohen_kappa` of the pair.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        Positions in ``categories``; -1 = missing, deleted pair by pair.
    categories : sequence
        The labels a question offers.

    Returns
    -------
    AgreementMatrix
        Symmetric, of shape (n_raters, n_raters); the diagonal is 1 or undefined.

    Notes
    -----
    Undefined cells as in :func:`cohen_kappa`. Cost: ``(K R)**2 * n_items`` multiplications; memory: 64 MB for the
    stack plus a few arrays of ``(K R)**2`` numbers.

    Examples
    --------
    >>> matrix = pairwise_kappa([[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, -1]], categories="AB")
    >>> matrix.kappa.round(2)
    array([[1. , 0.5, 1. ],
           [0.5, 1. , 0.4],
           [1. , 0.4, 1. ]])
    """
    values = as_labels(labels, categories=categories, ndim=2)
    return _matrix(_products(values, values, len(categories)))


def cross_kappa(rows: npt.ArrayLike, columns: npt.ArrayLike, *, categories: Categories) -> AgreementMatrix:
    """Cohen's kappa of every rater in ``rows`` with every rater in ``columns``.

    Parameters
    ----------
    rows, columns : integer arrays of shape (n_row_raters, n_items) and (n_column_raters, n_items)
        E.g. one row per persona and one item per prompt, from two kinds of annotator.

    Returns
    -------
    AgreementMatrix
        Of shape (n_row_raters, n_column_raters), in general not symmetric.

    Examples
    --------
    >>> cross_kappa([[0, 1, 1]], [[0, 1, 1], [1, 0, 0]], categories="AB").kappa
    array([[ 1. , -0.8]])
    """
    return _matrix(_products(*_same_items(rows, columns, categories), len(categories)))


def pairwise_tables(labels: npt.ArrayLike, *, categories: Categories) -> IntArray:
    """Return the contingency table of every two raters, shape (n_raters, n_raters, K, K).

    For ASE or AC1 of a whole matrix, through :mod:`analysis.stats.formulas`.

    Examples
    --------
    >>> pairwise_tables([[0, 0, 1], [0, 1, 1]], categories="AB")[0, 1]
    array([[1, 1],
           [0, 1]])
    """
    values = as_labels(labels, categories=categories, ndim=2)
    return _tables(_products(values, values, len(categories)))


def cross_tables(rows: npt.ArrayLike, columns: npt.ArrayLike, *, categories: Categories) -> IntArray:
    """Return the contingency table of every row rater with every column rater, shape (n_rows, n_columns, K, K).

    >>> cross_tables([[0, 0, 1]], [[0, 1, 1]], categories="AB")[0, 0]
    array([[1, 1],
           [0, 1]])
    """
    return _tables(_products(*_same_items(rows, columns, categories), len(categories)))


def _tables(products: FloatArray) -> IntArray:
    """Fill in the last category, which the products leave out."""
    tables = np.empty(products.shape)
    tables[:-1, :-1] = products[:-1, :-1]
    tables[:-1, -1] = products[:-1, -1] - products[:-1, :-1].sum(axis=1)
    tables[-1, :-1] = products[-1, :-1] - products[:-1, :-1].sum(axis=0)
    tables[-1, -1] = products[-1, -1] - tables[:-1, -1].sum(axis=0) - products[-1, :-1].sum(axis=0)
    return np.ascontiguousarray(tables.transpose(2, 3, 0, 1)).astype(np.int64)


def _same_items(rows: npt.ArrayLike, columns: npt.ArrayLike, categories: Categories) -> tuple[AnyIntArray, AnyIntArray]:
    first = as_labels(rows, categories=categories, ndim=2)
    second = as_labels(columns, categories=categories, ndim=2)
    if first.shape[1] != second.shape[1]:
        raise InvalidLabels(f"rows and columns must label the same items: {first.shape[1]} and {second.shape[1]}")
    return first, second


def _products(rows: AnyIntArray, columns: AnyIntArray, k: int) -> FloatArray:
    """Return counts of shape (K, K, n_rows, n_columns); the last position on each axis stands for "labelled"."""
    shape = (k * len(rows), k * len(columns))
    total = np.zeros(shape)
    step = max(1, ENTRIES_AT_ONCE // max(2, *shape))
    for start in range(0, rows.shape[1], step):
        first = one_hot_stack(rows[:, start : start + step], k)
        second = first if rows is columns else one_hot_stack(columns[:, start : start + step], k)
        total += first @ second.T
    return total.reshape(k, len(rows), k, len(columns)).transpose(0, 2, 1, 3)


def one_hot_stack(labels: AnyIntArray, k: int) -> npt.NDArray[np.float32]:
    """Return the 0/1 rows "said category 0 .. K-2" and "labelled", shape (K * n_raters, n_items).

    >>> one_hot_stack(np.array([[0, 1, -1]]), 2)
    array([[1., 0., 0.],
           [1., 1., 0.]], dtype=float32)
    """
    stack = np.empty((k, *labels.shape), dtype=np.float32)
    for category in range(k - 1):
        np.equal(labels, category, out=stack[category], casting="unsafe")
    np.not_equal(labels, MISSING, out=stack[k - 1], casting="unsafe")
    return stack.reshape(-1, labels.shape[1])


def additive_counts(products: FloatArray) -> FloatArray:
    """Return what kappa depends on and what adds up over items: ``n``, agreements, and K - 1 marginals of each rater.

    Parameters
    ----------
    products : ndarray of shape (K, K, ...)
        Items on which the first rater said row and the second column; the last position stands for "labelled".

    Returns
    -------
    counts : ndarray of shape (2 K, ...)

    Examples
    --------
    >>> additive_counts(np.array([[[20.0], [25.0]], [[30.0], [50.0]]])).ravel()
    array([50., 35., 25., 30.])
    """
    n, first, second = products[-1, -1], products[:-1, -1], products[-1, :-1]
    both_last = n - first.sum(axis=0) - second.sum(axis=0) + products[:-1, :-1].sum(axis=(0, 1))
    agree = np.einsum("kk...->...", products[:-1, :-1]) + both_last
    return np.concatenate([n[None], agree[None], first, second])


def kappa_parts(counts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (n, agree, chance) from :func:`additive_counts` of shape (2 K, ...).

    >>> kappa_parts(np.array([[50.0], [35.0], [25.0], [30.0]]))
    (array([50.]), array([35.]), array([1250.]))
    """
    n, agree = counts[0], counts[1]
    first, second = np.split(counts[2:], 2)
    last = (n - first.sum(axis=0)) * (n - second.sum(axis=0))
    return n, agree, (first * second).sum(axis=0) + last


def _matrix(products: FloatArray) -> AgreementMatrix:
    n, agree, chance = kappa_parts(additive_counts(products))
    with np.errstate(invalid="ignore", divide="ignore"):
        return AgreementMatrix(
            kappa=formulas.kappa_from_sums(n, agree, chance),
            observed=agree / n,
            expected=chance / (n * n),
            n=n.astype(np.int64),
        )


def _reason(n: float, chance: float) -> Undefined | None:
    if n == 0:
        return Undefined.NO_OVERLAP
    return Undefined.ONE_CATEGORY if chance == n * n else None


def _largest_kappa(table: IntArray) -> float:
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    n, _, chance = formulas.sums_of(table)
    return float(formulas.kappa_from_sums(n, np.asarray(np.minimum(rows, columns).sum(), dtype=np.float64), chance))


def _interval(table: IntArray, kappa: float, confidence: float) -> Interval:
    n, agree, chance = (float(value) for value in formulas.sums_of(table))
    reason = _reason(n, chance)
    if reason is None and formulas.constant_of_tables(table):
        reason = Undefined.CONSTANT_RATER
    if reason is not None:
        return undefined_interval(reason, confidence=confidence, method="normal")
    if agree == n:
        return _interval_at_perfect_agreement(int(n), chance / n**2, confidence)
    return normal_interval(kappa, float(formulas.ase_of_tables(table)), confidence=confidence)


def _interval_at_perfect_agreement(n: int, expected: float, confidence: float) -> Interval:
    """The ASE of kappa 1 is 0, which would claim certainty after ten items: carry over the exact limit instead."""
    share = exact_interval(n, n, confidence=confidence).low
    return Interval((share - expected) / (1 - expected), 1.0, confidence, "exact_agreement")
