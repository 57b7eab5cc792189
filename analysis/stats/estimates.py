"""The record of one estimated number with its interval, and of two that are compared."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from analysis.stats import formulas
from analysis.stats.intervals import Interval
from analysis.stats.labels import FloatArray
from analysis.stats.undefined import Undefined


class Scale(Enum):
    """The scale on which an interval is symmetric, and so the range it keeps to."""

    FISHER = "fisher"
    """-1 to 1, by Fisher's z."""
    SHARE = "share"
    """0 to 1, by Wilson's limits for an effective number of items."""
    DIFFERENCE = "difference"
    """Of two kappas: -2 to 2, as it is."""
    POINTS = "points"
    """Of two shares: -1 to 1, as it is."""
    INTERACTION = "interaction"
    """Of two differences of kappas: -4 to 4, as it is."""
    LOG = "log"
    """Any number, as it is."""
    SCORE = "score"
    """A mean that is 0 at least, as it is."""


@dataclass(frozen=True)
class Statistic:
    """A function of contingency tables of shape (..., K, K) to values (...), and the scale of its interval."""

    of_tables: Callable[[FloatArray], FloatArray]
    scale: Scale


KAPPA = Statistic(formulas.kappa_of_tables, Scale.FISHER)
AGREEMENT = Statistic(formulas.agreement_of_tables, Scale.SHARE)


@dataclass(frozen=True)
class Estimate:
    """A statistic with its interval.

    Attributes
    ----------
    value : float
        On the data as they are; nan where ``undefined`` gives a reason.
    error : float
        Standard error on the scale of the value; nan without an interval.
    interval : Interval
        With a reason of its own where the value has none.
    n : int
        Items behind the value.
    entries : int
        Comparisons behind it: one for each item, or one for each item and held-out rater.
    degrees : float
        Of Student's t.
    undefined_share : float
        Largest share of leave-one-out values without a number; above 0 there is no interval.
    undefined : Undefined or None
    """

    value: float
    error: float
    interval: Interval
    n: int
    entries: int
    degrees: float
    undefined_share: float
    undefined: Undefined | None


@dataclass(frozen=True)
class PairedDifference:
    """Two annotators against one reference on the same entries: ``difference`` is first minus second.

    ``p_value`` is two-sided, from Student's t with the interval's degrees of freedom.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    p_value: float
