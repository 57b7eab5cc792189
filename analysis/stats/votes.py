"""From several raters' labels to one consensus per item: stated rules, and a state for every item."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import MISSING, AnyIntArray, BoolArray, Categories, IntArray, as_clusters, as_labels


class VoteState(IntEnum):
    """What the labels of one item came to.

    ``MAJORITY``: a consensus. ``TIE``: enough labels, and none of them prevails. ``TOO_FEW``: some labels, but fewer
    than the rule asks for and not yet decided. ``MISSING``: no label at all.
    """

    MAJORITY = 0
    TIE = 1
    TOO_FEW = 2
    MISSING = 3


@dataclass(frozen=True, eq=False)
class Consensus:
    """The consensus of every item under one rule.

    Attributes
    ----------
    labels : ndarray of shape (n_items,)
        The category that prevailed, -1 unless the state is ``MAJORITY``.
    states : ndarray of shape (n_items,)
        :class:`VoteState` values.
    votes : ndarray of shape (n_items, n_categories)
        The labels that counted.
    rule : str
        The rule, to be named with every result.
    """

    labels: IntArray
    states: IntArray
    votes: IntArray
    rule: str

    def count(self, state: VoteState) -> int:
        """Return the number of items in a state."""
        return int((self.states == state).sum())


def three_of_four(labels: npt.ArrayLike, *, categories: Categories, clusters: npt.ArrayLike | None = None) -> Consensus:
    """Consensus where at least three raters of four chose the same (the default rule).

    A 2:2 is a tie. Two labels, or three that are not all equal, are too few: a fourth could still decide.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        The seats of a persona in rows; -1 = missing or excluded.
    clusters : ignored
        Taken so that all rules can be called alike.

    Source: PERSONA (arXiv 2407.17387) §4.2, "majority vote from 3 out of 4".

    Examples
    --------
    >>> result = three_of_four([[0, 0, 0], [0, 0, 1], [0, 1, -1], [1, 1, -1]], categories="AB")
    >>> result.labels, [VoteState(state).name for state in result.states]
    (array([ 0, -1, -1]), ['MAJORITY', 'TIE', 'TOO_FEW'])
    """
    return at_least(labels, categories=categories, needed=3, of=4)


def at_least(labels: npt.ArrayLike, *, categories: Categories, needed: int, of: int) -> Consensus:
    """Consensus where at least ``needed`` raters chose the same, and more than chose anything else.

    With fewer than ``of`` labels and none that reached ``needed``, the item has too few; with ``of`` or more it is a
    tie.

    Examples
    --------
    >>> at_least([[0, 0], [0, 1], [1, 1]], categories="AB", needed=2, of=3).labels
    array([0, 1])
    """
    if not 0 < needed <= of:
        raise ValueError(f"needed must be between 1 and of, not {needed} of {of}")
    votes = _votes(as_labels(labels, categories=categories, ndim=2), len(categories))
    best, alone = _winner(votes)
    decided = alone & (votes.max(axis=1) >= needed)
    return _consensus(votes, best, decided, votes.sum(axis=1) < of, f"at least {needed} of {of} equal")


def plurality(labels: npt.ArrayLike, *, categories: Categories, clusters: npt.ArrayLike | None = None) -> Consensus:
    """Consensus of the most frequent label among two or more; shared first place is a tie.

    One label alone is too few: a rater is no consensus.

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
    clusters : ignored

    Examples
    --------
    >>> plurality([[0, 0, 0], [0, 1, -1], [1, -1, -1]], categories="AB").labels
    array([ 0, -1, -1])
    """
    votes = _votes(as_labels(labels, categories=categories, ndim=2), len(categories))
    best, alone = _winner(votes)
    few = votes.sum(axis=1) < 2
    return _consensus(votes, best, alone & ~few, few, "most frequent label, at least two labels")


def drop_one(
    labels: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike | None = None,
    dropped: npt.ArrayLike | None = None,
) -> Consensus:
    """Leave one of four raters out, then two equal of three (the paper's footnote 2).

    Parameters
    ----------
    labels : integer array of shape (n_raters, n_items)
        Seats in rows, in an order that does not depend on the labels (e.g. as they finished).
    clusters : integer array of shape (n_items,), optional
        Personas; the same rater is left out for all items of one. By default each item stands alone.
    dropped : integer array of shape (n_items,), optional
        The row left out for a recorded reason, -1 where there is none.

    Returns
    -------
    Consensus
        Never a 2:2. With a third category 1:1:1 is a tie; with a label missing so is 1:1.

    Notes
    -----
    Where no reason is recorded, the rule that looks at no label: the first three rows that have any label in the
    cluster stay. A cluster with three raters loses nobody.

    Source: PERSONA (arXiv 2407.17387) §4.2, footnote 2.

    Examples
    --------
    >>> seats = [[0, 0], [0, 1], [1, 1], [1, 0]]
    >>> drop_one(seats, categories="AB").labels
    array([0, 1])
    >>> drop_one(seats, categories="AB", dropped=[0, -1]).labels
    array([1, 1])
    """
    values = as_labels(labels, categories=categories, ndim=2)
    n_items = values.shape[1]
    groups, n_groups = as_clusters(np.arange(n_items) if clusters is None else clusters, n_items)
    kept = _without(values, np.full(n_items, MISSING) if dropped is None else np.asarray(dropped))
    kept = np.where(_first_three(kept, groups, n_groups), kept, MISSING)
    result = at_least(kept, categories=categories, needed=2, of=2)
    return Consensus(result.labels, result.states, result.votes, "one rater left out, then at least 2 of 3 equal")


def _votes(labels: AnyIntArray, n_categories: int) -> IntArray:
    return np.stack([(labels == k).sum(axis=0) for k in range(n_categories)], axis=1).astype(np.int64)


def _winner(votes: IntArray) -> tuple[IntArray, BoolArray]:
    """Return the most frequent category of each item, and whether it has the first place alone."""
    top = votes.max(axis=1, keepdims=True)
    return votes.argmax(axis=1), (votes == top).sum(axis=1) == 1


def _consensus(votes: IntArray, best: IntArray, decided: BoolArray, few: BoolArray, rule: str) -> Consensus:
    states = np.select(
        [votes.sum(axis=1) == 0, decided, few],
        [VoteState.MISSING, VoteState.MAJORITY, VoteState.TOO_FEW],
        VoteState.TIE,
    )
    return Consensus(np.where(states == VoteState.MAJORITY, best, MISSING), states, votes, rule)


def _without(labels: AnyIntArray, dropped: AnyIntArray) -> AnyIntArray:
    if dropped.shape != labels.shape[1:] or (
        dropped.size and not (MISSING <= dropped.min() <= dropped.max() < len(labels))
    ):
        raise ValueError("dropped must hold one row number, or -1, for each item")
    return np.where(np.arange(len(labels))[:, None] == dropped, MISSING, labels)


def _first_three(labels: AnyIntArray, groups: IntArray, n_groups: int) -> BoolArray:
    """Return, shape (n_raters, n_items), which raters are among the first three of the item's group."""
    present = np.stack([np.bincount(groups, weights=row != MISSING, minlength=n_groups) > 0 for row in labels])
    among = present & (present.cumsum(axis=0) <= 3)
    result: BoolArray = among[:, groups]
    return result
