"""Bootstrap over whole clusters (personas) for kappa and for differences of two annotators."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.labels import MISSING, Categories, FloatArray, as_clusters, as_labels, as_pair
from analysis.stats.resampling import Correction, Method, cluster_weights, limits, spread
from analysis.stats.undefined import Undefined

Statistic = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Estimate:
    """A statistic with its bootstrap interval.

    Attributes
    ----------
    value : float
        On the data as they are; nan where ``undefined`` gives a reason.
    error : float
        Standard deviation of the defined resamples.
    interval : Interval
    n : int
        Items behind the value.
    n_clusters, n_resamples, seed : int
        With these the numbers can be made again, to the last bit.
    undefined_share : float
        Share of resamples that left the statistic undefined; they are dropped.
    undefined : Undefined or None
    """

    value: float
    error: float
    interval: Interval
    n: int
    n_clusters: int
    n_resamples: int
    seed: int
    undefined_share: float
    undefined: Undefined | None


@dataclass(frozen=True)
class PairedDifference:
    """Two annotators against one reference on the same items: ``difference`` is first minus second.

    ``p_value`` is two-sided: twice the smaller share of resampled differences on either side of 0, never below
    ``2 / (n_resamples + 1)``.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    p_value: float


def tables_by_cluster(
    a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories, clusters: npt.ArrayLike
) -> FloatArray:
    """Count a contingency table for each cluster.

    Returns
    -------
    tables : ndarray of shape (n_clusters, n_categories, n_categories)
        In the order of the cluster numbers; they add up to the table of all items.

    Examples
    --------
    >>> tables_by_cluster([0, 0, 1], [0, 1, 1], categories="AB", clusters=[5, 5, 6])[1]
    array([[0., 0.],
           [0., 1.]])
    """
    first, second = as_pair(a, b, categories=categories)
    groups, n_groups = as_clusters(clusters, len(first))
    k = len(categories)
    both = (first != MISSING) & (second != MISSING)
    cells = groups[both] * k * k + first[both].astype(np.int64) * k + second[both]
    return np.bincount(cells, minlength=n_groups * k * k).reshape(n_groups, k, k).astype(np.float64)


def bootstrap_kappa(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> Estimate:
    """Cohen's kappa of two raters with an interval that resamples whole clusters.

    Items of one persona share a persona and its raters, so personas are drawn, not items.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        -1 = missing.
    clusters : integer array of shape (n_items,)
    seed : int
        Recorded in the result.
    statistic : function of tables (..., K, K) to values (...)
        Kappa unless another of :mod:`analysis.stats.formulas` is asked for.

    Returns
    -------
    Estimate

    Notes
    -----
    The value is undefined as the statistic is. The interval is undefined with fewer than two clusters
    (``too_few_clusters``) and when more than half of the resamples are (``resamples_undefined``).

    Source: Field and Welsh 2007; Vanbelle and Albert 2008.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> a, b = (np.where(rng.random(200) < 0.9, truth, 1 - truth) for _ in range(2))
    >>> result = bootstrap_kappa(a, b, categories="AB", clusters=np.arange(200) // 10, seed=7)
    >>> result.interval.low < result.value < result.interval.high, result.n_clusters
    (True, 20)
    """
    tables = tables_by_cluster(a, b, categories=categories, clusters=clusters)
    return bootstrap_tables(tables, statistic, seed=seed, n_resamples=n_resamples, confidence=confidence, method=method)


def bootstrap_tables(
    tables: FloatArray,
    statistic: Statistic,
    *,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> Estimate:
    """Bootstrap any function of summed tables.

    Parameters
    ----------
    tables : ndarray of shape (n_clusters, ..., K, K)
        What each cluster adds.
    statistic : function of (m, ..., K, K) to (m,)

    Examples
    --------
    >>> tables = np.array([[[8, 2], [1, 9]], [[7, 3], [2, 8]], [[9, 1], [1, 9]]], dtype=float)
    >>> result = bootstrap_tables(tables, formulas.kappa_of_tables, seed=1)
    >>> round(result.value, 3), result.n
    (0.667, 60)
    """
    total = tables.sum(axis=0)
    value = float(statistic(total[None])[0])
    n = int(total.sum(axis=(-2, -1)).max())
    reason = _reason(value, n)
    if reason is not None or len(tables) < 2:
        missing = undefined_interval(reason or Undefined.TOO_FEW_CLUSTERS, confidence=confidence, method=method)
        return Estimate(value, nan, missing, n, len(tables), n_resamples, seed, nan, reason)
    values = resample(tables, statistic, seed=seed, n_resamples=n_resamples)
    correction = Correction(np.asarray(value), statistic(total - tables)) if method == "bca" else None
    error = float(spread(values))
    low, high, undefined_share = limits(values, confidence=confidence, correction=correction)
    broken = Undefined.RESAMPLES_UNDEFINED if np.isnan(low) else None
    interval = Interval(float(low), float(high), confidence, method, broken)
    return Estimate(value, error, interval, n, len(tables), n_resamples, seed, float(undefined_share), None)


def resample(tables: FloatArray, statistic: Statistic, *, seed: int, n_resamples: int = 1000) -> FloatArray:
    """Return the statistic in each resample of the clusters, shape (n_resamples,).

    Two statistics of the same clusters with the same seed are paired, resample by resample.

    Examples
    --------
    >>> tables = np.array([[[8, 2], [1, 9]], [[7, 3], [2, 8]]], dtype=float)
    >>> resample(tables, formulas.agreement_of_tables, seed=1, n_resamples=4).round(2)
    array([0.8 , 0.75, 0.85, 0.75])
    """
    weights = cluster_weights(len(tables), n_resamples=n_resamples, seed=seed)
    return statistic(np.tensordot(weights, tables, axes=1))


def paired_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    reference: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> PairedDifference:
    """Compare two annotators against one reference, on the items that all three labelled.

    The same resamples serve both, so what they share cancels; two intervals compared by eye would not see it.

    Parameters
    ----------
    first, second, reference : integer arrays of shape (n_items,)
        -1 = missing.
    statistic : function of tables (..., K, K) to values (...)

    Returns
    -------
    PairedDifference

    Notes
    -----
    Undefined where either kappa is, or with fewer than two clusters.

    Source: Vanbelle and Albert 2008.

    Examples
    --------
    >>> reference = np.tile([0, 1], 50)
    >>> good, poor = reference.copy(), reference.copy()
    >>> good[:10], poor[::3] = 1, 0
    >>> result = paired_difference(good, poor, reference, categories="AB", clusters=np.arange(100) // 5, seed=3)
    >>> round(result.difference.value, 2), result.difference.interval.low > 0
    (0.24, True)
    """
    arrays = [as_labels(x, categories=categories, ndim=1) for x in (first, second, reference)]
    common = np.logical_and.reduce([x != MISSING for x in arrays])
    one, two, truth = (np.where(common, x, MISSING) for x in arrays)
    pairs = [tables_by_cluster(x, truth, categories=categories, clusters=clusters) for x in (one, two)]
    return difference_of_tables(
        *pairs, statistic=statistic, seed=seed, n_resamples=n_resamples, confidence=confidence, method=method
    )


def difference_of_tables(
    first: FloatArray,
    second: FloatArray,
    *,
    seed: int,
    statistic: Statistic = formulas.kappa_of_tables,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> PairedDifference:
    """Return the paired difference from tables of the same clusters, each of shape (n_clusters, K, K).

    Examples
    --------
    >>> tables = np.array([[[8, 2], [1, 9]], [[7, 3], [2, 8]], [[9, 1], [1, 9]]], dtype=float)
    >>> difference_of_tables(tables, tables, seed=1).difference.value
    0.0
    """

    def difference(tables: FloatArray) -> FloatArray:
        return statistic(tables[:, 0]) - statistic(tables[:, 1])

    both = np.stack([first, second], axis=1)
    one, two, gap = (
        bootstrap_tables(tables, function, seed=seed, n_resamples=n_resamples, confidence=confidence, method=method)
        for tables, function in ((first, statistic), (second, statistic), (both, difference))
    )
    p_value = _p_value(both, difference, gap, seed=seed, n_resamples=n_resamples)
    return PairedDifference(one, two, gap, p_value)


def _p_value(tables: FloatArray, difference: Statistic, estimate: Estimate, *, seed: int, n_resamples: int) -> float:
    if np.isnan(estimate.error):
        return nan
    values = resample(tables, difference, seed=seed, n_resamples=n_resamples)
    values = values[~np.isnan(values)]
    tail = min(int((values <= 0).sum()), int((values >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(values) + 1))


def _reason(value: float, n: int) -> Undefined | None:
    if not np.isnan(value):
        return None
    return Undefined.ONE_CATEGORY if n else Undefined.NO_OVERLAP
