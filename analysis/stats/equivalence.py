"""Is a difference to people small enough not to matter? Answered by an interval and a margin fixed beforehand."""

from enum import StrEnum
from math import isnan

from analysis.stats.intervals import Interval


class Verdict(StrEnum):
    """What an interval of a difference says about a margin."""

    EQUIVALENT = "equivalent"
    """The whole interval is inside the margin."""
    BETTER = "better"
    """All of it is above the margin."""
    NOT_WORSE = "not worse"
    """It reaches beyond the margin above, but not below."""
    WORSE = "worse"
    """All of it is below the margin."""
    NOT_BETTER = "not better"
    """It reaches beyond the margin below, but not above."""
    NOT_SETTLED = "not settled"
    """It reaches beyond the margin on both sides, or there is none."""


def verdict_of(interval: Interval, margin: float) -> Verdict:
    """Compare the interval of a difference with a margin; above 0 is better.

    Two one-sided tests, each at half of what the interval leaves out (2.5 % for 95 %): the difference is told to be
    above ``-margin`` where the interval is, and below ``margin`` likewise. A limit on the margin itself counts as
    beyond it.

    Parameters
    ----------
    interval : Interval
    margin : float
        The largest difference that would not matter, above 0; fixed before the result is known.

    Raises
    ------
    ValueError
        For a margin that is not above 0.

    Source: Schuirmann 1987; Lakens 2017. Both use 90 % intervals for 5 % tests; with 95 % each error is 2.5 %.

    Examples
    --------
    >>> print(verdict_of(Interval(-0.04, 0.08, 0.95, "t"), 0.1), verdict_of(Interval(-0.04, 0.2, 0.95, "t"), 0.1))
    equivalent not worse
    """
    if not margin > 0:
        raise ValueError(f"a margin must be above 0, not {margin}")
    if isnan(interval.low):
        return Verdict.NOT_SETTLED
    if interval.low > margin:
        return Verdict.BETTER
    if interval.high < -margin:
        return Verdict.WORSE
    is_not_worse, is_not_better = interval.low > -margin, interval.high < margin
    if is_not_worse and is_not_better:
        return Verdict.EQUIVALENT
    if is_not_worse:
        return Verdict.NOT_WORSE
    return Verdict.NOT_BETTER if is_not_better else Verdict.NOT_SETTLED
