"""What kappa does by chance alone at small n: its exact distribution, and the histogram noise would give."""

from dataclasses import dataclass
from math import comb, nan

import numpy as np
import numpy.typing as npt

from analysis.stats.distributions import log_factorials
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import FloatArray, IntArray

MOST_TABLES = 200_000  # two categories: exact to 100 items; three: to 13
SIMULATED_TABLES = 100_000
LEAST_HISTOGRAMS = 100


@dataclass(frozen=True, eq=False)
class KappaDistribution:
    """The distribution of kappa of ``n`` items when the truth is known.

    Attributes
    ----------
    values, probabilities : ndarrays of shape (n_values,)
        Defined values in rising order, and their probabilities; these add up to ``1 - undefined``.
    undefined : float
        Probability that kappa is undefined.
    n : int
    exact : bool
        Every table enumerated; else drawn with ``seed``.
    seed : int
    """

    values: FloatArray
    probabilities: FloatArray
    undefined: float
    n: int
    exact: bool
    seed: int

    @property
    def mean(self) -> float:
        """The mean of the defined values; nan if there are none."""
        return float(self.values @ self._conditional()) if len(self.values) else nan

    @property
    def deviation(self) -> float:
        """The standard deviation of the defined values; nan if there are none."""
        if not len(self.values):
            return nan
        return float(np.sqrt(((self.values - self.mean) ** 2) @ self._conditional()))

    def quantile(self, probability: float) -> float:
        """Return the smallest value with at least this share of the defined distribution at or below it."""
        if not len(self.values):
            return nan
        place = int(np.searchsorted(self._conditional().cumsum(), probability - 1e-12))
        return float(self.values[min(place, len(self.values) - 1)])

    def shares(self, edges: npt.ArrayLike) -> FloatArray:
        """Return the probability of each bin, as :func:`histogram` counts them."""
        return histogram(self.values, edges=edges, weights=self.probabilities)

    def _conditional(self) -> FloatArray:
        result: FloatArray = self.probabilities / self.probabilities.sum()
        return result


def histogram(kappas: npt.ArrayLike, *, edges: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> FloatArray:
    """Count kappas into bins ``edges[i] <= kappa < edges[i + 1]``, the last one closed; nan is not counted.

    A value within 1e-9 below an edge counts as on it, so that 0.6 as computed and 0.6 as an edge meet.

    Examples
    --------
    >>> histogram([0.6, 0.1 * 3, np.nan, 1.0], edges=[0.0, 0.3, 3 * 0.2, 1.0])
    array([0., 1., 2.])
    """
    values, bins = np.asarray(kappas, dtype=np.float64), np.asarray(edges, dtype=np.float64)
    known = ~np.isnan(values)
    each = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    raised = np.where(values > bins[-1], values, np.minimum(values + 1e-9, bins[-1]))
    counts, _ = np.histogram(raised[known], bins=bins, weights=each[known])
    return np.asarray(counts, dtype=np.float64)


def kappa_distribution(shares: npt.ArrayLike, n: int, *, seed: int = 0) -> KappaDistribution:
    """Return the distribution of kappa when ``n`` items fall into the cells of a table at random.

    All tables of ``n`` items are enumerated with their multinomial probabilities while there are at most 200,000 of
    them; beyond that as many as half of this are drawn.

    Parameters
    ----------
    shares : array of shape (n_categories, n_categories)
        Cell weights, e.g. the pooled table of a study; they are scaled to add up to 1.
    n : int
        Items.
    seed : int
        Used only where the tables are too many.

    Returns
    -------
    KappaDistribution

    Source: the multinomial distribution of the table; used here as the "spread from sampling alone".

    Examples
    --------
    >>> both_like_the_revised_text = np.outer([0.96, 0.04], [0.96, 0.04])
    >>> ten = kappa_distribution(both_like_the_revised_text, 10)
    >>> round(ten.undefined, 2), ten.exact
    (0.44, True)
    """
    p = np.asarray(shares, dtype=np.float64)
    if p.ndim != 2 or p.shape[0] != p.shape[1] or (p < 0).any() or not p.sum() > 0:
        raise ValueError("shares must be a square table of weights >= 0, not all 0")
    if n < 0:
        raise ValueError(f"n must be at least 0, not {n}")
    p = p / p.sum()
    exact = comb(n + p.size - 1, n) <= MOST_TABLES
    tables, weights = _all_tables(p.ravel(), n) if exact else _some_tables(p.ravel(), n, seed)
    return _distribution(tables.reshape(-1, *p.shape), weights, n, exact, seed)


@dataclass(frozen=True, eq=False)
class NoiseHistogram:
    """How many clusters a histogram of kappa would show in each bin if they all shared one table.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
    expected, deviation : ndarrays of shape (n_bins,)
        Mean and standard deviation of the count of each bin.
    expected_undefined : float
        Mean number of clusters without a kappa.
    kappa_deviation : float
        Standard deviation of one cluster's kappa, averaged over clusters.
    exact : bool
        Every table enumerated; else whole histograms were drawn with the seed.
    """

    edges: FloatArray
    expected: FloatArray
    deviation: FloatArray
    expected_undefined: float
    kappa_deviation: float
    exact: bool


def noise_histogram(tables: npt.ArrayLike, *, edges: npt.ArrayLike, seed: int = 0) -> NoiseHistogram:
    """Return the histogram of per-cluster kappa that sampling noise alone would give.

    Every cluster keeps its number of items and gets the pooled table's shares, as if personas did not differ. While
    the tables of all cluster sizes are at most 200,000 together they are enumerated; beyond that whole histograms are
    drawn, 100 or more.

    Parameters
    ----------
    tables : array of shape (n_clusters, K, K)
        As from :func:`analysis.stats.counting.tables_by_cluster`.
    edges : array of shape (n_bins + 1,)
        Bin edges, covering -1 to 1.

    Examples
    --------
    >>> tables = np.tile([[4, 1], [1, 4]], (20, 1, 1))
    >>> noise = noise_histogram(tables, edges=[-1, 0, 0.5, 1])
    >>> noise.expected.round(1), round(noise.expected_undefined, 3)
    (array([ 0.4,  6.5, 13.1]), 0.004)
    """
    counts = np.asarray(tables)
    bins = np.asarray(edges, dtype=np.float64)
    sizes, times = np.unique(counts.sum(axis=(-2, -1)).astype(int), return_counts=True)
    if not counts.sum() > 0:
        nothing = np.zeros(len(bins) - 1)
        return NoiseHistogram(bins, nothing, nothing, float(len(counts)), nan, True)
    if sum(comb(int(n) + counts[0].size - 1, int(n)) for n in sizes) > MOST_TABLES:
        return _drawn_histogram(counts, bins, seed)
    each = [kappa_distribution(counts.sum(axis=0), int(n), seed=seed) for n in sizes]
    shares = np.stack([one.shares(bins) for one in each])
    spreads = np.array([one.deviation for one in each])
    known = ~np.isnan(spreads)
    return NoiseHistogram(
        edges=bins,
        expected=times @ shares,
        deviation=np.sqrt(times @ (shares * (1 - shares))),
        expected_undefined=float(times @ np.array([one.undefined for one in each])),
        kappa_deviation=float(np.average(spreads[known], weights=times[known])) if known.any() else nan,
        exact=True,
    )


def _drawn_histogram(counts: npt.NDArray[np.generic], bins: FloatArray, seed: int) -> NoiseHistogram:
    """Draw whole histograms: where clusters have many or large sizes there are too many tables to enumerate."""
    shares = counts.sum(axis=0).ravel().astype(np.float64)
    sizes = counts.sum(axis=(-2, -1)).astype(np.int64)
    times = max(LEAST_HISTOGRAMS, SIMULATED_TABLES // len(sizes))
    drawn = np.random.default_rng(seed).multinomial(sizes, shares / shares.sum(), size=(times, len(sizes)))
    kappas = kappa_of_tables(drawn.reshape(times, len(sizes), *counts.shape[1:]))
    each = np.stack([histogram(row, edges=bins) for row in kappas])
    defined = ~np.isnan(kappas)
    known = defined.sum(axis=0)
    means = np.where(defined, kappas, 0).sum(axis=0) / np.maximum(known, 1)
    variances = np.where(defined, (kappas - means) ** 2, 0).sum(axis=0) / np.maximum(known, 1)
    return NoiseHistogram(
        edges=bins,
        expected=each.mean(axis=0),
        deviation=each.std(axis=0),
        expected_undefined=float((~defined).sum(axis=1).mean()),
        kappa_deviation=float(np.sqrt(variances[known > 0]).mean()) if known.any() else nan,
        exact=False,
    )


def _all_tables(p: FloatArray, n: int) -> tuple[IntArray, FloatArray]:
    """Enumerate the ways to put n items into the cells that can occur, with multinomial probabilities."""
    possible = np.flatnonzero(p)
    parts = _compositions(n, len(possible))
    tables = np.zeros((len(parts), len(p)), dtype=np.int64)
    tables[:, possible] = parts
    logs = log_factorials(n)
    return tables, np.exp(logs[n] - logs[parts].sum(axis=1) + parts @ np.log(p[possible]))


def _compositions(n: int, cells: int) -> IntArray:
    """Return all rows of ``cells`` whole numbers >= 0 that add up to n."""
    rows = np.zeros((1, 0), dtype=np.int64)
    left = np.array([n], dtype=np.int64)
    for _ in range(cells - 1):
        repeats = left + 1
        starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
        chosen = np.arange(repeats.sum()) - starts
        rows = np.column_stack([np.repeat(rows, repeats, axis=0), chosen])
        left = np.repeat(left, repeats) - chosen
    return np.column_stack([rows, left])


def _some_tables(p: FloatArray, n: int, seed: int) -> tuple[IntArray, FloatArray]:
    tables = np.random.default_rng(seed).multinomial(n, p, size=SIMULATED_TABLES)
    return tables.astype(np.int64), np.full(SIMULATED_TABLES, 1 / SIMULATED_TABLES)


def _distribution(tables: IntArray, weights: FloatArray, n: int, exact: bool, seed: int) -> KappaDistribution:
    kappas = kappa_of_tables(tables)
    defined = ~np.isnan(kappas)
    values, positions = np.unique(kappas[defined].round(12), return_inverse=True)
    probabilities = np.asarray(np.bincount(positions, weights[defined], len(values)), dtype=np.float64)
    return KappaDistribution(values, probabilities, float(weights[~defined].sum()), n, exact, seed)
