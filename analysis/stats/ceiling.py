"""How well people agree with people: the mark a model is measured against.

A rater compared with a consensus that contains him flatters people; a model compared with single raters instead of
a consensus is punished. So one rater is held out, the others form the reference, and the model meets the very same
reference on the very same items.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.bootstrap import (
    Estimate,
    PairedDifference,
    Statistic,
    bootstrap_tables,
    difference_of_tables,
)
from analysis.stats.labels import MISSING, AnyIntArray, Categories, FloatArray, IntArray, as_clusters, as_labels
from analysis.stats.resampling import Method
from analysis.stats.votes import plurality


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Every label a rater gave, beside the consensus of the others on that item.

    Attributes
    ----------
    labels, references, items, rows : ndarrays of shape (n_entries,)
        The held-out label, the reference, and where in ``humans`` it stands.
    """

    labels: IntArray
    references: IntArray
    items: IntArray
    rows: IntArray


def held_out(humans: npt.ArrayLike, *, categories: Categories) -> HeldOut:
    """Hold each rater out in turn; the most frequent label of two or more others is the reference.

    Parameters
    ----------
    humans : integer array of shape (n_raters, n_items)
        The seats of a persona in rows; -1 = missing.

    Returns
    -------
    HeldOut
        Entries where the others tie, or are fewer than two, are left out.

    Examples
    --------
    >>> result = held_out([[0, 0], [0, 1], [1, 0], [0, 1]], categories="AB")
    >>> result.labels, result.references
    (array([0, 0, 0, 1, 1, 0, 0, 1]), array([0, 1, 0, 0, 0, 1, 0, 0]))
    """
    values = as_labels(humans, categories=categories, ndim=2)
    others = [_reference_without(values, row, categories) for row in range(len(values))]
    references = np.array(others, dtype=np.int64).reshape(values.shape)  # also where nobody has labelled
    rows, items = np.nonzero((values != MISSING) & (references != MISSING))
    return HeldOut(values[rows, items].astype(np.int64), references[rows, items], items, rows)


def human_ceiling(
    humans: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> Estimate:
    """Agreement of a held-out human with the consensus of the other humans, pooled over all of them.

    Parameters
    ----------
    humans : integer array of shape (n_raters, n_items)
        -1 = missing.
    clusters : integer array of shape (n_items,)
        Personas; whole ones are drawn, so that an item counted once per held-out rater adds no false certainty.
    statistic : function of tables (..., K, K) to values (...)

    Returns
    -------
    Estimate
        ``n`` counts entries (item x held-out rater).

    Notes
    -----
    Undefined as the statistic; ``no_overlap`` also when no item has three labels.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 400)
    >>> humans = np.where(rng.random((4, 400)) < 0.8, truth, 1 - truth)
    >>> round(human_ceiling(humans, categories="AB", clusters=np.arange(400) // 10, seed=1).value, 2)
    0.44
    """
    return ceiling_of_held_out(
        held_out(humans, categories=categories),
        categories=categories,
        clusters=clusters,
        seed=seed,
        n_resamples=n_resamples,
        confidence=confidence,
        method=method,
        statistic=statistic,
    )


def ceiling_of_held_out(
    entries: HeldOut,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> Estimate:
    """Return :func:`human_ceiling` for humans already held out.

    Examples
    --------
    >>> entries = held_out([[0, 0], [0, 1], [1, 1], [0, 1]], categories="AB")
    >>> ceiling_of_held_out(entries, categories="AB", clusters=[0, 1], seed=1).n
    8
    """
    tables = _tables(entries.labels, entries, as_clusters(clusters, np.size(clusters)), categories)
    return bootstrap_tables(tables, statistic, seed=seed, n_resamples=n_resamples, confidence=confidence, method=method)


def model_against_ceiling(
    model: npt.ArrayLike,
    humans: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> PairedDifference:
    """Compare a model with the held-out human, both against the same references on the same items.

    Parameters
    ----------
    model : integer array of shape (n_items,)
        -1 = missing; its items are then left out for the humans too.
    humans : integer array of shape (n_raters, n_items)

    Returns
    -------
    PairedDifference
        ``first`` is the model, ``second`` the held-out human; a positive difference is a model that agrees with the
        others' consensus more than a human does.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 400)
    >>> humans = np.where(rng.random((4, 400)) < 0.8, truth, 1 - truth)
    >>> model = np.where(rng.random(400) < 0.95, truth, 1 - truth)
    >>> result = model_against_ceiling(model, humans, categories="AB", clusters=np.arange(400) // 10, seed=1)
    >>> round(result.first.value, 2), round(result.second.value, 2), result.difference.interval.low > 0
    (0.71, 0.44, True)
    """
    entries = held_out(humans, categories=categories)
    if np.shape(model) != np.shape(humans)[1:]:
        raise ValueError("model and humans must label the same items")
    return against_held_out(
        model,
        entries,
        categories=categories,
        clusters=clusters,
        seed=seed,
        n_resamples=n_resamples,
        confidence=confidence,
        method=method,
        statistic=statistic,
    )


def against_held_out(
    model: npt.ArrayLike,
    entries: HeldOut,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    method: Method = "percentile",
    statistic: Statistic = formulas.kappa_of_tables,
) -> PairedDifference:
    """Return :func:`model_against_ceiling` for humans already held out, when several models meet the same ones.

    Examples
    --------
    >>> entries = held_out([[0, 0], [0, 1], [1, 1], [0, 1]], categories="AB")
    >>> against_held_out([0, 1], entries, categories="AB", clusters=[0, 1], seed=1).first.n
    8
    """
    choices = as_labels(model, categories=categories, ndim=1)
    answered = choices[entries.items]
    human = np.where(answered == MISSING, MISSING, entries.labels)
    groups = as_clusters(clusters, len(choices))
    return difference_of_tables(
        _tables(answered, entries, groups, categories),
        _tables(human, entries, groups, categories),
        statistic=statistic,
        seed=seed,
        n_resamples=n_resamples,
        confidence=confidence,
        method=method,
    )


def _reference_without(humans: AnyIntArray, row: int, categories: Categories) -> IntArray:
    return plurality(np.delete(humans, row, axis=0), categories=categories).labels


def _tables(labels: AnyIntArray, entries: HeldOut, groups: tuple[IntArray, int], categories: Categories) -> FloatArray:
    """Count tables for every cluster, also for one without an entry: it can be drawn, and adds nothing."""
    positions, n_clusters = groups
    k, known = len(categories), labels != MISSING
    cells = (positions[entries.items[known]] * k + labels[known]) * k + entries.references[known]
    return np.bincount(cells, minlength=n_clusters * k * k).reshape(n_clusters, k, k).astype(np.float64)
