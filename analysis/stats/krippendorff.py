"""Krippendorff's alpha: one coefficient for any number of raters, missing labels and ordered categories."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import Categories, FloatArray, category_counts
from analysis.stats.undefined import Undefined

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with observed and expected disagreement.

    ``n`` counts the labels that can be paired, ``n_items`` the items they belong to.
    """

    alpha: float
    observed_disagreement: float
    expected_disagreement: float
    n: int
    n_items: int
    level: str
    undefined: Undefined | None


def krippendorff_alpha(
    labels: npt.ArrayLike,
    *,
    categories: Categories,
    level: str = "nominal",
    values: npt.ArrayLike | None = None,
) -> Alpha:
    """Krippendorff's alpha of any number of raters with missing labels.

    ``alpha = 1 - Do / De`` from the coincidence matrix ``o_ck = sum_i r_ic (r_ik - [c = k]) / (r_i - 1)`` over items
    with two or more labels, ``n_c = sum_k o_ck``::

        Do = sum(o_ck d2_ck) / n        De = sum(n_c n_k d2_ck) / (n (n - 1))

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        -1 = missing.
    level : {"nominal", "ordinal", "interval", "ratio"}
        The distance ``d2``: 0/1; squared number of labels between two ranks; ``(x - y)**2``;
        ``((x - y) / (x + y))**2``.
    values : array of shape (n_categories,), optional
        The numbers the categories stand for, by default their positions (interval and ratio only).

    Returns
    -------
    Alpha
        Below 0 (systematic disagreement) to 1.

    Notes
    -----
    Undefined: ``too_few_raters`` when no item has two labels, ``one_category`` when only one occurs among them.

    Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".

    Examples
    --------
    >>> first, second = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]
    >>> round(krippendorff_alpha([first, second], categories=["no", "yes"]).alpha, 3)
    0.095
    """
    counts = category_counts(labels, categories=categories)
    return krippendorff_alpha_of_counts(counts, level=level, values=values)


def krippendorff_alpha_of_counts(
    counts: npt.ArrayLike, *, level: str = "nominal", values: npt.ArrayLike | None = None
) -> Alpha:
    """Return :func:`krippendorff_alpha` of counts of shape (n_items, n_categories).

    Examples
    --------
    >>> krippendorff_alpha_of_counts([[2, 0], [2, 0]]).undefined
    <Undefined.ONE_CATEGORY: 'one_category'>
    """
    r = np.asarray(counts, dtype=np.float64)
    r = r[r.sum(axis=1) >= 2]
    coincidences = _coincidences(r)
    totals = coincidences.sum(axis=1)
    distance = _squared_distance(level, totals, values)
    n = float(totals.sum())
    if len(r) == 0 or (totals > 0).sum() < 2:
        reason = Undefined.ONE_CATEGORY if len(r) else Undefined.TOO_FEW_RATERS
        return Alpha(nan, nan, nan, round(n), len(r), level, reason)
    observed = float((coincidences * distance).sum()) / n
    expected = float(totals @ distance @ totals) / (n * (n - 1))
    return Alpha(1 - observed / expected, observed, expected, round(n), len(r), level, None)


def _coincidences(r: FloatArray) -> FloatArray:
    weights = 1 / np.maximum(r.sum(axis=1) - 1, 1)
    result: FloatArray = (r * weights[:, None]).T @ r - np.diag((r * weights[:, None]).sum(axis=0))
    return result


def _squared_distance(level: str, totals: FloatArray, values: npt.ArrayLike | None) -> FloatArray:
    if level not in LEVELS:
        raise ValueError(f"level must be one of {LEVELS}, not {level!r}")
    if level == "nominal":
        return 1 - np.eye(len(totals))
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return _squared(middle[:, None] - middle[None, :])
    x = np.asarray(np.arange(len(totals)) if values is None else values, dtype=np.float64)
    if level == "interval":
        return _squared(x[:, None] - x[None, :])
    sums = x[:, None] + x[None, :]
    return _squared(np.divide(x[:, None] - x[None, :], sums, out=np.zeros_like(sums), where=sums != 0))


def _squared(x: FloatArray) -> FloatArray:
    result: FloatArray = x * x
    return result
