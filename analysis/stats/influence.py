"""What a pooled kappa would be without one persona, question or rater: exact, by subtracting counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.stats.counting import entries_of
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.jackknife import Evidence, Function, seat_changes
from analysis.stats.labels import FloatArray, IntArray, as_clusters
from analysis.stats.sampling import Sampling

__all__ = ["Influence", "RaterInfluence", "entries_of", "without_groups", "without_raters"]


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


def without_groups(evidence: Evidence, groups: npt.ArrayLike, *, statistic: Function = kappa_of_tables) -> Influence:
    """A statistic without each group of items.

    Parameters
    ----------
    evidence : Evidence
    groups : array of shape (n_items,)
        Persona, question or topic of each item.
    statistic : function of tables (..., K, K) to values (...)

    Returns
    -------
    Influence

    Source: the jackknife of Quenouille 1956, shown instead of averaged.

    Examples
    --------
    >>> entries = entries_of(np.array([0, 1, 0, 1, 0, 0]), np.array([0, 1, 0, 1, 1, 1]), n_categories=2)
    >>> result = without_groups(Evidence(entries), [1, 1, 2, 2, 9, 9])
    >>> result.groups[result.strongest()[0]].item(), result.without[2].item()
    (9, 1.0)
    """
    entries, names = evidence.entries, np.unique(np.asarray(groups))
    positions, n_groups = as_clusters(groups, entries.n_items)
    used, total = entries.used_items(), entries.total()
    n_without = len(used) - np.bincount(positions[used], minlength=n_groups)
    return _influence(names, total - entries.by_group(positions, n_groups), n_without, total, len(used), statistic)


@dataclass(frozen=True, eq=False)
class RaterInfluence:
    """A statistic without each rater.

    Attributes
    ----------
    clusters, rows, raters : ndarrays of shape (n_raters,)
        The position of the persona, the seat and the id of each rater.
    influence : Influence
        Its ``groups`` number the raters in the same order.
    """

    clusters: IntArray
    rows: IntArray
    raters: IntArray
    influence: Influence


def without_raters(evidence: Evidence, sampling: Sampling, *, statistic: Function = kappa_of_tables) -> RaterInfluence:
    """A statistic of an annotator and people, with the votes counted again without each rater.

    Notes
    -----
    A rule that asks for three equal votes of four asks for three equal of the remaining three, so ``n_without`` falls
    with the rater's dissent; read it beside the change.

    Examples
    --------
    >>> labels = np.array([[0, 1, 0, 1], [0, 1, 1, 0]])

    >>> def entries(row=None):
    ...     kept = labels[[n for n in range(2) if n != row]]
    ...     return entries_of(np.array([0, 1, 0, 1]), kept[0], n_categories=2)

    >>> sampling = Sampling(np.array([0, 0, 1, 1]), np.arange(4), seats=np.array([[1, 3], [2, 4]]))
    >>> without_raters(Evidence(entries(), entries), sampling).influence.change.round(1)
    array([ 0.,  0., -1.,  0.])
    """
    entries, changes = evidence.entries, seat_changes(evidence, sampling)
    total, n = entries.total(), len(entries.used_items())
    order = np.lexsort((changes.rows, changes.personas))
    rest, n_without = (total + changes.sums)[order], (n + changes.items)[order]
    influence = _influence(np.arange(len(order)), rest, n_without, total, n, statistic)
    return RaterInfluence(changes.personas[order], changes.rows[order], changes.raters[order], influence)


def _influence(
    names: npt.NDArray[Any], rest: FloatArray, n_without: IntArray, total: FloatArray, n: int, statistic: Function
) -> Influence:
    overall, without = float(statistic(total[None])[0]), statistic(rest)
    return Influence(names, without, without - overall, n_without.astype(np.int64), overall, n)
