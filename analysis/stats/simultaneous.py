"""Several comparisons at once: intervals that all hold together, what may be said of ranks, and the best of several.

Letters: C comparisons, G clusters left out in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.stats.estimates import Estimate
from analysis.stats.intervals import Interval
from analysis.stats.labels import FloatArray

DRAWS = 100_000
SEED = 20240717


@dataclass(frozen=True, eq=False)
class Simultaneous:
    """Intervals of C numbers that hold together, by the largest of their t values.

    Attributes
    ----------
    critical : float
        Takes the place of the quantile of Student's t.
    low, high : ndarray of shape (C,)
    p_values : ndarray of shape (C,)
        Two-sided, adjusted for all C: the probability that the largest of the C values of |t| is so large when
        every number is 0.
    """

    critical: float
    low: FloatArray
    high: FloatArray
    p_values: FloatArray

    def is_above_0(self) -> npt.NDArray[np.bool_]:
        """Return which numbers are above 0, all told together."""
        return np.asarray(self.low > 0)


def simultaneous(
    values: npt.ArrayLike,
    errors: npt.ArrayLike,
    deviations: npt.ArrayLike,
    degrees: float,
    *,
    confidence: float = 0.95,
) -> Simultaneous:
    """Return max-t intervals: with this confidence every one of them holds its number.

    The C values of t are taken as multivariate Student's t with the correlation that the shared leave-one-out values
    show; the critical value is the quantile of the largest |t|, from a fixed sequence of random numbers, so that the
    same data give the same interval. It lies between the quantile of one t and that of Bonferroni, which it approaches
    as the numbers have less in common.

    Parameters
    ----------
    values, errors : arrays of shape (C,)
        Estimates and their standard errors; an error that is nan or 0 gives no interval and takes no part.
    deviations : array of shape (C, G)
        Of each leave-one-out value from the whole; nan counts as 0.
    degrees : float
        Of Student's t, the same for all.
    confidence : float

    Returns
    -------
    Simultaneous

    Source: Hothorn, Bretz and Westfall 2008 for max-t; Romano and Wolf 2005 for correlations from shared resamples.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = simultaneous([0.3, 0.0], [0.1, 0.1], rng.normal(size=(2, 400)), 1e6)
    >>> round(found.critical, 1), found.is_above_0().tolist()
    (2.2, [True, False])
    """
    value, error = (np.asarray(one, dtype=np.float64) for one in (values, errors))
    known = error > 0
    size = np.full(value.shape, np.nan)
    size[known] = np.abs(value[known]) / error[known]
    largest = _largest_t(np.asarray(deviations, dtype=np.float64)[known], degrees)
    critical = float(np.quantile(largest, confidence)) if known.any() else float("nan")
    p_values = np.full(value.shape, np.nan)
    # One is added to both counts, as for any p-value from random draws: it is never 0.
    below = np.searchsorted(np.sort(largest), size[known])
    p_values[known] = (1 + largest.size - below) / (1 + largest.size)
    margin = np.where(known, critical * error, np.nan)
    return Simultaneous(critical, value - margin, value + margin, p_values)


def for_the_best_of(estimate: Estimate, n: int) -> Interval:
    """Return the interval of a number that was chosen because it is the largest of n: Student's t, Sidak's level.

    With its confidence all n such intervals hold together, so that of whichever is chosen does.

    Source: Sidak 1967, whose inequality holds for numbers that are correlated in any way; Andrews, Kitagawa and
    McCloskey 2024 call an interval that holds for all a projection interval.

    Examples
    --------
    >>> one = Estimate(0.2, 0.05, Interval(0.1, 0.3, 0.95, "t"), 200, 800, 19, 0.0, None)
    >>> for_the_best_of(one, 4).low.__round__(3), for_the_best_of(one, 1).low.__round__(3)
    (0.063, 0.095)
    """
    level = estimate.interval.confidence ** (1 / n)
    margin = float(special.stdtrit(estimate.degrees, 0.5 + level / 2)) * estimate.error
    limits = estimate.value - margin, estimate.value + margin
    return replace(estimate.interval, low=limits[0], high=limits[1], method="jackknife-t, Sidak")


def _largest_t(deviations: FloatArray, degrees: float) -> FloatArray:
    """Draw the largest |t| of C correlated ones, shape (DRAWS,)."""
    rng, n = np.random.default_rng(SEED), len(deviations)
    if not n:
        return np.empty(0)
    centred = np.nan_to_num(deviations)
    lengths = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    unit = np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0)
    correlation = unit @ unit.T
    np.fill_diagonal(correlation, 1.0)
    variances, directions = np.linalg.eigh(correlation)
    mix = directions * np.sqrt(np.clip(variances, 0, None))
    normal = np.abs(rng.standard_normal((DRAWS, n), dtype=np.float32) @ mix.T.astype(np.float32)).max(axis=1)
    return np.asarray(normal / np.sqrt(rng.chisquare(degrees, DRAWS) / degrees), dtype=np.float64)


def rank_intervals(n: int, above: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return for each of n the best and the worst rank that the comparisons leave it.

    Where the comparisons hold together, so do these ranks.

    Parameters
    ----------
    above : sequence of (winner, loser)
        Pairs told apart.

    Source: Mogstad, Romano, Shaikh and Wilhelm 2024.

    Examples
    --------
    >>> rank_intervals(3, [(0, 2), (1, 2)])
    [(1, 2), (1, 2), (3, 3)]
    """
    better, worse = [0] * n, [0] * n
    for winner, loser in above:
        better[loser] += 1
        worse[winner] += 1
    return [(1 + better[one], n - worse[one]) for one in range(n)]


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """Return Holm's adjusted p-values: valid whatever the tests have in common; nan stays nan and takes no part.

    Source: Holm 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    return _stepwise(p_values, lambda n: np.arange(n, 0, -1), is_downward=True)


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Return q-values: rejecting those at most q keeps the expected share of false ones among them at q.

    Holds for independent and positively dependent tests; nan stays nan and takes no part.

    Source: Benjamini and Hochberg 1995.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    return _stepwise(p_values, lambda n: n / np.arange(1, n + 1), is_downward=False)


def _stepwise(p_values: npt.ArrayLike, factors, *, is_downward: bool) -> FloatArray:  # type: ignore[no-untyped-def]
    values = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    scaled = values[order] * factors(len(order))
    steps = np.maximum.accumulate(scaled) if is_downward else np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.full(values.shape, np.nan)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
