"""How well people agree with people: the mark a model is measured against.

A rater compared with a consensus that contains him flatters people; a model compared with single raters instead of
a consensus is punished. So one rater is held out, the others form the reference, and the model meets the very same
reference on the very same items.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.stats.counting import Entries
from analysis.stats.estimates import KAPPA, Estimate, PairedDifference, Statistic
from analysis.stats.inference import compare, estimate
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import MISSING, AnyIntArray, Categories, FloatArray, IntArray, as_labels
from analysis.stats.sampling import Sampling
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


@dataclass(frozen=True, eq=False)
class Panel:
    """The people's labels, with each rater held out in turn; counted once and met by every annotator.

    Attributes
    ----------
    humans : integer array of shape (n_seats, n_items)
        -1 = missing.
    categories : sequence
    """

    humans: AnyIntArray
    categories: Categories
    _without: dict[int, HeldOut] = field(default_factory=dict)

    @cached_property
    def held_out(self) -> HeldOut:
        """Every label beside the consensus of the others."""
        return held_out(self.humans, categories=self.categories)

    def table(self) -> FloatArray:
        """Held-out labels in rows, references in columns."""
        return _entries(self, self.held_out, self.held_out.labels).total()

    def without(self, row: int) -> HeldOut:
        """The same had nobody sat in one seat."""
        if row not in self._without:
            kept = np.array(self.humans)
            kept[row] = MISSING
            self._without[row] = held_out(kept, categories=self.categories)
        return self._without[row]


def human_ceiling(panel: Panel, sampling: Sampling, *, statistic: Statistic = KAPPA) -> Estimate:
    """Agreement of a held-out human with the consensus of the other humans, pooled over all of them.

    Parameters
    ----------
    panel : Panel
    sampling : Sampling
        An item counted once per held-out rater adds no false certainty: its entries are left out together.

    Returns
    -------
    Estimate
        ``entries`` counts one for each item and held-out rater.

    Notes
    -----
    Undefined as the statistic; ``no_overlap`` also when no item has three labels.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 400)
    >>> panel = Panel(np.where(rng.random((4, 400)) < 0.8, truth, 1 - truth), "AB")
    >>> round(human_ceiling(panel, Sampling(np.arange(400) // 10, np.arange(400) % 20)).value, 2)
    0.44
    """
    return estimate(held_out_humans(panel), statistic, sampling)


def held_out_humans(panel: Panel) -> Evidence:
    """Evidence of every held-out label beside the consensus of the others.

    >>> panel = Panel(np.array([[0, 0], [0, 1], [1, 0], [0, 1]]), "AB")
    >>> held_out_humans(panel).entries.total().tolist()
    [[3.0, 2.0], [3.0, 0.0]]
    """

    def entries(one: HeldOut) -> Entries:
        return _entries(panel, one, one.labels)

    return Evidence(entries(panel.held_out), lambda row: entries(panel.without(row)))


def against_held_out(
    model: npt.ArrayLike, panel: Panel, sampling: Sampling, *, statistic: Statistic = KAPPA
) -> PairedDifference:
    """Compare a model with the held-out human, both against the same references on the same items.

    Parameters
    ----------
    model : integer array of shape (n_items,)
        -1 = missing; its items are then left out for the humans too.
    panel : Panel

    Returns
    -------
    PairedDifference
        ``first`` is the model, ``second`` the held-out human; a positive difference is a model that agrees with the
        others' consensus more than a human does. A model that answers as one more human would has an expected
        difference of 0.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 400)
    >>> panel = Panel(np.where(rng.random((4, 400)) < 0.8, truth, 1 - truth), "AB")
    >>> model = np.where(rng.random(400) < 0.95, truth, 1 - truth)
    >>> result = against_held_out(model, panel, Sampling(np.arange(400) // 10, np.arange(400) % 20))
    >>> round(result.first.value, 2), round(result.second.value, 2), result.difference.interval.low > 0
    (0.71, 0.44, True)
    """
    choices = as_labels(model, categories=panel.categories, ndim=1)
    if choices.shape != np.shape(panel.humans)[1:]:
        raise ValueError("model and humans must label the same items")

    def entries(one: HeldOut) -> Entries:
        return _entries(panel, one, choices[one.items].astype(np.int64), one.labels)

    return compare(Evidence(entries(panel.held_out), lambda row: entries(panel.without(row))), statistic, sampling)


def beside_each_other(first: npt.ArrayLike, second: npt.ArrayLike, panel: Panel) -> Evidence:
    """Evidence of two models, both against the references of the held-out humans, on the items both answered.

    Examples
    --------
    >>> panel = Panel(np.array([[0, 0], [0, 1], [1, 1], [0, 1]]), "AB")
    >>> evidence = beside_each_other([0, 1], [0, 0], panel)
    >>> compare(evidence, KAPPA, Sampling(np.arange(2), np.arange(2))).difference.n
    2
    """
    choices = [as_labels(one, categories=panel.categories, ndim=1) for one in (first, second)]

    def entries(one: HeldOut) -> Entries:
        return _entries(panel, one, *(labels[one.items].astype(np.int64) for labels in choices))

    return Evidence(entries(panel.held_out), lambda row: entries(panel.without(row)))


def _entries(panel: Panel, one: HeldOut, *labels: IntArray) -> Entries:
    """Entries of the labels and their reference, without those that a label is missing of."""
    k, known = len(panel.categories), np.logical_and.reduce([x != MISSING for x in labels])
    cells = np.zeros(int(known.sum()), dtype=np.int64)
    for column in (*labels, one.references):
        cells = cells * k + column[known]
    return Entries(one.items[known], cells, (k,) * (len(labels) + 1), np.shape(panel.humans)[1])


def _reference_without(humans: AnyIntArray, row: int, categories: Categories) -> IntArray:
    return plurality(np.delete(humans, row, axis=0), categories=categories).labels
