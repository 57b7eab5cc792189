"""When a model says how sure it is: are the probabilities right?

Letters: N items with a probability, B bins.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.estimates import Estimate, Scale
from analysis.stats.labels import FloatArray, IntArray
from analysis.stats.sampling import Sampling
from analysis.stats.scores import estimate_from_sums

BINS = 10
SMALLEST = 1e-15


@dataclass(frozen=True)
class Bin:
    """The items whose probability lies between ``low`` and ``high``.

    Attributes
    ----------
    n : int
    said : float
        Mean probability.
    came : float
        Mean outcome.
    """

    low: float
    high: float
    n: int
    said: float
    came: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """How good N probabilities of an outcome are.

    Attributes
    ----------
    n : int
    brier : float
        Mean squared distance of probability and outcome: 0 is perfect, .25 is what "50 %" everywhere gets.
    log_loss : float
        Mean of minus the log of the probability given to what came: ln 2 = .693 is what "50 %" everywhere gets.
    error : float
        Expected calibration error: mean distance of probability and outcome over bins, weighted by their items.
    bins : tuple of Bin
        Those with an item.
    """

    n: int
    brier: float
    log_loss: float
    error: float
    bins: tuple[Bin, ...]


def calibration(probabilities: npt.ArrayLike, outcomes: npt.ArrayLike, *, bins: int = BINS) -> Calibration:
    """Compare probabilities with what came.

    Parameters
    ----------
    probabilities : array of shape (N,)
        Of the outcome 1; nan = none given, left out.
    outcomes : array of shape (N,)
        0 or 1, or between them the share of people who chose 1: the Brier score is then the distance to the
        distribution of votes, the log loss its cross-entropy. nan = left out.
    bins : int
        Of equal width over 0 to 1; the last one holds 1.

    Returns
    -------
    Calibration
        nan without an item. A probability of 0 or 1 counts as 1e-15 from it in the log loss.

    Raises
    ------
    ValueError
        For shapes that differ, or a number outside 0 to 1.

    Source: Brier 1950; Naeini, Cooper and Hauskrecht 2015 for the expected calibration error.

    Examples
    --------
    >>> found = calibration([0.9, 0.9, 0.2, 0.2], [1, 0, 0, 0])
    >>> round(found.brier, 3), round(found.error, 2), [one.n for one in found.bins]
    (0.225, 0.3, [2, 2])
    """
    p, y = (np.asarray(one, dtype=np.float64) for one in (probabilities, outcomes))
    if p.shape != y.shape or p.ndim != 1:
        raise ValueError(f"probabilities and outcomes must have one shape (N,), not {p.shape} and {y.shape}")
    known = ~np.isnan(p) & ~np.isnan(y)
    p, y = p[known], y[known]
    if ((p < 0) | (p > 1) | (y < 0) | (y > 1)).any():
        raise ValueError("probabilities and outcomes lie between 0 and 1")
    if not p.size:
        return Calibration(0, float("nan"), float("nan"), float("nan"), ())
    found = tuple(_bins(p, y, bins))
    safe = np.clip(p, SMALLEST, 1 - SMALLEST)
    return Calibration(
        n=int(p.size),
        brier=float(((p - y) ** 2).mean()),
        log_loss=float(-(y * np.log(safe) + (1 - y) * np.log1p(-safe)).mean()),
        error=sum(one.n * abs(one.said - one.came) for one in found) / p.size,
        bins=found,
    )


@dataclass(frozen=True)
class Scores:
    """The three scores of a :class:`Calibration`, each with its interval."""

    brier: Estimate
    log_loss: Estimate
    error: Estimate


def scores(
    probabilities: npt.ArrayLike, outcomes: npt.ArrayLike, items: IntArray, sampling: Sampling, *, bins: int = BINS
) -> Scores:
    """Estimate the scores with intervals over personas and prompts.

    Parameters
    ----------
    probabilities, outcomes : arrays of shape (N,)
        As for :func:`calibration`.
    items : integer array of shape (N,)
        The item of the sampling that each is about; an item may have several.
    sampling : Sampling

    Notes
    -----
    The calibration error is a sum of absolute values: with few items a bin it is above 0 for right probabilities too.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> said = rng.random(400)
    >>> came, items = (rng.random(400) < said).astype(float), np.arange(400)
    >>> found = scores(said, came, items, Sampling(items // 10, items % 20))
    >>> 1 / 6 in found.brier.interval, 0.5 in found.log_loss.interval
    (True, True)
    """
    p, y = (np.asarray(one, dtype=np.float64) for one in (probabilities, outcomes))
    known = ~np.isnan(p) & ~np.isnan(y)
    p, y, at = p[known], y[known], items[known]
    safe = np.clip(p, SMALLEST, 1 - SMALLEST)
    losses = (p - y) ** 2, -(y * np.log(safe) + (1 - y) * np.log1p(-safe))
    n_items, ones = len(sampling.personas), np.ones(p.size)

    def summed(*columns: FloatArray) -> FloatArray:
        return np.stack([np.bincount(at, column, n_items) for column in columns], axis=-1)

    brier, log_loss = (estimate_from_sums(summed(one, ones), p.size, _mean, Scale.SCORE, sampling) for one in losses)
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    inside = [place == one for one in range(bins)]
    by_bin = np.stack([summed(ones * one, p * one, y * one) for one in inside], axis=1)
    return Scores(brier, log_loss, estimate_from_sums(by_bin, p.size, _calibration_error, Scale.SCORE, sampling))


def _mean(sums: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _calibration_error(sums: FloatArray) -> FloatArray:
    n = sums[..., 0].sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(sums[..., 1] - sums[..., 2]).sum(axis=-1) / n)


def _bins(p: FloatArray, y: FloatArray, bins: int) -> list[Bin]:
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    found = []
    for one in np.unique(place).tolist():
        here = place == one
        found.append(Bin(one / bins, (one + 1) / bins, int(here.sum()), float(p[here].mean()), float(y[here].mean())))
    return found
