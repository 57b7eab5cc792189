"""What a pooled kappa would be without one persona, question or rater: exact, by subtracting counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.bootstrap import Statistic, tables_by_cluster
from analysis.stats.labels import MISSING, AnyIntArray, Categories, FloatArray, IntArray, as_clusters, as_labels
from analysis.stats.votes import VoteRule


@dataclass(frozen=True, eq=False)
class Influence:
    """The statistic without each group, in the order of the group numbers.

    Attributes
    ----------
    groups : ndarray of shape (n_groups,)
        The numbers as given.
    without : ndarray of shape (n_groups,)
        nan where the rest leaves it undefined.
    change : ndarray of shape (n_groups,)
        ``without - overall``: positive where the group pulls the statistic down.
    n_without : ndarray of shape (n_groups,)
        Items left.
    overall : float
    n : int
    """

    groups: npt.NDArray[Any]
    without: FloatArray
    change: FloatArray
    n_without: IntArray
    overall: float
    n: int

    def strongest(self) -> IntArray:
        """Return positions in ``groups`` by size of the change, largest first, undefined last."""
        return np.argsort(-np.abs(self.change), kind="stable")


def leave_one_out(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    categories: Categories,
    groups: npt.ArrayLike,
    statistic: Statistic = formulas.kappa_of_tables,
) -> Influence:
    """Agreement of two raters without each group of items.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        -1 = missing.
    groups : array of shape (n_items,)
        Persona, question or topic of each item.
    statistic : function of tables (..., K, K) to values (...)

    Returns
    -------
    Influence

    Source: the jackknife of Quenouille 1956, shown instead of averaged.

    Examples
    --------
    >>> result = leave_one_out([0, 1, 0, 1, 0, 0], [0, 1, 0, 1, 1, 1], categories="AB", groups=[1, 1, 2, 2, 9, 9])
    >>> result.groups[result.strongest()[0]].item(), result.without[2].item()
    (9, 1.0)
    """
    names = np.unique(np.asarray(groups))
    tables = tables_by_cluster(a, b, categories=categories, clusters=groups)
    total = tables.sum(axis=0)
    return _influence(names, total - tables, total, statistic)


@dataclass(frozen=True, eq=False)
class RaterInfluence:
    """The agreement of a model with the consensus, without each rater.

    Attributes
    ----------
    clusters, rows : ndarrays of shape (n_raters,)
        The persona and the seat of each rater who gave a label.
    influence : Influence
        Its ``groups`` number the raters in the same order.
    """

    clusters: npt.NDArray[Any]
    rows: IntArray
    influence: Influence


def leave_one_rater_out(
    model: npt.ArrayLike,
    humans: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    rule: VoteRule,
    statistic: Statistic = formulas.kappa_of_tables,
) -> RaterInfluence:
    """Agreement of a model with the human consensus, with the votes counted again without each rater.

    Parameters
    ----------
    model : integer array of shape (n_items,)
    humans : integer array of shape (n_seats, n_items)
        A rater is a seat within a persona.
    clusters : integer array of shape (n_items,)
        Personas.
    rule : function
        One of :data:`analysis.stats.votes.VOTE_RULES`.

    Returns
    -------
    RaterInfluence

    Notes
    -----
    ``three_of_four`` without a rater asks for three equal of the remaining three, so ``n_without`` falls with the
    rater's dissent; read it beside the change.

    Examples
    --------
    >>> from analysis.stats.votes import plurality
    >>> humans = [[0, 1, 0, 1], [0, 1, 1, 0], [0, 1, 1, 0]]
    >>> result = leave_one_rater_out([0, 1, 0, 1], humans, categories="AB", clusters=[0, 0, 1, 1], rule=plurality)
    >>> result.clusters, result.rows, result.influence.n_without
    (array([0, 0, 0, 1, 1, 1]), array([0, 1, 2, 0, 1, 2]), array([4, 4, 4, 4, 2, 2]))
    """
    labels = as_labels(humans, categories=categories, ndim=2)
    groups, n_groups = as_clusters(clusters, labels.shape[1])
    names = np.unique(np.asarray(clusters))

    def tables(kept: AnyIntArray) -> FloatArray:
        consensus = rule(kept, categories=categories, clusters=groups)
        return tables_by_cluster(model, consensus.labels, categories=categories, clusters=groups)

    whole = tables(labels)
    without_row = np.stack([tables(_without(labels, row)) for row in range(len(labels))])
    present = np.stack([np.bincount(groups, weights=row != MISSING, minlength=n_groups) > 0 for row in labels])
    numbers, rows = np.nonzero(present.T)
    total = whole.sum(axis=0)
    rest = total - whole[numbers] + without_row[rows, numbers]
    return RaterInfluence(names[numbers], rows, _influence(np.arange(len(rows)), rest, total, statistic))


def _without(labels: AnyIntArray, row: int) -> AnyIntArray:
    kept = labels.copy()
    kept[row] = MISSING
    return kept


def _influence(names: npt.NDArray[Any], rest: FloatArray, total: FloatArray, statistic: Statistic) -> Influence:
    overall, without = float(statistic(total[None])[0]), statistic(rest)
    n_without = rest.sum(axis=(-2, -1)).astype(np.int64)
    return Influence(names, without, without - overall, n_without, overall, int(total.sum()))
