"""The parts of every bootstrap here: weights of whole clusters, and limits from resampled values."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from analysis.stats.distributions import normal_probabilities, normal_quantile, normal_quantiles
from analysis.stats.labels import FloatArray

Method = Literal["percentile", "bca"]

MOST_UNDEFINED = 0.5  # with more than this share of resamples undefined, there is no interval


@dataclass(frozen=True, eq=False)
class Correction:
    """What turns percentiles into BCa limits.

    Attributes
    ----------
    estimate : ndarray of shape (...)
        The statistics on the data as they are.
    jackknife : ndarray of shape (..., n_clusters)
        The statistics without each cluster.
    """

    estimate: FloatArray
    jackknife: FloatArray


@lru_cache(maxsize=2)
def cluster_weights(n_clusters: int, *, n_resamples: int, seed: int) -> FloatArray:
    """Draw how often each cluster is in each resample of ``n_clusters`` clusters with replacement.

    Whatever adds up over clusters (counts, tables) is resampled by one matrix product with these weights, and what
    is resampled with the same weights is paired.

    Returns
    -------
    weights : ndarray of shape (n_resamples, n_clusters)
        Whole numbers; every row adds up to ``n_clusters``. The same seed gives the same weights.

    Examples
    --------
    >>> cluster_weights(4, n_resamples=3, seed=1).sum(axis=1)
    array([4., 4., 4.])
    """
    drawn = np.random.default_rng(seed).integers(0, n_clusters, size=(n_resamples, n_clusters))
    drawn += np.arange(n_resamples)[:, None] * n_clusters
    counts = np.bincount(drawn.ravel(), minlength=n_resamples * n_clusters)
    weights = counts.reshape(n_resamples, n_clusters).astype(np.float64)
    # A page asks for the same draw for each of its numbers; nobody may change what others are given.
    weights.setflags(write=False)
    return weights


def limits(
    resampled: FloatArray, *, confidence: float, correction: Correction | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the interval limits of many statistics from their resampled values.

    Parameters
    ----------
    resampled : ndarray of shape (..., n_resamples)
        nan where a resample leaves the statistic undefined; such resamples are dropped. Sorted in place.
    correction : Correction, optional
        Without it percentiles. With it the bias-corrected and accelerated levels
        ``Phi(z0 + (z0 + z) / (1 - a (z0 + z)))``: ``z0`` from the share of resamples below the estimate, and the
        acceleration ``a = sum(d**3) / (6 sum(d**2)**1.5)`` from the deviations ``d`` of the jackknife.

    Returns
    -------
    low, high, undefined_share : ndarrays of shape (...)
        Limits are nan where more than half of the resamples are undefined.

    Source: Efron 1987; Field and Welsh 2007 for clusters.

    Examples
    --------
    >>> low, high, undefined = limits(np.array([[0.4, 0.1, np.nan, 0.3, 0.2]]), confidence=0.5)
    >>> low.round(3), high.round(3), undefined
    (array([0.175]), array([0.325]), array([0.2]))
    """
    levels = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    resampled.sort(axis=-1)  # nan goes last
    defined = resampled.shape[-1] - np.isnan(resampled).sum(axis=-1)
    places = np.broadcast_to(levels, (*defined.shape, 2))
    if correction is not None:
        places = _bca_levels(resampled, defined, correction, levels)
    found = _quantiles(resampled, defined, places)
    undefined_share = 1 - defined / resampled.shape[-1]
    found[undefined_share > MOST_UNDEFINED] = np.nan
    return found[..., 0], found[..., 1], undefined_share


def spread(resampled: FloatArray) -> FloatArray:
    """Return the standard deviation over the last axis of what is defined; nan with fewer than two values.

    >>> spread(np.array([[1.0, 3.0, np.nan], [1.0, np.nan, np.nan]]))
    array([1.41421356,        nan])
    """
    defined = ~np.isnan(resampled)
    n = defined.sum(axis=-1)
    mean = np.where(defined, resampled, 0).sum(axis=-1) / np.maximum(n, 1)
    squares = np.where(defined, (resampled - mean[..., None]) ** 2, 0).sum(axis=-1)
    return np.where(n < 2, np.nan, np.sqrt(squares / np.maximum(n - 1, 1)))


def _quantiles(ordered: FloatArray, defined: FloatArray, places: FloatArray) -> FloatArray:
    """Interpolate linearly between order statistics, each row at its own levels and number of defined values."""
    position = places * np.maximum(defined[..., None] - 1, 0)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(defined[..., None] - 1, 0).astype(np.int64))
    low, high = (np.take_along_axis(ordered, index, axis=-1) for index in (below, above))
    with np.errstate(invalid="ignore"):
        return np.asarray(low + (high - low) * (position - below))


def _bca_levels(ordered: FloatArray, defined: FloatArray, correction: Correction, levels: FloatArray) -> FloatArray:
    estimate = correction.estimate[..., None]
    with np.errstate(invalid="ignore"):
        under = (ordered < estimate).sum(axis=-1) + (ordered == estimate).sum(axis=-1) / 2
    n = np.maximum(defined, 1)
    z0 = normal_quantiles(np.clip(under / n, 0.5 / n, 1 - 0.5 / n))[..., None]
    shifted = z0 + np.array([normal_quantile(level) for level in levels])
    return normal_probabilities(z0 + shifted / (1 - _acceleration(correction.jackknife)[..., None] * shifted))


def _acceleration(jackknife: FloatArray) -> FloatArray:
    known = ~np.isnan(jackknife)
    mean = np.where(known, jackknife, 0).sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)
    deviation = np.where(known, mean[..., None] - jackknife, 0.0)
    squares = (deviation**2).sum(axis=-1)
    scale = np.where(squares == 0, 1.0, 6 * squares**1.5)
    return np.asarray((deviation**3).sum(axis=-1) / scale)
