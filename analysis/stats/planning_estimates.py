"""What a study's own answers say about the assumptions of a plan: accuracies from agreement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, isnan, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.stats.counting import Entries
from analysis.stats.difficulty import ALIKE as ALL_ALIKE
from analysis.stats.difficulty import Difficulty, accuracy_at, model_accuracy_at
from analysis.stats.estimates import Scale, Statistic
from analysis.stats.inference import METHOD, estimate
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import FloatArray
from analysis.stats.sampling import Sampling
from analysis.stats.undefined import Undefined

CONFIDENCE = 0.95
TELLING = 0.55
"""Raters below this accuracy say next to nothing about what is right, and so about who else is."""


@dataclass(frozen=True)
class EstimatedShare:
    """A share, or what follows from one, with its interval.

    Attributes
    ----------
    value : float
        nan without a single comparison.
    interval : Interval
    n : int
        Comparisons behind it: pairs of raters, or model and rater, on one item.
    alike : float
        Share of them that chose the same.
    """

    value: float
    interval: Interval
    n: int
    alike: float


def rater_accuracy(humans: npt.ArrayLike, sampling: Sampling, difficulty: Difficulty = ALL_ALIKE) -> EstimatedShare:
    """Estimate how often raters are right, from how often two of them choose the same.

    Two raters who are right independently with probability ``a`` choose the same of two with
    ``p = a**2 + (1 - a)**2``, whatever is right, so ``a = (1 + sqrt(2 p - 1)) / 2``; .5 where ``p`` is below .5.
    Where questions differ in difficulty, ``p`` is larger at the same mean accuracy, and this formula would give too
    much; :func:`accuracy_at` then takes its place.

    Parameters
    ----------
    humans : integer array of shape (n_seats, n_items)
        0 and 1; whatever else (missing, no preference) is passed over.
    sampling : Sampling
    difficulty : Difficulty
        Its doubt is added to the interval: the two distances from the value are added in squares.

    Returns
    -------
    EstimatedShare

    Source: the one-coin model of Dawid and Skene 1979 with one accuracy, by the method of moments.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> humans = (rng.random((4, 400)) < 0.8) ^ (rng.random(400) < 0.5)
    >>> result = rater_accuracy(humans, Sampling(np.arange(400) // 10, np.arange(400) % 20))
    >>> result.interval.low < 0.8 < result.interval.high, result.n
    (True, 2400)
    """
    labels = np.asarray(humans)
    first, second = ((labels == k).sum(axis=0) for k in (0, 1))
    alike = (first * (first - 1) + second * (second - 1)) / 2
    pairs = (first + second) * (first + second - 1) / 2
    if not difficulty.high:
        return _estimated(alike, pairs, accuracy_of_agreement, sampling)
    found = _estimated(alike, pairs, lambda share: accuracy_at(share, difficulty.spread), sampling)
    least, most = (float(accuracy_at(np.array(found.alike), one)) for one in (difficulty.high, difficulty.low))
    return replace(found, interval=_widened(found, least, most))


def model_accuracy(
    model: npt.ArrayLike,
    humans: npt.ArrayLike,
    *,
    raters: float,
    sampling: Sampling,
    difficulty: Difficulty = ALL_ALIKE,
    correlation: float = 1.0,
) -> EstimatedShare:
    """Estimate how often a model is right, from how often it chooses as single raters do.

    A model that is right with probability ``m`` chooses as a rater of accuracy ``a`` does with
    ``p = a m + (1 - a) (1 - m)``, so ``m = (p - (1 - a)) / (2 a - 1)``, kept within 0 and 1. Where questions differ in
    difficulty and the model finds the same ones hard, ``p`` is larger at the same ``m``:
    :func:`~analysis.stats.difficulty.model_accuracy_at` allows for that.

    Parameters
    ----------
    model : integer array of shape (n_items,)
    humans : integer array of shape (n_seats, n_items)
    raters : float
        ``a``, taken as known, as are the next two: the interval does not hold their doubt. At least :data:`TELLING`.
    difficulty : Difficulty
    correlation : float
        Of the model's difficulty with that of people.

    Returns
    -------
    EstimatedShare

    Raises
    ------
    ValueError
        Where ``raters`` are so near to guessing that they tell nothing about a model.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(4000) < 0.5
    >>> humans, model = truth ^ (rng.random((4, 4000)) > 0.8), truth ^ (rng.random(4000) > 0.9)
    >>> sampling = Sampling(np.arange(4000) // 10, np.arange(4000) % 20)
    >>> round(model_accuracy(model, humans, raters=0.8, sampling=sampling).value, 1)
    0.9
    """
    if not raters >= TELLING:
        raise ValueError(f"raters must be right with probability {TELLING} or more, not {raters}")
    own, labels = np.asarray(model), np.asarray(humans)
    known = ((labels == 0) | (labels == 1)) & ((own == 0) | (own == 1))
    alike = ((labels == own) & known).sum(axis=0)

    def accuracy(share: FloatArray) -> FloatArray:
        if difficulty.spread:
            return model_accuracy_at(share, raters, difficulty.spread, correlation)
        return np.clip((share - (1 - raters)) / (2 * raters - 1), 0, 1)

    return _estimated(alike, known.sum(axis=0), accuracy, sampling)


def _widened(found: EstimatedShare, least: float, most: float) -> Interval:
    value, interval = found.value, found.interval
    low = value - hypot(value - interval.low, value - least)
    high = value + hypot(interval.high - value, most - value)
    return replace(interval, low=max(low, 0.5), high=min(high, 1.0)) if not isnan(interval.low) else interval


def accuracy_of_agreement(share: FloatArray) -> FloatArray:
    """Return the accuracy at which two independent raters choose the same so often.

    >>> accuracy_of_agreement(np.array([1.0, 0.68, 0.5, 0.4])).round(3)
    array([1. , 0.8, 0.5, 0.5])
    """
    return np.asarray((1 + np.sqrt(np.clip(2 * share - 1, 0, None))) / 2)


def agreement_of_accuracy(accuracy: float) -> float:
    """Return how often two independent raters of this accuracy choose the same.

    >>> round(agreement_of_accuracy(0.8), 2)
    0.68
    """
    return accuracy**2 + (1 - accuracy) ** 2


def _estimated(
    alike: npt.NDArray[Any], pairs: npt.NDArray[Any], of_share: Callable[[FloatArray], FloatArray], sampling: Sampling
) -> EstimatedShare:
    """Estimate from comparisons per item, how many and how many of them alike; the share's interval is carried over."""
    n = int(pairs.sum())
    if not n:
        return EstimatedShare(
            nan, undefined_interval(Undefined.NO_OVERLAP, confidence=CONFIDENCE, method=METHOD), 0, nan
        )
    items = np.repeat(np.arange(len(pairs)), 2)
    counts = np.stack([alike, pairs - alike], axis=1).ravel().astype(np.int64)
    entries = Entries(np.repeat(items, counts), np.repeat(np.tile([0, 1], len(pairs)), counts), (2,), len(pairs))
    share = estimate(Evidence(entries), ALIKE, sampling)
    low, high = of_share(np.array([share.interval.low, share.interval.high])).tolist()
    interval = Interval(low, high, CONFIDENCE, METHOD, share.interval.undefined)
    return EstimatedShare(float(of_share(np.array(share.value))), interval, n, share.value)


def _share_alike(counts: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(counts[..., 0] / counts.sum(axis=-1))


ALIKE = Statistic(_share_alike, Scale.SHARE)
