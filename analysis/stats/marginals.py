"""Do two raters use the categories equally often? Tests of marginal homogeneity."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats.distributions import chi_square_tail, fair_binomial_two_sided
from analysis.stats.labels import FloatArray
from analysis.stats.undefined import Undefined


@dataclass(frozen=True)
class MarginalTest:
    """A test that two raters share their marginals; nan with a reason when nothing differs between them."""

    statistic: float
    degrees: int
    p_value: float
    undefined: Undefined | None


def mcnemar_of_table(table: npt.ArrayLike) -> MarginalTest:
    """Exact McNemar test of a 2 x 2 table: are the two kinds of disagreement equally frequent?

    The statistic is the smaller count of disagreements; its p-value is binomial, so it holds for every n.
    Undefined (``no_variation``) without any disagreement.

    Source: McNemar 1947, exact form.

    Examples
    --------
    >>> round(mcnemar_of_table([[10, 9], [1, 10]]).p_value, 4)
    0.0215
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.shape != (2, 2):
        raise ValueError(f"McNemar's test needs a 2 x 2 table, not {counts.shape}; use stuart_maxwell_of_table")
    first, second = int(counts[0, 1]), int(counts[1, 0])
    if first + second == 0:
        return MarginalTest(nan, 0, nan, Undefined.NO_VARIATION)
    smaller = min(first, second)
    return MarginalTest(float(smaller), 0, fair_binomial_two_sided(smaller, first + second), None)


def stuart_maxwell_of_table(table: npt.ArrayLike) -> MarginalTest:
    """Stuart and Maxwell's chi-square test of marginal homogeneity for any number of categories.

    ``d' V^-1 d`` with ``d`` the differences of the marginals and ``V`` their covariance if they are equal.
    Categories on which the raters never differ are left out. Undefined when none is left.

    Source: Stuart 1955; Maxwell 1970.

    Examples
    --------
    >>> vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    >>> round(stuart_maxwell_of_table(vision).statistic, 3)
    11.957
    """
    difference, covariance, _ = _parts(table)
    return _chi_square(difference, covariance)


def bhapkar_of_table(table: npt.ArrayLike) -> MarginalTest:
    """Bhapkar's test of marginal homogeneity: as Stuart and Maxwell's, with the covariance as observed.

    Source: Bhapkar 1966.

    Examples
    --------
    >>> vision = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    >>> round(bhapkar_of_table(vision).statistic, 3)
    11.976
    """
    difference, covariance, n = _parts(table)
    return _chi_square(difference, covariance - np.outer(difference, difference) / max(n, 1.0))


def _parts(table: npt.ArrayLike) -> tuple[FloatArray, FloatArray, float]:
    counts = np.asarray(table, dtype=np.float64)
    moved = counts.sum(axis=1) + counts.sum(axis=0) - 2 * np.diag(counts) > 0
    off = counts + counts.T
    covariance = np.diag(off.sum(axis=1)) - off
    difference = counts.sum(axis=1) - counts.sum(axis=0)
    keep = np.flatnonzero(moved)[:-1]
    return difference[keep], covariance[np.ix_(keep, keep)], float(counts.sum())


def _chi_square(difference: FloatArray, covariance: FloatArray) -> MarginalTest:
    degrees = int(np.linalg.matrix_rank(covariance)) if len(difference) else 0
    if degrees == 0:
        return MarginalTest(nan, 0, nan, Undefined.NO_VARIATION)
    statistic = float(difference @ np.linalg.pinv(covariance) @ difference)
    return MarginalTest(statistic, degrees, chi_square_tail(statistic, degrees), None)
