"""Jackknife intervals for every cell of a kappa matrix in one go."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.agreement import (
    AgreementMatrix,
    additive_counts,
    kappa_parts,
    one_hot_stack,
    pairwise_kappa,
    pairwise_tables,
)
from analysis.stats.formulas import constant_of_tables, kappa_from_sums, sums_of
from analysis.stats.inference import at_boundary, fisher_limits
from analysis.stats.jackknife import ROUNDING, Spread
from analysis.stats.labels import AnyIntArray, BoolArray, Categories, FloatArray, IntArray, as_labels
from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined

PAIRS_AT_ONCE = 256
NUMBERS_AT_ONCE = 2**24  # counts of all clusters for one block of rows: 128 MB
Groups = tuple[IntArray, int]


@dataclass(frozen=True, eq=False)
class IntervalMatrix:
    """A kappa matrix with an interval in every cell.

    Attributes
    ----------
    matrix : AgreementMatrix
    low, high : ndarray of shape (n_raters, n_raters)
        Symmetric; nan on the diagonal and where ``reason`` gives one.
    reasons : dict of (row, column) to Undefined
        Why a cell has no interval, row < column.
    """

    matrix: AgreementMatrix
    low: FloatArray
    high: FloatArray
    reasons: dict[tuple[int, int], Undefined]

    def reason(self, row: int, column: int) -> Undefined | None:
        """Return why the cell has no interval, or None where it has one."""
        if row == column:
            return Undefined.NO_VARIATION
        return self.reasons.get((min(row, column), max(row, column)))


def pairwise_intervals(labels: npt.ArrayLike, *, categories: Categories, sampling: Sampling) -> IntervalMatrix:
    """All pairs of raters with jackknife intervals; each cell equals :func:`inference.agreement_of_pair`.

    Kappa needs of a pair only ``2 K`` counts that add up: items both labelled, agreements, and the marginals of all
    categories but one. They are counted once for each persona and each prompt; an item can only change them in ``K**2``
    ways. Cost for R raters: ``O(R**2 (N + (P + Q) K))``.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        -1 = missing.
    sampling : Sampling

    Returns
    -------
    IntervalMatrix

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> labels = np.where(rng.random((3, 200)) < 0.9, truth, 1 - truth)
    >>> sampling = Sampling(np.arange(200) // 10, np.arange(200) % 20)
    >>> result = pairwise_intervals(labels, categories="AB", sampling=sampling)
    >>> bool((result.low < result.matrix.kappa)[0, 1]), result.reason(0, 1)
    (True, None)
    """
    values = as_labels(labels, categories=categories, ndim=2)
    matrix = pairwise_kappa(values, categories=categories)
    low, high = (np.full(matrix.kappa.shape, np.nan) for _ in range(2))
    reasons: dict[tuple[int, int], Undefined] = {}
    if sampling.target is Target.RATERS:
        pairs = zip(*np.triu_indices(len(values), 1), strict=True)
        return IntervalMatrix(matrix, low, high, {(int(a), int(b)): Undefined.NO_VOTES for a, b in pairs})
    tables = pairwise_tables(values, categories=categories)
    for rows, columns, sums in _blocks(values, sampling, len(categories)):
        block = _Block(matrix.kappa[rows, columns], tables[rows, columns], sums)
        found, why = _limits(block, sampling.confidence)
        low[rows, columns], high[rows, columns] = low[columns, rows], high[columns, rows] = found
        reasons |= {(int(rows[n]), int(columns[n])): reason for n, reason in why.items()}
    return IntervalMatrix(matrix, low, high, reasons)


@dataclass(frozen=True, eq=False)
class _Block:
    """Some pairs: kappa (n_pairs,), tables (n_pairs, K, K), and for each clustering sums (2 K, n_pairs, G)."""

    kappa: FloatArray
    tables: IntArray
    sums: list[FloatArray]


def _limits(block: _Block, confidence: float) -> tuple[FloatArray, dict[int, Undefined]]:
    """Return low and high of the pairs, shape (2, n_pairs), and reasons by position."""
    parts = [_over_clusters(sums, block.kappa) for sums in block.sums]
    variance = np.sum([variance for variance, *_ in parts], axis=0)
    n_clusters = np.min([n for _, n, _ in parts], axis=0)
    undefined = np.any([is_undefined for *_, is_undefined in parts], axis=0)
    degrees = n_clusters - 1.0
    if len(parts) > 1:
        items, n_items = _over_items(block)
        variance = variance - items
        prevails = items > variance * (1 + ROUNDING)
        degrees = np.where(prevails, n_items - 1.0, degrees)
        variance = np.where(prevails, items, variance)
    found = np.stack(fisher_limits(block.kappa, variance, degrees, confidence=confidence))
    why = _reasons(block, variance, n_clusters, undefined)
    found[:, list(why)] = np.nan
    for n in np.flatnonzero(_complete(block)):
        if n not in why:
            table = block.tables[n].astype(np.float64)
            spread = Spread(0.0, float(degrees[n]), 0.0)
            interval = at_boundary(spread, int(table.sum()), table, confidence)
            found[:, n] = interval.low, interval.high
    return found, why


def _complete(block: _Block) -> BoolArray:
    """Where the two agree on every item, or on none, and neither gave one label only."""
    n, agree, _ = sums_of(block.tables)
    return np.asarray((n > 0) & ((agree == n) | (agree == 0)) & ~constant_of_tables(block.tables))


def _reasons(block: _Block, variance: FloatArray, n_clusters: IntArray, undefined: FloatArray) -> dict[int, Undefined]:
    """The first reason that holds, as in :func:`analysis.stats.inference.estimate`."""
    empty = block.tables.sum(axis=(-2, -1)) == 0
    conditions = [
        (Undefined.NO_OVERLAP, empty),
        (Undefined.ONE_CATEGORY, np.isnan(block.kappa)),
        (Undefined.TOO_FEW_CLUSTERS, n_clusters < 2),
        (Undefined.REPLICATES_UNDEFINED, undefined),
        (Undefined.CONSTANT_RATER, (variance <= 0) & constant_of_tables(block.tables)),
        (Undefined.NO_VARIATION, (variance <= 0) & ~_complete(block)),
    ]
    found: dict[int, Undefined] = {}
    for reason, holds in conditions:
        for n in np.flatnonzero(holds).tolist():
            found.setdefault(n, reason)
    return found


def _over_clusters(sums: FloatArray, kappa: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """The jackknife variance of each pair over one clustering, its clusters, and whether a replicate is undefined."""
    left = sums.sum(axis=-1, keepdims=True) - sums
    values, present = kappa_from_sums(*kappa_parts(left)), sums[0] > 0
    known = present & ~np.isnan(values)
    n = present.sum(axis=-1)
    squares = np.where(known, values - kappa[:, None], 0.0)
    variance = (squares**2).sum(axis=-1) * (n - 1) / np.maximum(n, 1)
    return variance, n, (present & ~known).any(axis=-1)


def _over_items(block: _Block) -> tuple[FloatArray, IntArray]:
    """The jackknife variance over items: all items of one cell change kappa alike."""
    k = block.tables.shape[-1]
    units = _unit_counts(k)
    total = block.sums[0].sum(axis=-1)[..., None]
    values = kappa_from_sums(*kappa_parts(total - units[:, None, :]))
    times = block.tables.reshape(len(block.tables), k * k)
    n = times.sum(axis=-1)
    squares = np.where((times > 0) & ~np.isnan(values), values - block.kappa[:, None], 0.0) ** 2
    return (times * squares).sum(axis=-1) * (n - 1) / np.maximum(n, 1), n


def _unit_counts(k: int) -> FloatArray:
    """The additive counts of one item in each cell, shape (2 K, K**2)."""
    said = np.concatenate([np.eye(k)[:-1], np.ones((1, k))])
    products = np.einsum("ai,bj->abij", said, said).reshape(k, k, k * k)
    return additive_counts(products)


def _blocks(labels: AnyIntArray, sampling: Sampling, k: int) -> Iterator[tuple[IntArray, IntArray, list[FloatArray]]]:
    """Yield (rows, columns, sums): some pairs row < column, and their counts over personas and over prompts."""
    groupings = [sampling.persona_groups]
    if sampling.target is Target.PERSONAS_AND_PROMPTS:
        groupings.append(sampling.prompt_groups)
    stacks = [_stacks(labels, groups, k) for groups in groupings]
    for start, stop in _row_blocks(len(labels), max(n for _, n in groupings) * k * k):
        rows, columns = np.triu_indices(stop - start, 1, len(labels) - start)
        sums = [np.stack([_pair_sums(one, start, stop, rows, columns) for one in of], axis=-1) for of in stacks]
        for first in range(0, len(rows), PAIRS_AT_ONCE):
            part = slice(first, first + PAIRS_AT_ONCE)
            yield rows[part] + start, columns[part] + start, [one[:, part] for one in sums]


def _stacks(labels: AnyIntArray, groups: Groups, k: int) -> list[npt.NDArray[np.float32]]:
    """The 0/1 rows of each cluster's items, each of shape (K, n_raters, n_items)."""
    positions, n = groups
    order = np.argsort(positions, kind="stable")
    ends = np.cumsum(np.bincount(positions, minlength=n))[:-1]
    return np.split(one_hot_stack(labels[:, order], k).reshape(k, *labels.shape), ends, axis=2)


def _row_blocks(n_raters: int, numbers_per_cell: int) -> list[tuple[int, int]]:
    size = max(1, NUMBERS_AT_ONCE // max(1, numbers_per_cell * n_raters))
    return [(start, min(start + size, n_raters)) for start in range(0, n_raters, size)]


def _pair_sums(stack: npt.NDArray[np.float32], start: int, stop: int, rows: IntArray, columns: IntArray) -> FloatArray:
    """Count the chosen pairs of one cluster, shape (2 K, n_pairs)."""
    k, n_raters, n_items = stack.shape
    first, second = stack[:, start:stop].reshape(-1, n_items), stack[:, start:].reshape(-1, n_items)
    products = (first @ second.T).reshape(k, stop - start, k, n_raters - start)
    return additive_counts(products.transpose(0, 2, 1, 3)[:, :, rows, columns].astype(np.float64))
