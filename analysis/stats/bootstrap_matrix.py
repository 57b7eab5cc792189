"""Bootstrap intervals for every cell of a kappa matrix in one go."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.agreement import AgreementMatrix, additive_counts, kappa_parts, one_hot_stack, pairwise_kappa
from analysis.stats.formulas import kappa_from_sums
from analysis.stats.labels import AnyIntArray, Categories, FloatArray, IntArray, as_clusters, as_labels
from analysis.stats.resampling import Correction, Method, cluster_weights, limits
from analysis.stats.undefined import Undefined

PAIRS_AT_ONCE = 256  # 1,000 resamples of four counts of 256 pairs are 8 MB
NUMBERS_AT_ONCE = 2**24  # counts of all clusters for one block of rows: 128 MB


@dataclass(frozen=True, eq=False)
class IntervalMatrix:
    """A kappa matrix with an interval in every cell.

    Attributes
    ----------
    matrix : AgreementMatrix
    low, high : ndarray of shape (n_raters, n_raters)
        Symmetric; nan on the diagonal and where ``reason`` gives one.
    undefined_share : ndarray of shape (n_raters, n_raters)
        Share of resamples without a kappa.
    n_clusters, n_resamples, seed, confidence, method
        How the intervals were made.
    """

    matrix: AgreementMatrix
    low: FloatArray
    high: FloatArray
    undefined_share: FloatArray
    n_clusters: int
    n_resamples: int
    seed: int
    confidence: float
    method: Method

    def reason(self, row: int, column: int) -> Undefined | None:
        """Return why the cell has no interval, or None where it has one."""
        if not np.isnan(self.low[row, column]):
            return None
        if row == column:
            return Undefined.NO_VARIATION
        few = Undefined.TOO_FEW_CLUSTERS if self.n_clusters < 2 else Undefined.RESAMPLES_UNDEFINED
        return self.matrix.reason(row, column) or few


def bootstrap_pairwise_kappa(
    labels: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
) -> IntervalMatrix:
    """All pairs of raters with cluster-bootstrap intervals; each cell equals :func:`bootstrap_kappa` of the pair.

    Kappa needs of a pair only ``2 K`` counts that add up over clusters: items both labelled, agreements, and the
    marginals of all categories but one. So the weights are drawn once and multiplied with the counts of all pairs.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        -1 = missing.
    clusters : integer array of shape (n_items,)
        Personas; whole ones are drawn.
    seed : int
        The same weights serve all pairs, so any two cells may be compared resample by resample.

    Returns
    -------
    IntervalMatrix

    Notes
    -----
    An interval is undefined where kappa is, with fewer than two clusters, and where more than half of the resamples
    are undefined.

    Source: Field and Welsh 2007.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> labels = np.where(rng.random((3, 200)) < 0.9, truth, 1 - truth)
    >>> result = bootstrap_pairwise_kappa(labels, categories="AB", clusters=np.arange(200) // 10, seed=7)
    >>> bool((result.low < result.matrix.kappa)[0, 1]), result.n_clusters
    (True, 20)
    """
    values = as_labels(labels, categories=categories, ndim=2)
    matrix = pairwise_kappa(values, categories=categories)
    groups, n_clusters = as_clusters(clusters, values.shape[1])
    found = np.full((3, *matrix.kappa.shape), np.nan)
    if n_clusters >= 2:
        weights = cluster_weights(n_clusters, n_resamples=n_resamples, seed=seed)
        for rows, columns, sums in _sums_by_cluster(values, groups, n_clusters, len(categories)):
            limits_of_block = _limits(sums, weights, matrix.kappa[rows, columns], confidence, method)
            found[:, rows, columns] = found[:, columns, rows] = limits_of_block
    low, high = np.where(matrix.undefined, np.nan, found[:2])
    return IntervalMatrix(matrix, low, high, found[2], n_clusters, n_resamples, seed, confidence, method)


def _sums_by_cluster(
    labels: AnyIntArray, groups: IntArray, n_clusters: int, k: int
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield (rows, columns, sums): some pairs row < column, and their counts of shape (2 K, n_pairs, n_clusters)."""
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups, minlength=n_clusters))[:-1]
    stacks = np.split(one_hot_stack(labels[:, order], k).reshape(k, len(labels), -1), ends, axis=2)
    for start, stop in _row_blocks(len(labels), n_clusters * k * k):
        rows, columns = np.triu_indices(stop - start, 1, len(labels) - start)
        sums = np.stack([_pair_sums(stack, start, stop, rows, columns) for stack in stacks], axis=-1)
        for first in range(0, len(rows), PAIRS_AT_ONCE):
            part = slice(first, first + PAIRS_AT_ONCE)
            yield rows[part] + start, columns[part] + start, sums[:, part]


def _row_blocks(n_raters: int, numbers_per_cell: int) -> list[tuple[int, int]]:
    size = max(1, NUMBERS_AT_ONCE // max(1, numbers_per_cell * n_raters))
    return [(start, min(start + size, n_raters)) for start in range(0, n_raters, size)]


def _pair_sums(stack: npt.NDArray[np.float32], start: int, stop: int, rows: IntArray, columns: IntArray) -> FloatArray:
    """Count the chosen pairs of one cluster, shape (2 K, n_pairs)."""
    k, n_raters, n_items = stack.shape
    first, second = stack[:, start:stop].reshape(-1, n_items), stack[:, start:].reshape(-1, n_items)
    products = (first @ second.T).reshape(k, stop - start, k, n_raters - start)
    return additive_counts(products.transpose(0, 2, 1, 3)[:, :, rows, columns].astype(np.float64))


def _limits(
    sums: FloatArray, weights: FloatArray, estimate: FloatArray, confidence: float, method: Method
) -> FloatArray:
    """Return low, high and undefined share of a block of pairs, shape (3, n_pairs)."""
    counts, pairs, n_clusters = sums.shape
    drawn = (sums.reshape(-1, n_clusters) @ weights.T).reshape(counts, pairs, len(weights))
    resampled = kappa_from_sums(*kappa_parts(drawn))
    correction = None
    if method == "bca":
        without = sums.sum(axis=-1, keepdims=True) - sums
        correction = Correction(estimate, kappa_from_sums(*kappa_parts(without)))
    return np.stack(limits(resampled, confidence=confidence, correction=correction))
