"""Habits that are no opinions: sides, runs and speed. They are flags to check, never by themselves an exclusion."""

from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats.coefficients import Proportion, proportion
from analysis.stats.distributions import fair_binomial_two_sided
from analysis.stats.labels import MISSING, AnyIntArray, BoolArray, FloatArray, IntArray, as_labels
from analysis.stats.undefined import Undefined

SIDES = ("first", "second", "no preference")


@dataclass(frozen=True)
class PositionBias:
    """How often a rater chose the response shown first.

    ``p_value`` is the exact two-sided one against one half; ``first_share.n`` leaves "no preference" out.
    """

    first_share: Proportion
    p_value: float


def position_bias(shown: npt.ArrayLike, *, confidence: float = 0.95) -> PositionBias:
    """Test whether a rater (or all of them together) prefers a side of the screen.

    Parameters
    ----------
    shown : integer array of any shape
        Choices as shown: 0 the first response, 1 the second, 2 no preference, -1 missing.

    Returns
    -------
    PositionBias

    Notes
    -----
    Valid when the order was drawn at random. Undefined without a choice. Ten choices reach p < .05 only at 0, 1, 9
    and 10.

    Examples
    --------
    >>> result = position_bias([0] * 9 + [1])
    >>> result.first_share.value, round(result.p_value, 4)
    (0.9, 0.0215)
    """
    sides = as_labels(np.ravel(shown), categories=SIDES, ndim=1)
    first, n = int((sides == 0).sum()), int(((sides == 0) | (sides == 1)).sum())
    share = proportion(first, n, confidence=confidence, empty=Undefined.TOO_FEW_ITEMS)
    return PositionBias(share, fair_binomial_two_sided(first, n))


def position_bias_per_rater(shown: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[PositionBias, ...]:
    """Return :func:`position_bias` of each rater, from choices of shape (n_raters, n_items).

    Examples
    --------
    >>> [bias.first_share.value for bias in position_bias_per_rater([[0, 0, 1, -1], [1, 1, 1, 0]])]
    [0.6666666666666666, 0.25]
    """
    return tuple(position_bias(row, confidence=confidence) for row in as_labels(shown, categories=SIDES, ndim=2))


@dataclass(frozen=True)
class SwapConsistency:
    """What a model does when the two responses change places.

    ``consistent`` is the share of items with the same response (or no preference) in both orders; ``always_first``
    and ``always_second`` the shares that follow the side; the rest moved from or to "no preference".
    """

    consistent: Proportion
    always_first: Proportion
    always_second: Proportion


def swap_consistency(
    shown: npt.ArrayLike, shown_swapped: npt.ArrayLike, *, confidence: float = 0.95
) -> SwapConsistency:
    """Compare a rater's choices in the two orders of the same items.

    Parameters
    ----------
    shown, shown_swapped : integer arrays of shape (n_items,)
        Choices as shown in each order: 0 first, 1 second, 2 no preference, -1 missing (item dropped).

    Examples
    --------
    >>> result = swap_consistency([0, 0, 1, 2], [1, 0, 1, 2])
    >>> result.consistent.value, result.always_first.value, result.always_second.value
    (0.5, 0.25, 0.25)
    """
    one, two = (as_labels(x, categories=SIDES, ndim=1) for x in (shown, shown_swapped))
    if one.shape != two.shape:
        raise ValueError("both orders must hold the same items")
    both = (one != MISSING) & (two != MISSING)
    pairs = np.bincount(one[both] * 3 + two[both], minlength=9)
    shares = [int(pairs[1] + pairs[3] + pairs[8]), int(pairs[0]), int(pairs[4])]
    return SwapConsistency(
        *[proportion(x, int(both.sum()), confidence=confidence, empty=Undefined.TOO_FEW_ITEMS) for x in shares]
    )


@dataclass(frozen=True)
class StraightLine:
    """The longest run of one side, and how likely a run at least as long is when sides are tossed."""

    longest: int
    n: int
    p_value: float


def straight_line(shown: npt.ArrayLike) -> StraightLine:
    """Find the longest run of the same side in the order the rater answered.

    Parameters
    ----------
    shown : integer array of shape (n_items,)
        0 first, 1 second; other values are passed over.

    Returns
    -------
    StraightLine
        ``p_value`` is exact; nan without a choice.

    Examples
    --------
    >>> straight_line([0] * 10)
    StraightLine(longest=10, n=10, p_value=0.001953125)
    """
    sides = as_labels(shown, categories=SIDES, ndim=1)
    sides = sides[(sides == 0) | (sides == 1)]
    longest = _longest_run(sides)
    return StraightLine(longest, len(sides), run_probability(longest, len(sides)))


@lru_cache(maxsize=1024)
def run_probability(longest: int, n: int) -> float:
    """Return the probability that ``n`` fair tosses hold a run of ``longest`` or more equal ones; nan for n = 0.

    Sequences without such a run are compositions of n into parts below ``longest``, counted by recursion.

    Examples
    --------
    >>> run_probability(2, 3)
    0.75
    """
    if n == 0:
        return nan
    ways = [1]
    for length in range(1, n + 1):
        ways.append(sum(ways[max(0, length - longest + 1) : length]))
    return 1.0 - 2 * ways[n] / int(2**n)


@dataclass(frozen=True, eq=False)
class Speed:
    """How fast each rater was beside the median of the same questions.

    Attributes
    ----------
    ratio : ndarray of shape (n_raters, n_items)
        Time over the question's median; nan where missing or where fewer than two raters were timed.
    of_rater : ndarray of shape (n_raters,)
        Median of the rater's ratios; nan without any.
    fast_share : ndarray of shape (n_raters,)
        Share of the rater's ratios below ``threshold``.
    fast : ndarray of shape (n_raters,)
        ``of_rater`` below ``threshold``.
    threshold : float
    """

    ratio: FloatArray
    of_rater: FloatArray
    fast_share: FloatArray
    fast: BoolArray
    threshold: float


def relative_speed(seconds: npt.ArrayLike, *, threshold: float = 1 / 3) -> Speed:
    """Compare each rater's time on a question with the median of all who answered it.

    Parameters
    ----------
    seconds : array of shape (n_raters, n_items)
        nan = missing.
    threshold : float
        A ratio below it is called fast.

    Examples
    --------
    >>> result = relative_speed([[30, 60], [30, 60], [5, 12]])
    >>> result.of_rater.round(2), result.fast
    (array([1.  , 1.  , 0.18]), array([False, False,  True]))
    """
    times = np.asarray(seconds, dtype=np.float64)
    timed = (~np.isnan(times)).sum(axis=0)
    median = np.full(times.shape[1], nan)
    median[timed >= 2] = np.nanmedian(times[:, timed >= 2], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(median > 0, times / median, nan)
    known = ~np.isnan(ratio)
    of_rater, fast_share = np.full(len(times), nan), np.full(len(times), nan)
    seen = known.any(axis=1)
    of_rater[seen] = np.nanmedian(ratio[seen], axis=1)
    fast_share[seen] = ((ratio < threshold) & known)[seen].sum(axis=1) / known[seen].sum(axis=1)
    return Speed(ratio, of_rater, fast_share, of_rater < threshold, threshold)


def _longest_run(sides: AnyIntArray) -> int:
    if len(sides) == 0:
        return 0
    breaks: IntArray = np.flatnonzero(np.diff(sides)) + 1
    return int(np.diff(np.concatenate([[0], breaks, [len(sides)]])).max())
