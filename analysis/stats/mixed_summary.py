"""What a fitted random-effects model says: variance components, mean shares, and a shrunken share for each persona."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from analysis.stats.distributions import student_t_quantile
from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.labels import FloatArray
from analysis.stats.mixed import MixedFit

CONFIDENCE = 0.95
METHOD = "laplace"
RESIDUAL = pi**2 / 3
"""Variance of the logistic distribution: what one choice varies by when everything else is fixed."""
ATTENUATION = 256 / (75 * pi**2)


@dataclass(frozen=True)
class Component:
    """One standard deviation of log-odds, and its share of the variance of a single choice."""

    name: str
    spread: float
    share: float


def components_of(fit: MixedFit) -> tuple[Component, ...]:
    """All components, and what is left to chance.

    >>> fit = MixedFit(np.zeros(1), np.zeros((1, 1)), {"persona": pi / sqrt(3)}, {}, {}, 0.0)
    >>> [(one.name, round(one.share, 2)) for one in components_of(fit)]
    [('persona', 0.5), ('chance', 0.5)]
    """
    total = sum(spread**2 for spread in fit.spreads.values()) + RESIDUAL
    known = [Component(name, spread, spread**2 / total) for name, spread in fit.spreads.items()]
    return (*known, Component("chance", sqrt(RESIDUAL), RESIDUAL / total))


def share_at(log_odds: FloatArray, spread: float) -> FloatArray:
    """Return the mean of a logistic-normal: log-odds shrink by ``sqrt(1 + .346 spread**2)``.

    Source: Zeger, Liang and Albert 1988.

    >>> round(float(share_at(np.array(1.5), 0.0)), 3), round(float(share_at(np.array(1.5), 1.0)), 3)
    (0.818, 0.785)
    """
    result: FloatArray = 1 / (1 + np.exp(-log_odds / sqrt(1 + ATTENUATION * spread**2)))
    return result


@dataclass(frozen=True, eq=False)
class MixedSummary:
    """The fit in shares. ``without`` are components that an annotator's rows do not have: a model has no raters.

    Attributes
    ----------
    fit : MixedFit
    without : tuple of tuples of names, one for each annotator
    n : integer ndarray of shape (n_annotators,)
        Rows of each.
    degrees : float
        Of Student's t: the smallest number of crossed clusters minus 1.
    """

    fit: MixedFit
    without: tuple[tuple[str, ...], ...]
    n: np.ndarray
    degrees: float

    def mean(self, annotator: int) -> Estimate:
        """The share over new personas, prompts, questions and raters."""
        error = sqrt(self.fit.fixed_covariance[annotator, annotator])
        return self._on_log_odds(float(self.fit.fixed[annotator]), error, self._spread(annotator), annotator)

    def difference(self, first: int, second: int) -> Estimate:
        """First minus second mean share, by the delta method."""
        places = [first, second]
        shares = [self.mean(one).value for one in places]
        slopes = np.array([self._slope(share, one) for share, one in zip(shares, places, strict=True)]) * [1, -1]
        variance = float(slopes @ self.fit.fixed_covariance[np.ix_(places, places)] @ slopes)
        value, margin = shares[0] - shares[1], self._quantile() * sqrt(variance)
        interval = Interval(max(value - margin, -1.0), min(value + margin, 1.0), CONFIDENCE, METHOD)
        n = int(self.n[first])
        return Estimate(value, sqrt(variance), interval, n, n, self.degrees, 0.0, None)

    def of_persona(self, annotator: int, persona: int, cell: int, n: int) -> Estimate:
        """The shrunken share of an annotator on one persona, over new prompts, questions and raters.

        ``cell`` is the level of persona x annotator, ``n`` the rows behind it. The interval is conditional on the
        standard deviations.
        """
        log_odds = self.fit.fixed[annotator] + self.fit.effects["persona"][persona] + self.fit.effects["cell"][cell]
        error = sqrt(self.fit.persona_variances[annotator, cell])
        return self._on_log_odds(float(log_odds), error, self._spread(annotator, "persona", "cell"), n_of=n)

    def _spread(self, annotator: int, *known: str) -> float:
        left_out = {*known, *self.without[annotator]}
        return sqrt(sum(spread**2 for name, spread in self.fit.spreads.items() if name not in left_out))

    def _slope(self, share: float, annotator: int) -> float:
        return share * (1 - share) / sqrt(1 + ATTENUATION * self._spread(annotator) ** 2)

    def _quantile(self) -> float:
        return float(student_t_quantile(0.5 + CONFIDENCE / 2, self.degrees))

    def _on_log_odds(
        self, log_odds: float, error: float, spread: float, annotator: int = 0, n_of: int | None = None
    ) -> Estimate:
        margin = self._quantile() * error
        low, value, high = share_at(np.array([log_odds - margin, log_odds, log_odds + margin]), spread).tolist()
        n = int(self.n[annotator]) if n_of is None else n_of
        interval = Interval(low, high, CONFIDENCE, METHOD)
        return Estimate(value, error * value * (1 - value), interval, n, n, self.degrees, 0.0, None)
