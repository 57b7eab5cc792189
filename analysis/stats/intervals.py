"""Intervals for one number: the record, and the analytic ways to make it."""

import math
from dataclasses import dataclass

from analysis.stats.distributions import beta_quantile, normal_quantile
from analysis.stats.undefined import Undefined

NAN = math.nan


@dataclass(frozen=True)
class Interval:
    """A confidence interval, how it was made, and why it is missing where it is.

    Attributes
    ----------
    low, high : float
        The limits; nan where undefined.
    confidence : float
        Nominal coverage, e.g. 0.95.
    method : str
        ``normal`` (estimate +- z SE), ``wilson``, ``exact`` (Clopper-Pearson), ``exact_agreement`` (kappa 1: the
        exact limit of raw agreement carried over), ``student`` (t with n - 1 degrees), ``percentile`` or ``bca``.
    undefined : Undefined or None
    """

    low: float
    high: float
    confidence: float
    method: str
    undefined: Undefined | None = None

    @property
    def width(self) -> float:
        """The distance between the limits.

        >>> Interval(0.25, 0.75, 0.95, "normal").width
        0.5
        """
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def undefined_interval(reason: Undefined, *, confidence: float, method: str) -> Interval:
    """Return an interval without limits that says why.

    >>> undefined_interval(Undefined.NO_OVERLAP, confidence=0.95, method="normal").low
    nan
    """
    return Interval(NAN, NAN, confidence, method, reason)


def normal_interval(
    estimate: float, error: float, *, confidence: float = 0.95, lowest: float = -1.0, highest: float = 1.0
) -> Interval:
    """Return estimate +- z * error, cut to the range the statistic can have.

    Examples
    --------
    >>> normal_interval(0.9, 0.1).high
    1.0
    """
    margin = normal_quantile(0.5 + confidence / 2) * error
    return Interval(max(lowest, estimate - margin), min(highest, estimate + margin), confidence, "normal")


def wilson_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of a proportion.

    The limits solve ``|p - successes/n| = z sqrt(p (1 - p) / n)``; they stay inside 0..1 and behave at 0 and n.
    Undefined without trials.

    Source: Wilson 1927; recommended by Brown, Cai and DasGupta 2001.

    Examples
    --------
    >>> interval = wilson_interval(8, 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.49, 0.943)
    """
    if n == 0:
        return undefined_interval(Undefined.TOO_FEW_ITEMS, confidence=confidence, method="wilson")
    z2 = normal_quantile(0.5 + confidence / 2) ** 2
    share = successes / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    margin = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return Interval(max(0.0, middle - margin), min(1.0, middle + margin), confidence, "wilson")


def exact_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval of a proportion: at least the nominal coverage for every n.

    Undefined without trials.

    Source: Clopper and Pearson 1934.

    Examples
    --------
    >>> round(exact_interval(10, 10).low, 4)
    0.6915
    """
    if n == 0:
        return undefined_interval(Undefined.TOO_FEW_ITEMS, confidence=confidence, method="exact")
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else beta_quantile(tail, successes, n - successes + 1)
    high = 1.0 if successes == n else beta_quantile(1 - tail, successes + 1, n - successes)
    return Interval(low, high, confidence, "exact")
