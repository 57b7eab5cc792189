"""Closed-form numbers of items for kappa of two raters and two categories."""

from math import ceil

import numpy as np

from analysis.stats.distributions import normal_quantile
from analysis.stats.labels import FloatArray


def items_for_power(
    *, kappa_null: float, kappa: float, prevalence: float, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Items needed to tell ``kappa`` from ``kappa_null`` with two raters who share their marginals.

    ``N = (z_{1 - alpha/2} + z_power)**2 / sum((P1 - P0)**2 / P0)`` over the cells both first, different, both second
    of the common correlation model.

    Parameters
    ----------
    prevalence : float
        Share of the first category, between 0 and 1.

    Source: Donner and Eliasziw 1992; the R package kappaSize (PowerBinary).

    Examples
    --------
    >>> items_for_power(kappa_null=0.4, kappa=0.6, prevalence=0.3)
    191
    """
    null, other = _cells(kappa_null, prevalence), _cells(kappa, prevalence)
    z = normal_quantile(1 - alpha / 2) + normal_quantile(power)
    return ceil(z**2 / _distance(other, null))


def items_for_interval(*, kappa: float, low: float, high: float, prevalence: float, alpha: float = 0.05) -> int:
    """Items needed for an interval from ``low`` to ``high`` around ``kappa``, two raters with shared marginals.

    The larger of the numbers at which each limit is just rejected by the goodness-of-fit test.

    Source: Donner and Eliasziw 1992; the R package kappaSize (CIBinary).

    Examples
    --------
    >>> items_for_interval(kappa=0.4, low=0.3, high=0.5, prevalence=0.3)
    397
    """
    expected = _cells(kappa, prevalence)
    z2 = normal_quantile(1 - alpha / 2) ** 2
    return max(ceil(z2 / _distance(expected, _cells(limit, prevalence))) for limit in (low, high))


def _cells(kappa: float, prevalence: float) -> FloatArray:
    if not (0 < prevalence < 1 and 0 <= kappa < 1):
        raise ValueError("prevalence must lie between 0 and 1, and every kappa from 0 to below 1")
    mixed = prevalence * (1 - prevalence)
    cells = [prevalence**2 + kappa * mixed, 2 * mixed * (1 - kappa), (1 - prevalence) ** 2 + kappa * mixed]
    return np.array(cells)


def _distance(observed: FloatArray, null: FloatArray) -> float:
    distance = float(((observed - null) ** 2 / null).sum())
    if distance == 0:
        raise ValueError("the two kappas must differ")
    return distance
