"""How far one distribution over categories lies from another, e.g. a persona set from the census."""

from math import log

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import FloatArray


def total_variation(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the share of one distribution that would have to move to make it the other.

    ``sum(|p - q|) / 2``, 0 to 1.

    Parameters
    ----------
    first, second : arrays of shape (n_categories,)
        Counts, weights or shares of the same categories in the same order; each is scaled to add up to 1.

    Raises
    ------
    ValueError
        Different shapes, a negative weight, or nothing but 0.

    Examples
    --------
    >>> total_variation([50, 50], [0.8, 0.2]).__round__(6)
    0.3
    """
    p, q = _shares(first, second)
    return float(np.abs(p - q).sum() / 2)


def jensen_shannon_distance(first: npt.ArrayLike, second: npt.ArrayLike, *, base: float = 2.0) -> float:
    """Return the Jensen-Shannon *distance*, the square root of the divergence; 0 to 1 for base 2.

    ``sqrt((KL(p, m) + KL(q, m)) / 2)`` with ``m = (p + q) / 2``. Parameters as for :func:`total_variation`.

    Source: Lin 1991; Endres and Schindelin 2003.

    Examples
    --------
    >>> jensen_shannon_distance([1, 0, 0], [0, 1, 0])
    1.0
    """
    p, q = _shares(first, second)
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return float(np.sqrt(max(divergence, 0.0) / log(base)))


def _shares(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    p, q = (np.asarray(x, dtype=np.float64) for x in (first, second))
    if p.shape != q.shape or p.ndim != 1:
        raise ValueError(f"both distributions must cover the same categories: shapes {p.shape} and {q.shape}")
    if not all((x >= 0).all() and x.sum() > 0 for x in (p, q)):
        raise ValueError("weights must be at least 0, and not all 0")
    return p / p.sum(), q / q.sum()


def _relative_entropy(p: FloatArray, q: FloatArray) -> float:
    used = p > 0
    return float((p[used] * np.log(p[used] / q[used])).sum())
