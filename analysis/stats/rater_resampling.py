"""Bootstrap in two stages: personas, then the raters within each, with the votes counted again.

With S seats there are only ``C(2 S - 1, S)`` ways to draw S raters with replacement (35 for four), so the table of
every persona under every draw is counted once, and a resample adds up tables.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import factorial, prod

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.bootstrap import Statistic, tables_by_cluster
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.labels import (
    MISSING,
    AnyIntArray,
    BoolArray,
    Categories,
    FloatArray,
    IntArray,
    as_clusters,
    as_labels,
)
from analysis.stats.resampling import limits, spread
from analysis.stats.undefined import Undefined
from analysis.stats.votes import VoteRule

MOST_SEATS = 7  # 1,716 draws of raters per persona; beyond that tables would no longer be counted in a moment


@dataclass(frozen=True)
class TwoStageEstimate:
    """A statistic with an interval over personas and raters.

    ``shift`` is the mean of the resamples minus the value. It is negative as a rule: a draw with a rater twice holds
    fewer minds, so its consensus is poorer. Read the interval as a check on the one over personas alone.
    """

    value: float
    error: float
    shift: float
    interval: Interval
    n: int
    n_clusters: int
    n_resamples: int
    seed: int
    undefined_share: float
    undefined: Undefined | None


def two_stage_bootstrap(
    model: npt.ArrayLike,
    humans: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    rule: VoteRule,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    statistic: Statistic = formulas.kappa_of_tables,
) -> TwoStageEstimate:
    """Agreement of a model with the human consensus, resampling personas and, within each, raters.

    Parameters
    ----------
    model : integer array of shape (n_items,)
        -1 = missing.
    humans : integer array of shape (n_seats, n_items)
        At most seven seats.
    clusters : integer array of shape (n_items,)
        Personas.
    rule : function
        One of :data:`analysis.stats.votes.VOTE_RULES`, applied to every draw of raters.
    seed : int

    Returns
    -------
    TwoStageEstimate

    Notes
    -----
    Undefined as the statistic; the interval with fewer than two personas or mostly undefined resamples.

    Source: Davison and Hinkley 1997, §3.8 (hierarchical data).

    Examples
    --------
    >>> from analysis.stats.votes import three_of_four
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> humans = np.where(rng.random((4, 200)) < 0.8, truth, 1 - truth)
    >>> how = {"categories": "AB", "clusters": np.arange(200) // 10, "rule": three_of_four}
    >>> result = two_stage_bootstrap(truth, humans, seed=1, **how)
    >>> result.interval.low < result.value, result.shift < 0
    (True, True)
    """
    labels = as_labels(humans, categories=categories, ndim=2)
    choices = as_labels(model, categories=categories, ndim=1)
    groups, n_clusters = as_clusters(clusters, labels.shape[1])

    def tables(drawn: AnyIntArray) -> FloatArray:
        consensus = rule(drawn, categories=categories, clusters=groups).labels
        return tables_by_cluster(choices, consensus, categories=categories, clusters=groups)

    total = tables(labels).sum(axis=0)
    value, n = float(statistic(total[None])[0]), int(total.sum())
    reason = None if not np.isnan(value) else (Undefined.ONE_CATEGORY if n else Undefined.NO_OVERLAP)
    if reason is not None or n_clusters < 2:
        missing = undefined_interval(
            reason or Undefined.TOO_FEW_CLUSTERS, confidence=confidence, method="two-stage percentile"
        )
        return TwoStageEstimate(value, np.nan, np.nan, missing, n, n_clusters, n_resamples, seed, np.nan, reason)
    draws = _draws(labels, groups, n_clusters)
    by_draw = np.stack([tables(_seated(labels, draw)) for draw in draws.rows])
    values = statistic(_resampled(by_draw, draws.weights, n_resamples, np.random.default_rng(seed)))
    return _estimate(values, value, n, n_clusters, seed, confidence)


@dataclass(frozen=True, eq=False)
class _Draws:
    """All draws of seats: ``rows`` lists them, ``weights`` (n_draws, n_clusters) says how likely each is where."""

    rows: list[tuple[int, ...]]
    weights: FloatArray


def _draws(labels: AnyIntArray, groups: IntArray, n_clusters: int) -> _Draws:
    """Draw from each cluster's occupied seats as many raters as it has."""
    if len(labels) > MOST_SEATS:
        raise ValueError(f"raters can be resampled for at most {MOST_SEATS} seats, not {len(labels)}")
    occupied = np.stack([np.bincount(groups, weights=row != MISSING, minlength=n_clusters) > 0 for row in labels])
    weights: dict[tuple[int, ...], FloatArray] = {}
    for pattern in np.unique(occupied, axis=1).T:
        here = (occupied == pattern[:, None]).all(axis=0)
        seats = tuple(int(seat) for seat in np.flatnonzero(pattern))
        for draw in combinations_with_replacement(seats, len(seats)):
            weights.setdefault(draw, np.zeros(n_clusters))[here] = _probability(draw)
    return _Draws(list(weights), np.stack(list(weights.values())))


def _probability(draw: tuple[int, ...]) -> float:
    """Return the multinomial probability of drawing these seats with replacement, in any order."""
    size = len(draw)
    orders = factorial(size) // prod(factorial(times) for times in Counter(draw).values())
    return orders / size**size if size else 1.0


def _seated(labels: AnyIntArray, draw: tuple[int, ...]) -> AnyIntArray:
    """Return labels of shape (n_seats, n_items) with the drawn raters seated, and the other seats empty."""
    seated = np.full_like(labels, MISSING)
    seated[: len(draw)] = labels[list(draw)]
    return seated


def _resampled(by_draw: FloatArray, weights: FloatArray, n_resamples: int, rng: np.random.Generator) -> FloatArray:
    """Draw personas, then a draw of raters for each; return summed tables of shape (n_resamples, K, K)."""
    n_clusters = weights.shape[1]
    personas = rng.integers(0, n_clusters, size=(n_resamples, n_clusters))
    cumulative = (weights / weights.sum(axis=0)).cumsum(axis=0)
    places: BoolArray = rng.random((n_resamples, n_clusters, 1)) > cumulative.T[personas]
    which = np.minimum(places.sum(axis=-1), len(weights) - 1)
    summed: FloatArray = by_draw[which, personas].sum(axis=1)
    return summed


def _estimate(
    values: FloatArray, value: float, n: int, n_clusters: int, seed: int, confidence: float
) -> TwoStageEstimate:
    error, shift = float(spread(values)), float(np.nanmean(values) - value)
    low, high, undefined_share = limits(values, confidence=confidence)
    broken = Undefined.RESAMPLES_UNDEFINED if np.isnan(low) else None
    interval = Interval(float(low), float(high), confidence, "two-stage percentile", broken)
    share = float(undefined_share)
    return TwoStageEstimate(value, error, shift, interval, n, n_clusters, len(values), seed, share, None)
