"""Kappa and its errors, elementwise over stacks of contingency tables.

Every function takes ``tables`` of shape ``(..., n_categories, n_categories)`` holding counts (rater 1 in rows) and
returns arrays of shape ``(...)``. One table, a matrix of raters and a thousand resamples go through the same lines.
"""

import numpy as np

from analysis.stats.labels import BoolArray, FloatArray, IntArray

Tables = FloatArray | IntArray


def kappa_from_sums(n: FloatArray, agree: FloatArray, chance: FloatArray) -> FloatArray:
    """Return kappa from exact counts: ``(n * agree - chance) / (n**2 - chance)``.

    Parameters
    ----------
    n : ndarray
        Items both labelled.
    agree : ndarray
        Items with equal labels.
    chance : ndarray
        Sum over categories of the product of the two marginal counts, i.e. ``n**2`` times expected agreement.

    Returns
    -------
    kappa : ndarray
        nan where ``n**2 == chance``: no common item, or one category only. With whole numbers this test is exact.

    Examples
    --------
    >>> kappa_from_sums(np.array([50.0]), np.array([35.0]), np.array([1250.0]))
    array([0.4])
    """
    room = n * n - chance
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(room == 0, np.nan, (n * agree - chance) / room)


def sums_of(tables: Tables) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (n, agree, chance) of each table: all that kappa depends on.

    >>> [float(value) for value in sums_of(np.array([[20, 5], [10, 15]]))]
    [50.0, 35.0, 1250.0]
    """
    counts = np.asarray(tables, dtype=np.float64)
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    agree = np.einsum("...kk->...", counts)
    return rows.sum(axis=-1), agree, (rows * columns).sum(axis=-1)


def kappa_of_tables(tables: Tables) -> FloatArray:
    """Return Cohen's kappa of each table, nan where undefined.

    Examples
    --------
    >>> kappa_of_tables(np.array([[20, 5], [10, 15]])).round(6).item()
    0.4
    """
    return kappa_from_sums(*sums_of(tables))


def agreement_of_tables(tables: Tables) -> FloatArray:
    """Return raw agreement of each table, nan for an empty one.

    Examples
    --------
    >>> agreement_of_tables(np.array([[20, 5], [10, 15]])).item()
    0.7
    """
    n, agree, _ = sums_of(tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n == 0, np.nan, agree / n)


def ac1_of_tables(tables: Tables) -> FloatArray:
    """Return Gwet's AC1 of each table, nan for an empty one.

    ``(po - pe) / (1 - pe)`` with ``pe = sum(pi * (1 - pi)) / (K - 1)`` and ``pi`` the mean of the two marginals.

    Source: Gwet 2008.

    Examples
    --------
    >>> ac1_of_tables(np.array([[20, 5], [10, 15]])).round(4).item()
    0.4059
    """
    shares = _shares(tables)
    mean = (shares.sum(axis=-1) + shares.sum(axis=-2)) / 2
    expected = (mean * (1 - mean)).sum(axis=-1) / (shares.shape[-1] - 1)
    ac1: FloatArray = (np.einsum("...kk->...", shares) - expected) / (1 - expected)
    return ac1


def constant_of_tables(tables: Tables) -> BoolArray:
    """Return where a rater gave one label only, so that kappa is 0 by algebra (or undefined).

    >>> constant_of_tables(np.array([[[5, 3], [0, 0]], [[5, 3], [0, 1]]]))
    array([ True, False])
    """
    counts = np.asarray(tables)
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    return np.asarray(((rows > 0).sum(axis=-1) == 1) | ((columns > 0).sum(axis=-1) == 1))


def ase_of_tables(tables: Tables, weights: FloatArray | None = None) -> FloatArray:
    """Return the asymptotic standard error of (weighted) kappa, for intervals and differences.

    With agreement weights ``w``, ``wr`` and ``wc`` their means over the column and row marginals::

        n (1 - pe)**4 ASE**2 = sum(p * (w (1 - pe) - (wr + wc) (1 - po))**2) - (po pe - 2 pe + po)**2

    Returns
    -------
    ase : ndarray
        nan where kappa is undefined or a rater is constant (the formula's 0 would claim certainty).

    Source: Fleiss, Cohen and Everitt 1969, eq. 13.

    Examples
    --------
    >>> ase_of_tables(np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])).round(4).item()
    0.138
    """
    p, weight, cross, observed, expected, n = _weighted_parts(tables, weights)
    room = (1 - expected)[..., None, None]
    inner = (p * (weight * room - cross * (1 - observed)[..., None, None]) ** 2).sum(axis=(-2, -1))
    spread = inner - (observed * expected - 2 * expected + observed) ** 2
    return _error(spread, (1 - expected) ** 4 * n, tables)


def null_ase_of_tables(tables: Tables, weights: FloatArray | None = None) -> FloatArray:
    """Return the standard error of (weighted) kappa if the truth were 0: only for testing that hypothesis.

    ``n (1 - pe)**2 ASE0**2 = sum(pr * pc * (w - (wr + wc))**2) - pe**2``

    Source: Fleiss, Cohen and Everitt 1969, eq. 14.

    Examples
    --------
    >>> null_ase_of_tables(np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])).round(4).item()
    0.1484
    """
    p, weight, cross, _, expected, n = _weighted_parts(tables, weights)
    by_chance = p.sum(axis=-1)[..., :, None] * p.sum(axis=-2)[..., None, :]
    spread = (by_chance * (weight - cross) ** 2).sum(axis=(-2, -1)) - expected**2
    return _error(spread, (1 - expected) ** 2 * n, tables)


def weighted_kappa_of_tables(tables: Tables, weights: FloatArray) -> FloatArray:
    """Return weighted kappa ``(po - pe) / (1 - pe)`` under agreement weights of shape (K, K).

    >>> weighted_kappa_of_tables(np.array([[20, 5], [10, 15]]), np.eye(2)).round(6).item()
    0.4
    """
    _, _, _, observed, expected, _ = _weighted_parts(tables, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(1 - expected == 0, np.nan, (observed - expected) / (1 - expected))


def _shares(tables: Tables) -> FloatArray:
    counts = np.asarray(tables, dtype=np.float64)
    n = counts.sum(axis=(-2, -1), keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n == 0, np.nan, counts / n)


def _weighted_parts(
    tables: Tables, weights: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return p, w, wr + wc, po, pe and n of each table."""
    p = _shares(tables)
    weight = np.eye(p.shape[-1]) if weights is None else weights
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    cross = (columns @ weight.T)[..., :, None] + (rows @ weight)[..., None, :]
    observed = (p * weight).sum(axis=(-2, -1))
    expected = np.einsum("...i,ij,...j->...", rows, weight, columns)
    return p, weight, cross, observed, expected, np.asarray(tables, dtype=np.float64).sum(axis=(-2, -1))


def _error(spread: FloatArray, scale: FloatArray, tables: Tables) -> FloatArray:
    """Return sqrt(spread / scale); rounding below 0 is 0, a constant rater gives nan."""
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.sqrt(np.maximum(spread, 0.0) / scale)
    return np.where(constant_of_tables(tables), np.nan, errors)


def is_complete(table: Tables) -> bool:
    """Return whether two raters agree on every item of one table, or on none, and neither gave one label only.

    >>> is_complete(np.array([[3, 0], [0, 2]])), is_complete(np.array([[0, 3], [2, 0]])), is_complete(np.eye(2) + 1)
    (True, True, False)
    >>> is_complete(np.array([[0, 3], [0, 0]]))
    False
    """
    n, agree, _ = sums_of(table)
    return bool(n > 0 and (agree == n or agree == 0) and not constant_of_tables(table))
