"""Weighted kappa, for categories with an order or with stated costs."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.distributions import two_sided_normal
from analysis.stats.intervals import Interval, normal_interval, undefined_interval
from analysis.stats.labels import Categories, FloatArray, contingency_table
from analysis.stats.undefined import Undefined


@dataclass(frozen=True)
class WeightedKappa:
    """Weighted kappa of two raters, with the same two errors as Cohen's kappa."""

    kappa: float
    ase: float
    ase_null: float
    interval: Interval
    z: float
    p_value: float
    n: int
    undefined: Undefined | None


def weighted_kappa(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    categories: Categories,
    weights: str | npt.ArrayLike,
    confidence: float = 0.95,
) -> WeightedKappa:
    """Cohen's weighted kappa of two raters.

    ``kappa = (po - pe) / (1 - pe)`` where both agreements count a pair of labels (k, l) with weight ``w[k, l]``.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        Positions in ``categories``; -1 = missing.
    weights : {"linear", "quadratic"} or array of shape (n_categories, n_categories)
        Linear: ``1 - |k - l| / (K - 1)``; quadratic: ``1 - (k - l)**2 / (K - 1)**2``. They act on positions, so
        leave a level that cannot occur out of ``categories`` or keep it, knowingly. An array holds *disagreement*
        costs, 0 on the diagonal.

    Returns
    -------
    WeightedKappa
        -1 to 1 for linear and quadratic weights.

    Raises
    ------
    ValueError
        An unknown name, or costs of the wrong shape, negative, all 0 or not 0 on the diagonal.

    Notes
    -----
    Undefined as Cohen's kappa: ``no_overlap``, ``one_category``.

    Source: Cohen 1968; errors by Fleiss, Cohen and Everitt 1969.

    Examples
    --------
    >>> result = weighted_kappa([0, 1, 2, 2], [0, 2, 2, 1], categories=["low", "middle", "high"], weights="linear")
    >>> round(result.kappa, 3)
    0.429
    """
    table = contingency_table(a, b, categories=categories)
    return weighted_kappa_of_table(table, weights=weights, confidence=confidence)


def weighted_kappa_of_table(
    table: npt.ArrayLike, *, weights: str | npt.ArrayLike, confidence: float = 0.95
) -> WeightedKappa:
    """Return :func:`weighted_kappa` of a square table of counts, rater 1 in rows.

    Examples
    --------
    >>> costs = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    >>> round(weighted_kappa_of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]], weights=costs).kappa, 3)
    0.348
    """
    counts = np.asarray(table, dtype=np.int64)
    matrix = agreement_weights(weights, len(counts))
    kappa = float(formulas.weighted_kappa_of_tables(counts, matrix))
    ase, ase_null = (float(error(counts, matrix)) for error in (formulas.ase_of_tables, formulas.null_ase_of_tables))
    reason = _reason(int(counts.sum()), kappa)
    z = kappa / ase_null if ase_null > 0 else nan
    interval = _interval(kappa, ase, reason, confidence)
    return WeightedKappa(kappa, ase, ase_null, interval, z, two_sided_normal(z), int(counts.sum()), reason)


def agreement_weights(weights: str | npt.ArrayLike, n_categories: int) -> FloatArray:
    """Return agreement weights of shape (K, K), 1 on the diagonal, from a name or from costs.

    Examples
    --------
    >>> agreement_weights("quadratic", 3)
    array([[1.  , 0.75, 0.  ],
           [0.75, 1.  , 0.75],
           [0.  , 0.75, 1.  ]])
    """
    if isinstance(weights, str):
        return 1 - _distance(weights, n_categories)
    costs = np.asarray(weights, dtype=np.float64)
    if costs.shape != (n_categories, n_categories) or costs.max() <= 0 or costs.min() < 0 or np.diag(costs).any():
        raise ValueError(f"weights must be costs of shape {(n_categories, n_categories)}, 0 on the diagonal only")
    result: FloatArray = 1 - costs / costs.max()
    return result


def _distance(name: str, n_categories: int) -> FloatArray:
    powers = {"linear": 1, "quadratic": 2}
    if name not in powers:
        raise ValueError(f"weights must be one of {sorted(powers)} or a matrix of costs, not {name!r}")
    positions = np.arange(n_categories)
    steps: FloatArray = np.abs(positions[:, None] - positions[None, :]) / (n_categories - 1)
    return steps ** powers[name]


def _reason(n: int, kappa: float) -> Undefined | None:
    if n == 0:
        return Undefined.NO_OVERLAP
    return Undefined.ONE_CATEGORY if np.isnan(kappa) else None


def _interval(kappa: float, ase: float, reason: Undefined | None, confidence: float) -> Interval:
    reason = reason or (Undefined.CONSTANT_RATER if np.isnan(ase) else None)
    reason = reason or (Undefined.NO_VARIATION if ase == 0 else None)
    if reason is not None:
        return undefined_interval(reason, confidence=confidence, method="normal")
    return normal_interval(kappa, ase, confidence=confidence)
