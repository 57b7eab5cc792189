"""Agreement of two raters in every other coefficient, and the numbers that explain a surprising kappa."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis.stats.agreement import CohenKappa, cohen_kappa_of_table
from analysis.stats.intervals import Interval, normal_interval, undefined_interval, wilson_interval
from analysis.stats.labels import Categories, FloatArray, IntArray, contingency_table
from analysis.stats.undefined import Undefined


@dataclass(frozen=True)
class Coefficient:
    """A chance-corrected coefficient ``(observed - expected) / (1 - expected)``.

    Attributes
    ----------
    value, observed, expected, error : float
        nan where ``undefined`` gives a reason; ``error`` also where nothing varies.
    interval : Interval
    n : int
        Items that count.
    undefined : Undefined or None
    """

    value: float
    observed: float
    expected: float
    error: float
    interval: Interval
    n: int
    undefined: Undefined | None


@dataclass(frozen=True)
class Proportion:
    """A share with its Wilson interval; nan with a reason when it has no denominator.

    ``value`` is ``successes / n``, save for the agreement on a category, whose ``n`` are the items on which either
    rater used it and whose value counts each shared item twice.
    """

    value: float
    successes: int
    n: int
    interval: Interval
    undefined: Undefined | None


@dataclass(frozen=True, eq=False)
class PairAgreement:
    """Everything reported beside one kappa.

    Attributes
    ----------
    kappa : CohenKappa
    observed : Proportion
        Raw agreement.
    ac1, scott_pi, brennan_prediger : Coefficient
        ``brennan_prediger`` is PABAK for two categories.
    category_agreement : tuple of Proportion
        Per category; for two categories the positive and the negative agreement.
    shares : ndarray of shape (2, n_categories)
        Each rater's marginals over the common items; nan without any.
    prevalence_index, bias_index : float
        For two categories: difference of the two agreement cells, and of the two raters' shares of the first
        category. For more: spread of the mean marginals from even (0 even, 1 one category), and the total
        variation distance of the two marginals.
    """

    kappa: CohenKappa
    observed: Proportion
    ac1: Coefficient
    scott_pi: Coefficient
    brennan_prediger: Coefficient
    category_agreement: tuple[Proportion, ...]
    shares: FloatArray
    prevalence_index: float
    bias_index: float


def pair_agreement(
    a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories, confidence: float = 0.95
) -> PairAgreement:
    """Describe the agreement of two raters: kappa and what a reader needs to judge it.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        Positions in ``categories``; -1 = missing, dropped pairwise.

    Returns
    -------
    PairAgreement

    Source: Byrt, Bishop and Carlin 1993 (prevalence, bias, PABAK); Cicchetti and Feinstein 1990 (agreement per
    category); Gwet 2008 (AC1); Scott 1955 (pi).

    Examples
    --------
    >>> skewed = pair_agreement([0] * 90 + [1] * 10, [0] * 80 + [1] * 10 + [0] * 5 + [1] * 5, categories="AB")
    >>> round(skewed.kappa.kappa, 2), skewed.observed.value, round(skewed.ac1.value, 2)
    (0.32, 0.85, 0.81)
    """
    return pair_agreement_of_table(contingency_table(a, b, categories=categories), confidence=confidence)


def pair_agreement_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> PairAgreement:
    """Return :func:`pair_agreement` of a square table of counts, rater 1 in rows.

    Examples
    --------
    >>> pair_agreement_of_table([[80, 10], [5, 5]]).brennan_prediger.value.__round__(2)
    0.7
    """
    counts = np.asarray(table, dtype=np.int64)
    n = int(counts.sum())
    shares = np.stack([counts.sum(axis=1), counts.sum(axis=0)]) / n if n else np.full((2, len(counts)), nan)
    return PairAgreement(
        kappa=cohen_kappa_of_table(counts, confidence=confidence),
        observed=proportion(int(np.trace(counts)), n, confidence=confidence),
        ac1=gwet_ac1_of_table(counts, confidence=confidence),
        scott_pi=scott_pi_of_table(counts, confidence=confidence),
        brennan_prediger=brennan_prediger_of_table(counts, confidence=confidence),
        category_agreement=category_agreement_of_table(counts, confidence=confidence),
        shares=shares,
        prevalence_index=_prevalence_index(counts, shares),
        bias_index=_bias_index(shares),
    )


def proportion(
    successes: int, n: int, *, confidence: float = 0.95, empty: Undefined = Undefined.NO_OVERLAP
) -> Proportion:
    """Return a share with its interval, or the reason ``empty`` where ``n`` is 0.

    Examples
    --------
    >>> proportion(8, 10).value
    0.8
    """
    if n == 0:
        missing = undefined_interval(empty, confidence=confidence, method="wilson")
        return Proportion(nan, 0, 0, missing, empty)
    return Proportion(successes / n, successes, n, wilson_interval(successes, n, confidence=confidence), None)


def gwet_ac1_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Gwet's AC1 of two raters: defined where kappa is not, and little moved by prevalence.

    ``pe = sum(pi (1 - pi)) / (K - 1)`` with ``pi`` the mean of the two marginals. Range -1 (for two categories) to
    1. Undefined only without a common item. The error is the delta-method one (divisor n).

    Source: Gwet 2008.

    Examples
    --------
    >>> round(gwet_ac1_of_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]]).value, 7)
    0.8493305
    """
    counts, mean = _with_mean_shares(table)
    return _coefficient(counts, (1 - mean) / (len(counts) - 1), mean, confidence)


def scott_pi_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Scott's pi of two raters: kappa with one common set of marginals (Fleiss' kappa for two raters).

    ``pe = sum(pi**2)``. Range -1 to 1. Undefined without a common item and when only one category occurs.

    Source: Scott 1955.

    Examples
    --------
    >>> round(scott_pi_of_table([[50, 20], [10, 20]]).value, 3)
    0.341
    """
    counts, mean = _with_mean_shares(table)
    return _coefficient(counts, mean, mean, confidence)


def brennan_prediger_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> Coefficient:
    """Brennan and Prediger's kappa: chance is an even pick among the categories offered.

    ``pe = 1 / K``; known as Bennett's S, and for two categories as PABAK. Range ``-1 / (K - 1)`` to 1. Undefined
    only without a common item.

    Source: Brennan and Prediger 1981; Byrt, Bishop and Carlin 1993.

    Examples
    --------
    >>> round(brennan_prediger_of_table([[50, 20], [10, 20]]).value, 3)
    0.4
    """
    counts, mean = _with_mean_shares(table)
    return _coefficient(counts, np.full(len(counts), 1 / len(counts)), mean, confidence)


def category_agreement_of_table(table: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[Proportion, ...]:
    """Agreement on each category: of the labels "k" either rater gave, the share the other gave too.

    ``2 p_kk / (p_k. + p_.k)``; for two categories these are the positive and the negative agreement. Range 0 to 1.
    Undefined (``category_unused``) where nobody used the category. The interval treats the items on which at least
    one rater said k as the trials, and carries Wilson's limits over.

    Source: Cicchetti and Feinstein 1990; Spitzer and Fleiss 1974.

    Examples
    --------
    >>> [round(share.value, 3) for share in category_agreement_of_table([[80, 10], [5, 5]])]
    [0.914, 0.4]
    """
    counts = np.asarray(table, dtype=np.int64)
    empty = Undefined.CATEGORY_UNUSED if counts.sum() else Undefined.NO_OVERLAP
    return tuple(_agreement_on(counts, k, confidence, empty) for k in range(len(counts)))


def _agreement_on(counts: IntArray, k: int, confidence: float, empty: Undefined) -> Proportion:
    """Dice and Jaccard rank alike: 2j / (1 + j) turns "both of either" into agreement on the category."""
    both = int(counts[k, k])
    either = int(counts[k].sum() + counts[:, k].sum()) - both
    jaccard = proportion(both, either, confidence=confidence, empty=empty)
    limits = jaccard.interval
    interval = Interval(_dice(limits.low), _dice(limits.high), confidence, "wilson", limits.undefined)
    return Proportion(_dice(jaccard.value), both, either, interval, jaccard.undefined)


def _dice(jaccard: float) -> float:
    return 2 * jaccard / (1 + jaccard)


def _with_mean_shares(table: npt.ArrayLike) -> tuple[IntArray, FloatArray]:
    counts = np.asarray(table, dtype=np.int64)
    return counts, (counts.sum(axis=1) + counts.sum(axis=0)) / max(2 * counts.sum(), 1)


def _coefficient(counts: IntArray, chance: FloatArray, mean: FloatArray, confidence: float) -> Coefficient:
    """Return the coefficient whose expected agreement is ``sum(mean * chance)``."""
    n = int(counts.sum())
    if n == 0:
        return undefined_coefficient(Undefined.NO_OVERLAP, confidence)
    observed, expected = float(np.trace(counts) / n), float(mean @ chance)
    if np.count_nonzero(mean) == 1 and expected == 1:
        return undefined_coefficient(Undefined.ONE_CATEGORY, confidence, observed=observed, expected=1.0, n=n)
    value = (observed - expected) / (1 - expected)
    error = _delta_error(counts / n, chance, value, expected, n)
    return Coefficient(value, observed, expected, error, _interval(value, error, confidence), n, None)


def undefined_coefficient(
    reason: Undefined, confidence: float, *, observed: float = nan, expected: float = nan, n: int = 0
) -> Coefficient:
    """Return a coefficient without a value that says why.

    >>> undefined_coefficient(Undefined.NO_OVERLAP, 0.95).value
    nan
    """
    interval = undefined_interval(reason, confidence=confidence, method="normal")
    return Coefficient(nan, observed, expected, nan, interval, n, reason)


def _interval(value: float, error: float, confidence: float) -> Interval:
    if error == 0:
        return undefined_interval(Undefined.NO_VARIATION, confidence=confidence, method="normal")
    return normal_interval(value, error, confidence=confidence)


def _delta_error(p: FloatArray, chance: FloatArray, value: float, expected: float, n: int) -> float:
    """Return the standard error from the first-order effect of one item in each cell.

    ``chance`` is constant in the data (Brennan-Prediger) or linear in the marginals; then an item moves expected
    agreement by twice the difference of its mean chance from ``expected``.
    """
    of_cell = (chance[:, None] + chance[None, :]) / 2
    effect = (np.eye(len(p)) - expected) / (1 - expected) - 2 * (1 - value) * (of_cell - expected) / (1 - expected)
    spread = float((p * (effect - value) ** 2).sum())
    return sqrt(spread / n)


def _prevalence_index(counts: IntArray, shares: FloatArray) -> float:
    if len(counts) == 2:
        return float((counts[0, 0] - counts[1, 1]) / counts.sum()) if counts.sum() else nan
    k = len(counts)
    return float((k * (shares.mean(axis=0) ** 2).sum() - 1) / (k - 1))


def _bias_index(shares: FloatArray) -> float:
    if shares.shape[1] == 2:
        return float(shares[0, 0] - shares[1, 0])
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
