"""Analytic intervals for a whole matrix of tables: what a reader sees when hovering over a cell."""

import numpy as np

from analysis.stats import formulas
from analysis.stats.distributions import normal_quantile
from analysis.stats.formulas import Tables
from analysis.stats.labels import FloatArray


def kappa_limits_of_tables(tables: Tables, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Return the limits of kappa of each table, the same as :func:`analysis.stats.agreement.cohen_kappa` gives.

    ``kappa +- z ASE`` cut at -1 and 1; at perfect agreement the exact limit of raw agreement carried over.

    Parameters
    ----------
    tables : array of shape (..., K, K)
        E.g. from :func:`analysis.stats.agreement.pairwise_tables`.

    Returns
    -------
    low, high : ndarrays of shape (...)
        nan where kappa is undefined or a rater constant.

    Source: Fleiss, Cohen and Everitt 1969; Clopper and Pearson 1934.

    Examples
    --------
    >>> low, high = kappa_limits_of_tables(np.array([[[20, 5], [10, 15]], [[5, 0], [0, 5]]]))
    >>> low.round(3), high.round(3)
    (array([0.151, 0.383]), array([0.649, 1.   ]))
    """
    n, agree, chance = formulas.sums_of(tables)
    kappa = formulas.kappa_of_tables(tables)
    margin = normal_quantile(0.5 + confidence / 2) * formulas.ase_of_tables(tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = chance / (n * n)
        exact = (((1 - confidence) / 2) ** (1 / n) - expected) / (1 - expected)
    perfect = (agree == n) & ~np.isnan(margin)
    return np.where(perfect, exact, np.maximum(-1.0, kappa - margin)), np.minimum(1.0, kappa + margin)
