"""From a few personas that people checked to a whole set that a model annotated: prediction-powered inference.

Letters: N personas, n of them checked by people. Each has a share of people's choices (known for the checked) and of
the model's (known for all).
"""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis.stats.distributions import student_t_quantile
from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.labels import FloatArray
from analysis.stats.undefined import Undefined

CONFIDENCE = 0.95
METHOD = "prediction-powered"
FEWEST = 5
"""Checked personas; with fewer the slope is noise."""
ROUNDING = 1e-15
"""A variance up to this is none: personas that are all alike say nothing of how far others differ."""


@dataclass(frozen=True)
class PredictionPowered:
    """A share of people over all personas.

    Attributes
    ----------
    people : Estimate
        From the checked personas alone.
    powered : Estimate
        Corrected by what the model says of the others.
    model : float
        The model's own share over all personas: what a study without people would report.
    slope : float
        How much of the model's difference between unchecked and checked personas is believed: 0 none of it.
    n, n_all : int
        Checked personas, and all.
    """

    people: Estimate
    powered: Estimate
    model: float
    slope: float
    n: int
    n_all: int

    @property
    def worth(self) -> float:
        """How many checked personas would give as narrow an interval without the model."""
        return self.n * (self.people.error / self.powered.error) ** 2 if self.powered.error > 0 else nan


def prediction_powered(
    people: npt.ArrayLike, model: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> PredictionPowered:
    """Estimate people's mean share over the population that the personas were drawn from.

    ``theta = mean of people (checked) + slope * (mean of model (unchecked) - mean of model (checked))``, all means
    weighted. The slope is that of people's shares on the model's among the checked personas, times ``(N - n) / N``,
    kept within 0 and 1. The variance is the jackknife's over checked personas, slope included, plus that of the
    unchecked mean times the slope squared; Student's t with n - 2 degrees of freedom. It holds whether or not the model
    is any good, if the checked personas are a random sample of all. Where nothing varies there is no interval.

    Parameters
    ----------
    people : array of shape (N,)
        nan where nobody checked.
    model : array of shape (N,)
        nan: the persona is left out.
    weights : array of shape (N,), optional
        Such as person weights of a census; 0 or nan: left out.

    Returns
    -------
    PredictionPowered

    Source: Angelopoulos, Duchi and Zrnic 2023 (the tuned slope); Angelopoulos et al. 2023.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.normal(0.6, 0.1, 1000)
    >>> people = np.where(np.arange(1000) < 20, truth + rng.normal(0, 0.03, 1000), np.nan)
    >>> found = prediction_powered(people, truth + 0.1 + rng.normal(0, 0.03, 1000))
    >>> 0.6 in found.powered.interval, found.model > 0.65, found.worth > 60
    (True, True, True)
    """
    shares, said = (np.asarray(one, dtype=np.float64) for one in (people, model))
    w = np.ones_like(said) if weights is None else np.nan_to_num(np.asarray(weights, dtype=np.float64))
    kept = ~np.isnan(said) & (w > 0)
    shares, said, w = shares[kept], said[kept], w[kept]
    checked = ~np.isnan(shares)
    n, n_all = int(checked.sum()), int(checked.size)
    own_model = float(np.average(said, weights=w)) if n_all else nan
    if n < FEWEST or n == n_all:
        return PredictionPowered(_without_interval(shares[checked], w[checked]), _none(n), own_model, nan, n, n_all)
    h, m, v = shares[checked], said[checked], w[checked]
    rest = float(np.average(said[~checked], weights=w[~checked]))
    slope = float(_slopes(h, m, v[None], n_all)[0])
    value = float(_theta(h, m, v[None], rest, n_all)[0])
    left_out = v * (1 - np.eye(n))
    variance = _jackknife(_theta(h, m, left_out, rest, n_all)) + slope**2 * _variance_of_mean(
        said[~checked], w[~checked]
    )
    alone = (left_out @ h) / left_out.sum(axis=1)
    mean = float(np.average(h, weights=v))
    return PredictionPowered(
        _estimate(mean, _jackknife(alone), n, n - 1), _estimate(value, variance, n, n - 2), own_model, slope, n, n_all
    )


def _slopes(h: FloatArray, m: FloatArray, weights: FloatArray, n_all: int) -> FloatArray:
    """Weighted slope of people on model for each row of weights, times the share unchecked, within 0 and 1."""
    total = weights.sum(axis=1)
    people, model = (weights @ h) / total, (weights @ m) / total
    covariance = (weights @ (h * m)) / total - people * model
    variance = (weights @ (m * m)) / total - model**2
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes = np.where(variance > 1e-12, covariance / variance, 0.0)
    return np.asarray(np.clip(slopes, 0, 1) * (1 - len(h) / n_all))


def _theta(h: FloatArray, m: FloatArray, weights: FloatArray, rest: float, n_all: int) -> FloatArray:
    total = weights.sum(axis=1)
    return np.asarray((weights @ h) / total + _slopes(h, m, weights, n_all) * (rest - (weights @ m) / total))


def _jackknife(values: FloatArray) -> float:
    n = len(values)
    return float(((values - values.mean()) ** 2).sum() * (n - 1) / n)


def _variance_of_mean(values: FloatArray, weights: FloatArray) -> float:
    n, shares = len(values), weights / weights.sum()
    deviations = values - shares @ values
    return float((shares**2 @ deviations**2) * n / max(n - 1, 1))


def _estimate(value: float, variance: float, n: int, degrees: int) -> Estimate:
    if variance <= ROUNDING:
        missing = undefined_interval(Undefined.NO_VARIATION, confidence=CONFIDENCE, method=METHOD)
        return Estimate(value, nan, missing, n, n, degrees, 0.0, None)
    margin = student_t_quantile(0.5 + CONFIDENCE / 2, degrees) * sqrt(variance)
    interval = Interval(max(value - margin, 0.0), min(value + margin, 1.0), CONFIDENCE, METHOD)
    return Estimate(value, sqrt(variance), interval, n, n, degrees, 0.0, None)


def _without_interval(shares: FloatArray, weights: FloatArray) -> Estimate:
    n = len(shares)
    if not n:
        return _none(0)
    missing = undefined_interval(Undefined.TOO_FEW_CLUSTERS, confidence=CONFIDENCE, method=METHOD)
    return Estimate(float(np.average(shares, weights=weights)), nan, missing, n, n, nan, 0.0, None)


def _none(n: int) -> Estimate:
    reason = Undefined.TOO_FEW_CLUSTERS if n else Undefined.NO_OVERLAP
    missing = undefined_interval(reason, confidence=CONFIDENCE, method=METHOD)
    return Estimate(nan, nan, missing, n, n, nan, 0.0, reason)
