"""Cluster jackknife by sums: leave out each persona, prompt, item or rater; nothing is fitted again.

Personas (P) and prompts (Q) are crossed. With ``V_P``, ``V_Q`` and ``V_I`` the jackknife variances over personas,
prompts and items, the variance for new personas and new prompts is ``V_P + V_Q - V_I``, and at least ``V_I``: items
count as independent only where personas and prompts do not make them alike. Cost: counting the N items once, and one
statistic for each persona, each prompt and each different table of an item, O(N + (P + Q) K**2).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.stats.counting import Entries
from analysis.stats.labels import BoolArray, FloatArray, IntArray
from analysis.stats.sampling import Sampling, Target

Function = Callable[[FloatArray], FloatArray]
ROUNDING = 1e-9
"""Two variances nearer than this, relatively, are one; the smaller degrees of freedom then count."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What an estimate is counted from.

    Attributes
    ----------
    entries : Entries
    without_seat : function of a row number to Entries, optional
        The entries with the votes counted again without one seat; None where no vote is involved.
    """

    entries: Entries
    without_seat: Callable[[int], Entries] | None = None


@dataclass(frozen=True, eq=False)
class LeftOut:
    """The sums that stay when one cluster after the other is left out.

    Attributes
    ----------
    sums : ndarray of shape (G, ...)
    times : ndarray of shape (G,)
        Clusters that leave the same sum.
    strata : ndarray of shape (G,), optional
        Deviations are then taken from the mean of the stratum.
    """

    sums: FloatArray
    times: IntArray
    strata: IntArray | None = None

    @property
    def n(self) -> int:
        """Clusters."""
        return int(self.times.sum())


@dataclass(frozen=True, eq=False)
class Replicates:
    """All leave-one-out sums that one target of inference needs.

    Attributes
    ----------
    total : ndarray of shape (...)
        The table of all entries.
    n_items : int
        Items with an entry.
    added, subtracted : tuples of LeftOut
        Whose variances are added and subtracted.
    floor : LeftOut or None
        The variance is at least this one's.
    """

    total: FloatArray
    n_items: int
    added: tuple[LeftOut, ...]
    subtracted: tuple[LeftOut, ...] = ()
    floor: LeftOut | None = None


@dataclass(frozen=True)
class Spread:
    """The variance of an estimate, its degrees of freedom, and the largest share of undefined replicates."""

    variance: float
    degrees: float
    undefined_share: float


def replicates_of(evidence: Evidence, sampling: Sampling) -> Replicates:
    """Count what stays without each cluster of the target.

    Returns
    -------
    Replicates
        ``added`` is empty where the target does not move the number: a number without votes and new raters.

    Examples
    --------
    >>> entries = Entries(np.array([0, 1, 2]), np.array([0, 3, 3]), (2, 2), 3)
    >>> replicates = replicates_of(Evidence(entries), Sampling(np.array([0, 0, 1]), np.array([0, 1, 1])))
    >>> replicates.added[0].sums[0].tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    entries = evidence.entries
    total, n_items = entries.total(), len(entries.used_items())
    if sampling.target is Target.RATERS:
        return Replicates(total, n_items, _within_personas(evidence, sampling, total))
    personas = left_out_of(total, entries.by_group(*sampling.persona_groups))
    added, subtracted = _crossing_raters(evidence, sampling, total)
    if sampling.target is Target.PERSONAS:
        return Replicates(total, n_items, (personas, *added), subtracted, floor=personas if added else None)
    prompts = left_out_of(total, entries.by_group(*sampling.prompt_groups))
    tables, times = entries.by_item()
    items = LeftOut(total - tables, times)
    return Replicates(total, n_items, (personas, prompts, *added), (items, *subtracted), floor=items)


def spread_of(replicates: Replicates, statistic: Function) -> Spread:
    """Return the variance of a statistic of the summed tables.

    Degrees of freedom: those of the smallest crossed clustering; where the floor prevails, of items.

    Examples
    --------
    >>> entries = Entries(np.arange(4), np.array([0, 3, 1, 3]), (2, 2), 4)
    >>> replicates = replicates_of(Evidence(entries), Sampling(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])))
    >>> spread_of(replicates, lambda tables: tables[:, 0, 0] + tables[:, 1, 1]).variance.__round__(3)
    2.75
    """
    whole = float(statistic(replicates.total[None])[0])
    added = [_variance(one, statistic, whole) for one in replicates.added]
    subtracted = [_variance(one, statistic, whole) for one in replicates.subtracted]
    undefined = max([0.0, *(one.undefined_share for one in [*added, *subtracted])])
    variance = sum(one.variance for one in added) - sum(one.variance for one in subtracted)
    degrees = min([one.degrees for one in added], default=0.0)
    if replicates.floor is not None:
        floor = _variance(replicates.floor, statistic, whole)
        if floor.variance > variance * (1 + ROUNDING):
            variance, degrees = floor.variance, floor.degrees
    return Spread(variance, degrees, undefined)


def crossed_spreads(
    personas: FloatArray, prompts: FloatArray, items: tuple[FloatArray, IntArray], statistic: Function
) -> tuple[FloatArray, FloatArray]:
    """Return variance and degrees of freedom for many simulated studies at once.

    Parameters
    ----------
    personas : ndarray of shape (n_studies, P, ...)
        Table sums.
    prompts : ndarray of shape (n_studies, Q, ...)
    items : tuple of ndarrays of shape (C, ...) and (n_studies, C)
        The different tables that an item can have, and how many items of each study have each.
    statistic : function of (..., K, K) to (...)

    Returns
    -------
    variance, degrees : ndarrays of shape (n_studies,)
        As :func:`spread_of`; variance is nan where a replicate is undefined.

    Examples
    --------
    >>> personas = np.array([[[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]]])
    >>> prompts = np.array([[[[1.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 2.0]]]])
    >>> items = np.eye(4).reshape(4, 2, 2), np.array([[1, 1, 0, 2]])
    >>> crossed_spreads(personas, prompts, items, lambda tables: tables[..., 0, 0] + tables[..., 1, 1])[0].round(3)
    array([2.75])
    """
    total = personas.sum(axis=1)
    whole = statistic(total)[:, None]
    tables, times = items
    by_persona, by_prompt = (
        _mean_squares(statistic(total[:, None] - part) - whole, np.asarray(part.any(axis=tuple(range(2, part.ndim)))))
        for part in (personas, prompts)
    )
    by_item = _mean_squares(statistic(total[:, None] - tables) - whole, times)
    crossed = by_persona + by_prompt - by_item
    degrees = np.minimum(*(part.any(axis=tuple(range(2, part.ndim))).sum(axis=1) for part in (personas, prompts))) - 1
    prevails = by_item > crossed * (1 + ROUNDING)
    return np.where(prevails, by_item, crossed), np.where(prevails, times.sum(axis=1) - 1, degrees)


def _mean_squares(deviations: FloatArray, times: FloatArray | BoolArray | IntArray) -> FloatArray:
    """The jackknife variance over the second axis; nan where a cluster that counts leaves no value."""
    n = times.sum(axis=1)
    squares: FloatArray = np.where(times > 0, times * deviations**2, 0.0).sum(axis=1)
    return np.asarray(squares * (n - 1) / np.maximum(n, 1))


def _variance(left_out: LeftOut, statistic: Function, whole: float) -> Spread:
    values, times = statistic(left_out.sums), left_out.times
    known = ~np.isnan(values)
    undefined = float(times[~known].sum() / max(left_out.n, 1))
    if left_out.strata is not None:
        return _stratified(values, left_out.strata, undefined)
    squares = float((times[known] * (values[known] - whole) ** 2).sum())
    return Spread(squares * (left_out.n - 1) / max(left_out.n, 1), left_out.n - 1, undefined)


def _stratified(values: FloatArray, strata: IntArray, undefined: float) -> Spread:
    """Add up the jackknife variances of the strata; one with a single cluster has none."""
    known = ~np.isnan(values)
    values, strata = values[known], strata[known]
    n = np.bincount(strata)
    means = np.bincount(strata, weights=values) / np.maximum(n, 1)
    squares = np.bincount(strata, weights=(values - means[strata]) ** 2)
    variance = float((squares * (n - 1) / np.maximum(n, 1)).sum())
    return Spread(variance, float((n[n > 0] - 1).sum()), undefined)


def sums_by_group(by_item: FloatArray, groups: IntArray, n_groups: int) -> FloatArray:
    """Add up what each item adds, of shape (n_items, ...), within groups: (n_groups, ...).

    >>> sums_by_group(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1, 1]), 2).tolist()
    [[0.0, 0.0], [4.0, 6.0]]
    """
    sums = np.zeros((n_groups, *by_item.shape[1:]))
    np.add.at(sums, groups, by_item)
    return sums


def left_out_of(total: FloatArray, sums: FloatArray) -> LeftOut:
    """Leave out each cluster that has an entry; ``sums`` has what each adds to ``total``.

    >>> left_out_of(np.array(5.0), np.array([[2.0], [0.0], [3.0]])).sums.tolist()
    [[3.0], [2.0]]
    """
    present = sums.any(axis=tuple(range(1, sums.ndim)))
    return LeftOut(total - sums[present], np.ones(int(present.sum()), dtype=np.int64))


def _within_personas(evidence: Evidence, sampling: Sampling, total: FloatArray) -> tuple[LeftOut, ...]:
    """Leave out each rater of each persona, the votes counted again, within strata of personas."""
    if evidence.without_seat is None or sampling.taken is None:
        return ()
    changes = seat_changes(evidence, sampling)
    personas = evidence.entries.by_group(*sampling.persona_groups)[changes.personas]
    left = personas + changes.sums
    # Fewer raters leave fewer entries; the persona keeps its weight, as in a stratified jackknife.
    axes = tuple(range(1, left.ndim))
    n_whole, n_left = personas.sum(axis=axes), left.sum(axis=axes)
    weight = np.where(n_left > 0, n_whole / np.maximum(n_left, 1), 1.0).reshape(-1, *(1,) * (left.ndim - 1))
    times = np.ones(len(left), dtype=np.int64)
    return (LeftOut(total - personas + weight * left, times, strata=changes.personas),)


def _crossing_raters(
    evidence: Evidence, sampling: Sampling, total: FloatArray
) -> tuple[tuple[LeftOut, ...], tuple[LeftOut, ...]]:
    """What raters who answer about several personas add, and what of it the personas already count."""
    if evidence.without_seat is None or not sampling.raters_cross_personas:
        return (), ()
    changes = seat_changes(evidence, sampling)
    known, positions = np.unique(changes.raters, return_inverse=True)
    by_rater = np.zeros((len(known), *total.shape))
    np.add.at(by_rater, positions.reshape(-1), changes.sums)
    return (_around_mean(total + by_rater),), (_around_mean(total + changes.sums),)


def _around_mean(sums: FloatArray) -> LeftOut:
    """Without a rater the others' consensus is poorer throughout, so deviations are taken from the mean."""
    n = len(sums)
    return LeftOut(sums, np.ones(n, dtype=np.int64), strata=np.zeros(n, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class SeatChanges:
    """What changes without each rater of each persona.

    Attributes
    ----------
    sums : ndarray of shape (n_raters, ...)
        Change of the summed tables.
    items : ndarray of shape (n_raters,)
        Change of the number of items with an entry.
    rows, personas, raters : ndarrays of shape (n_raters,)
        Seat, position of the persona, and the rater's id.
    """

    sums: FloatArray
    items: IntArray
    rows: IntArray
    personas: IntArray
    raters: IntArray


def seat_changes(evidence: Evidence, sampling: Sampling) -> SeatChanges:
    """Count the votes again without each rater of each persona: once for each seat, for all personas together.

    >>> entries = Entries(np.array([0, 0]), np.array([0, 1]), (2,), 1)
    >>> without = {0: Entries(np.array([0]), np.array([1]), (2,), 1), 1: Entries(np.array([0]), np.array([0]), (2,), 1)}
    >>> sampling = Sampling(np.array([0]), np.array([0]), seats=np.array([[7], [8]]))
    >>> seat_changes(Evidence(entries, without.get), sampling).sums.tolist()
    [[-1.0, 0.0], [0.0, -1.0]]
    """
    if evidence.without_seat is None or sampling.taken is None:
        raise ValueError("there are no votes to count again")
    groups = sampling.persona_groups
    whole, n_whole = evidence.entries.by_group(*groups), _items_by_group(evidence.entries, *groups)
    rows, personas = np.nonzero(sampling.taken >= 0)
    sums, items = np.zeros((len(rows), *whole.shape[1:])), np.zeros(len(rows), dtype=np.int64)
    for row in np.unique(rows):
        here, entries = rows == row, evidence.without_seat(int(row))
        sums[here] = (entries.by_group(*groups) - whole)[personas[here]]
        items[here] = (_items_by_group(entries, *groups) - n_whole)[personas[here]]
    return SeatChanges(sums, items, rows, personas, sampling.taken[rows, personas])


def _items_by_group(entries: Entries, groups: IntArray, n_groups: int) -> IntArray:
    return np.bincount(groups[entries.used_items()], minlength=n_groups)
