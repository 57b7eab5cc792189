"""From labels to counts that add up: over personas, over prompts, over items."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import MISSING, AnyIntArray, Categories, FloatArray, IntArray, as_clusters, as_pair

CODES_AT_MOST = 2**62
TABLE_AT_MOST = 2**23  # codes of item tables up to here are counted, above they are sorted


@dataclass(frozen=True, eq=False)
class Entries:
    """Entry e adds one to a cell of the table of its item.

    Attributes
    ----------
    items : ndarray of shape (n_entries,)
    cells : ndarray of shape (n_entries,)
        Flat positions in ``shape``.
    shape : tuple of int
        Of one table: (K, K) for two raters, (K, K, K) for two annotators and their reference.
    n_items : int
        Items of the study, with an entry or not.
    """

    items: IntArray
    cells: IntArray
    shape: tuple[int, ...]
    n_items: int

    @property
    def size(self) -> int:
        """Cells of one table."""
        return int(np.prod(self.shape))

    def of_items(self, start: int, stop: int) -> "Entries":
        """The entries of items ``start`` to ``stop``, which are then numbered from 0; of entries :meth:`by_number`."""
        here = slice(*np.searchsorted(self.items, [start, stop]))
        return Entries(self.items[here] - start, self.cells[here], self.shape, stop - start)

    def by_number(self) -> "Entries":
        """The same entries in the order of their items."""
        order = np.argsort(self.items, kind="stable")
        return Entries(self.items[order], self.cells[order], self.shape, self.n_items)

    def used_items(self) -> IntArray:
        """The items that have an entry."""
        return np.flatnonzero(np.bincount(self.items, minlength=self.n_items))

    def total(self) -> FloatArray:
        """The table of all entries."""
        return np.bincount(self.cells, minlength=self.size).reshape(self.shape).astype(np.float64)

    def by_group(self, groups: IntArray, n_groups: int) -> FloatArray:
        """A table for each group, shape (n_groups, ...); ``groups`` has shape (n_items,)."""
        cells = groups[self.items] * self.size + self.cells
        counts = np.bincount(cells, minlength=n_groups * self.size)
        return counts.reshape(n_groups, *self.shape).astype(np.float64)

    def by_item(self) -> tuple[FloatArray, IntArray]:
        """The different tables that items with an entry have, and how many items have each."""
        tables, times = self.by_item_in(np.zeros(self.n_items, dtype=np.int64), 1)
        return tables, times[0]

    def by_item_in(self, groups: IntArray, n_groups: int) -> tuple[FloatArray, IntArray]:
        """The different tables of items, and how many items of each group have each, shape (n_groups, n_tables)."""
        counts = np.bincount(self.items * self.size + self.cells, minlength=self.n_items * self.size)
        tables = counts[: self.n_items * self.size].reshape(self.n_items, self.size)
        used = np.flatnonzero(tables.any(axis=1))
        different, kinds = _distinct_rows(tables[used])
        places = groups[used] * len(different) + kinds
        times = np.bincount(places, minlength=n_groups * len(different)).reshape(n_groups, len(different))
        return different.reshape(len(different), *self.shape).astype(np.float64), times


def entries_of(*labels: AnyIntArray, n_categories: int) -> Entries:
    """Entries of the items that all of these labelled: one each, in the cell of their labels.

    >>> entries_of(np.array([0, 1, -1]), np.array([1, 1, 0]), n_categories=2).total()
    array([[0., 1.],
           [0., 1.]])
    """
    items = np.flatnonzero(np.logical_and.reduce([x != MISSING for x in labels]))
    cells = np.zeros(len(items), dtype=np.int64)
    for one in labels:
        cells = cells * n_categories + one[items]
    return Entries(items, cells, (n_categories,) * len(labels), len(labels[0]))


def tables_by_cluster(
    a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories, clusters: npt.ArrayLike
) -> FloatArray:
    """Count a contingency table for each cluster.

    Returns
    -------
    tables : ndarray of shape (n_clusters, n_categories, n_categories)
        In the order of the cluster numbers; they add up to the table of all items.

    Examples
    --------
    >>> tables_by_cluster([0, 0, 1], [0, 1, 1], categories="AB", clusters=[5, 5, 6])[1]
    array([[0., 0.],
           [0., 1.]])
    """
    first, second = as_pair(a, b, categories=categories)
    return entries_of(first, second, n_categories=len(categories)).by_group(*as_clusters(clusters, len(first)))


def _distinct_rows(tables: IntArray) -> tuple[IntArray, IntArray]:
    """Return the different rows of small counts and which of them each row is; rows are packed into one number each."""
    base = int(tables.max(initial=0)) + 1
    if base ** tables.shape[1] >= CODES_AT_MOST:
        different, kinds = np.unique(tables, axis=0, return_inverse=True)
        return different, kinds.reshape(-1)
    powers = base ** np.arange(tables.shape[1], dtype=np.int64)
    codes = tables @ powers
    if base ** tables.shape[1] <= TABLE_AT_MOST:
        present = np.bincount(codes, minlength=1) > 0
        known, kinds = np.flatnonzero(present), (np.cumsum(present) - 1)[codes]
    else:
        known, kinds = np.unique(codes, return_inverse=True)
    return known[:, None] // powers % base, kinds
