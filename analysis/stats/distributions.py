"""The few probability functions the statistics need, typed.

Only ``scipy.special`` is imported: it holds the same numbers as ``scipy.stats`` at a fraction of its start-up time.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from analysis.stats.labels import FloatArray


def normal_quantile(probability: float) -> float:
    """Return z with P(Z <= z) = probability.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return float(special.ndtri(probability))


def normal_quantiles(probabilities: npt.ArrayLike) -> FloatArray:
    """Return the standard normal quantile of each probability.

    >>> normal_quantiles([0.5, 0.975]).round(3)
    array([0.  , 1.96])
    """
    return np.asarray(special.ndtri(np.asarray(probabilities, dtype=np.float64)), dtype=np.float64)


def normal_probabilities(z: npt.ArrayLike) -> FloatArray:
    """Return P(Z <= z) for each z.

    >>> normal_probabilities([0.0, 1.96]).round(3)
    array([0.5  , 0.975])
    """
    return np.asarray(special.ndtr(np.asarray(z, dtype=np.float64)), dtype=np.float64)


def two_sided_normal(z: float) -> float:
    """Return P(\\|Z\\| >= \\|z\\|).

    >>> round(two_sided_normal(1.959964), 6)
    0.05
    """
    return 2.0 * float(special.ndtr(-abs(z)))


def student_t_probability(t: float, degrees: float) -> float:
    """Return P(T <= t) for Student's t.

    >>> round(student_t_probability(-2.262157, 9), 6)
    0.025
    """
    return float(special.stdtr(degrees, t))


def student_t_quantile(probability: float, degrees: float) -> float:
    """Return t with P(T <= t) = probability.

    >>> round(student_t_quantile(0.975, 9), 6)
    2.262157
    """
    return float(special.stdtrit(degrees, probability))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the quantile of the Beta(a, b) distribution.

    >>> round(beta_quantile(0.5, 1, 1), 6)
    0.5
    """
    return float(special.betaincinv(a, b, probability))


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Return P(chi-square >= statistic).

    >>> round(chi_square_tail(3.841459, 1), 6)
    0.05
    """
    return float(special.chdtrc(degrees, statistic))


def fair_binomial_two_sided(successes: int, n: int) -> float:
    """Return the exact two-sided p-value of ``successes`` out of ``n`` tosses of a fair coin.

    >>> round(fair_binomial_two_sided(9, 10), 4)
    0.0215
    """
    if n == 0:
        return math.nan
    tail = float(special.bdtr(min(successes, n - successes), n, 0.5))
    return min(1.0, 2.0 * tail)


def log_factorials(n: int) -> FloatArray:
    """Return log(0!), log(1!), ... log(n!).

    >>> np.exp(log_factorials(4)).round(6)
    array([ 1.,  1.,  2.,  6., 24.])
    """
    return np.asarray(special.gammaln(np.arange(n + 1) + 1.0), dtype=np.float64)
