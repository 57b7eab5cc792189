"""How reliable is the consensus of k raters, and what would one more buy?

Each rater of a question is a noisy reading of what people who play that persona would choose. The more raters, the
more of what varies between questions is theirs and not noise.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from analysis.stats.counting import Entries
from analysis.stats.estimates import KAPPA, Estimate
from analysis.stats.inference import estimate
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import MISSING, AnyIntArray, Categories, as_labels
from analysis.stats.sampling import Sampling


@dataclass(frozen=True)
class Reliability:
    """Of the average choice of ``raters`` raters.

    Attributes
    ----------
    raters : int
    value, low, high : float
        Expected correlation of the average of these raters with the average of as many others; nan where undefined.
    ceiling : float
        The highest correlation with their average that anyone can expect: the square root of ``value``.
    """

    raters: int
    value: float
    low: float
    high: float

    @property
    def ceiling(self) -> float:
        """The highest expected correlation of anyone with the average of these raters.

        >>> Reliability(4, 0.64, 0.5, 0.7).ceiling
        0.8
        """
        return float(np.sqrt(max(self.value, 0.0))) if self.value == self.value else float("nan")


def pairwise_agreement(humans: npt.ArrayLike, *, categories: Categories, sampling: Sampling) -> Estimate:
    """Chance-corrected agreement of two raters of a question, all ordered pairs of raters pooled.

    Equal to Fleiss' kappa where every item has the same number of raters: the reliability of a single rater. Items of
    more raters have more pairs.

    Parameters
    ----------
    humans : integer array of shape (n_raters, n_items)
        -1 = missing.
    sampling : Sampling

    Examples
    --------
    >>> humans = np.array([[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0]])
    >>> sampling = Sampling(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    >>> round(pairwise_agreement(humans, categories="AB", sampling=sampling).value, 3)
    0.333
    """
    labels = as_labels(humans, categories=categories, ndim=2)
    k = len(categories)

    def entries(rows: AnyIntArray) -> Entries:
        items, cells = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for first, second in permutations(range(len(rows)), 2):
            both = np.flatnonzero((rows[first] != MISSING) & (rows[second] != MISSING))
            items.append(both)
            cells.append(rows[first, both].astype(np.int64) * k + rows[second, both])
        return Entries(np.concatenate(items), np.concatenate(cells), (k, k), labels.shape[1])

    return estimate(Evidence(entries(labels), lambda row: entries(np.delete(labels, row, axis=0))), KAPPA, sampling)


def spearman_brown(single: float, raters: float) -> float:
    """Return ``k r / (1 + (k - 1) r)``: the reliability of the average of k raters whose single ones have r.

    Source: Spearman 1910; Brown 1910.

    Examples
    --------
    >>> round(spearman_brown(0.5, 2), 3), round(spearman_brown(0.4, 4), 3)
    (0.667, 0.727)
    """
    return raters * single / (1 + (raters - 1) * single)


def reliability_curve(single: Estimate, raters: range) -> list[Reliability]:
    """Return the reliability of the average of each number of raters; limits are those of ``single``, carried over.

    Where single raters agree less than by chance no number of them is reliable: the value is then 0.

    Examples
    --------
    >>> from analysis.stats.intervals import Interval
    >>> single = Estimate(0.4, 0.05, Interval(0.3, 0.5, 0.95, "t"), 200, 2400, 19, 0.0, None)
    >>> [round(one.value, 2) for one in reliability_curve(single, range(1, 6))]
    [0.4, 0.57, 0.67, 0.73, 0.77]
    """
    value, low, high = (max(one, 0.0) for one in (single.value, single.interval.low, single.interval.high))
    return [Reliability(k, *(spearman_brown(one, k) for one in (value, low, high))) for k in raters]
