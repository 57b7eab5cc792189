"""Label arrays: what goes into every statistic, checked once and counted exactly."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

MISSING = -1

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
AnyIntArray = npt.NDArray[np.integer[Any]]
Categories = Sequence[object]


class InvalidLabels(ValueError):
    """An array that is not a label array: the message says which entry or which shape is wrong."""


def as_labels(values: npt.ArrayLike, *, categories: Categories, ndim: int) -> AnyIntArray:
    """Return ``values`` as an integer array whose entries are MISSING or positions in ``categories``.

    The dtype is kept, so that a large matrix of int8 stays small.

    Raises
    ------
    InvalidLabels
        Fewer than two or repeated categories, another number of dimensions, a dtype that is not integer, or an
        entry outside ``-1 .. len(categories) - 1``.

    Examples
    --------
    >>> as_labels([0, 1, -1], categories=["revised", "foil"], ndim=1)
    array([ 0,  1, -1])
    """
    _require_categories(categories)
    labels = np.asarray(values)
    if labels.size == 0 and labels.dtype.kind == "f":
        labels = labels.astype(np.int64)
    if labels.dtype.kind not in "iu":
        raise InvalidLabels(f"labels must be integers (positions in categories, -1 = missing), not {labels.dtype}")
    if labels.ndim != ndim:
        raise InvalidLabels(f"labels must have {ndim} dimension(s), not shape {labels.shape}")
    _require_known_positions(labels, len(categories))
    return labels


def as_pair(a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories) -> tuple[AnyIntArray, AnyIntArray]:
    """Return two raters' labels of the same items, each of shape (n_items,).

    >>> as_pair([0, 1], [1, -1], categories="AB")
    (array([0, 1]), array([ 1, -1]))
    """
    first = as_labels(a, categories=categories, ndim=1)
    second = as_labels(b, categories=categories, ndim=1)
    if first.shape != second.shape:
        raise InvalidLabels(f"two raters must label the same items: {first.size} and {second.size} entries")
    return first, second


def as_clusters(clusters: npt.ArrayLike, n_items: int) -> tuple[IntArray, int]:
    """Return cluster numbers 0 .. C-1 of shape (n_items,) in the order of their values, and C.

    Examples
    --------
    >>> as_clusters([7, 7, 3], 3)
    (array([1, 1, 0]), 2)
    """
    values = np.asarray(clusters)
    if values.shape != (n_items,):
        raise InvalidLabels(f"clusters must have shape ({n_items},), not {values.shape}")
    if values.dtype.kind in "iu" and values.size and values.min() >= 0 and values.max() <= 2 * values.size:
        # Small whole numbers, as clusters mostly are, are counted; sorting hundreds of thousands takes far longer.
        present = np.bincount(values) > 0
        return (present.cumsum() - 1)[values], int(present.sum())
    known, positions = np.unique(values, return_inverse=True)
    return positions.astype(np.int64), len(known)


def contingency_table(a: npt.ArrayLike, b: npt.ArrayLike, *, categories: Categories) -> IntArray:
    """Count the items on which rater ``a`` said row and rater ``b`` said column.

    Items that either rater left out are not counted (pairwise deletion).

    Returns
    -------
    table : ndarray of shape (n_categories, n_categories)

    Examples
    --------
    >>> contingency_table([0, 0, 1, -1], [0, 1, 1, 1], categories="AB")
    array([[1, 1],
           [0, 1]])
    """
    first, second = as_pair(a, b, categories=categories)
    both = (first != MISSING) & (second != MISSING)
    k = len(categories)
    cells = first[both].astype(np.int64) * k + second[both]
    return np.bincount(cells, minlength=k * k).reshape(k, k).astype(np.int64)


def category_counts(labels: npt.ArrayLike, *, categories: Categories) -> IntArray:
    """Count, for every item, the raters who chose each category.

    Parameters
    ----------
    labels : ndarray of shape (n_raters, n_items)

    Returns
    -------
    counts : ndarray of shape (n_items, n_categories)

    Examples
    --------
    >>> category_counts([[0, 1], [0, -1]], categories="AB")
    array([[2, 0],
           [0, 1]])
    """
    values = as_labels(labels, categories=categories, ndim=2)
    return np.stack([(values == k).sum(axis=0) for k in range(len(categories))], axis=1).astype(np.int64)


def _require_categories(categories: Categories) -> None:
    if len(categories) < 2:
        raise InvalidLabels("categories must name at least two labels a question offers")
    if len(set(categories)) != len(categories):
        raise InvalidLabels("categories must be distinct")


def _require_known_positions(labels: AnyIntArray, n_categories: int) -> None:
    if labels.size == 0:
        return
    low, high = int(labels.min()), int(labels.max())
    if low < MISSING or high >= n_categories:
        wrong = low if low < MISSING else high
        raise InvalidLabels(f"label {wrong} is neither -1 (missing) nor a position in {n_categories} categories")
