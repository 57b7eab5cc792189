"""Does an annotator agree with people more in one group of questions than in the rest?"""

import numpy as np

from analysis.stats.counting import Entries
from analysis.stats.estimates import Estimate, Scale, Statistic
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.inference import estimate
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import BoolArray, FloatArray
from analysis.stats.sampling import Sampling


def group_minus_rest(evidence: Evidence, in_group: BoolArray, sampling: Sampling) -> Estimate:
    """Kappa on the items of a group minus kappa on all others, with an interval for the sampling's target.

    The difference is jackknifed as one number over personas and prompts of the whole study, so that prompts asked in
    the group and outside of it are not taken for independent.

    Parameters
    ----------
    evidence : Evidence
        Entries of shape (K, K).
    in_group : bool array of shape (n_items,)
    sampling : Sampling

    Examples
    --------
    >>> from analysis.stats.counting import entries_of
    >>> rng = np.random.default_rng(0)
    >>> truth, inside = rng.integers(0, 2, 400), np.arange(400) < 200
    >>> labels = np.where(rng.random(400) < np.where(inside, 0.95, 0.6), truth, 1 - truth)
    >>> evidence = Evidence(entries_of(labels, truth, n_categories=2))
    >>> found = group_minus_rest(evidence, inside, Sampling(np.arange(400) // 10, np.arange(400) % 20))
    >>> found.interval.low > 0
    True
    """
    return estimate(_split(evidence, in_group), MINUS_REST, sampling)


def _minus_rest(tables: FloatArray) -> FloatArray:
    return kappa_of_tables(tables[..., 1, :, :]) - kappa_of_tables(tables[..., 0, :, :])


MINUS_REST = Statistic(_minus_rest, Scale.DIFFERENCE)


def group_by_annotator(evidence: Evidence, in_group: BoolArray, sampling: Sampling) -> Estimate:
    """How much more one annotator gains in a group than another: the interaction of group and annotator.

    (kappa of the first in the group minus its kappa in the rest) minus the same of the second, against one reference on
    the items that both labelled, jackknifed as one number.

    Parameters
    ----------
    evidence : Evidence
        Entries of shape (K, K, K): first, second, reference.
    in_group : bool array of shape (n_items,)
    sampling : Sampling

    Examples
    --------
    >>> from analysis.stats.counting import entries_of
    >>> rng = np.random.default_rng(0)
    >>> truth, inside = rng.integers(0, 2, 800), np.arange(800) < 400
    >>> first, second = (
    ...     np.where(rng.random(800) < np.where(inside, right, 0.7), truth, 1 - truth) for right in (0.95, 0.7)
    ... )
    >>> evidence = Evidence(entries_of(first, second, truth, n_categories=2))
    >>> found = group_by_annotator(evidence, inside, Sampling(np.arange(800) // 20, np.arange(800) % 20))
    >>> found.interval.low > 0
    True
    """
    return estimate(_split(evidence, in_group), INTERACTION, sampling)


def _split(evidence: Evidence, in_group: BoolArray) -> Evidence:
    """The same entries in two tables: outside of the group, and inside."""
    without = evidence.without_seat

    def split(entries: Entries) -> Entries:
        cells = in_group[entries.items].astype(np.int64) * entries.size + entries.cells
        return Entries(entries.items, cells, (2, *entries.shape), entries.n_items)

    return Evidence(split(evidence.entries), (lambda row: split(without(row))) if without else None)


def _interaction(tables: FloatArray) -> FloatArray:
    first, second = tables.sum(axis=-2), tables.sum(axis=-3)
    return _minus_rest(first) - _minus_rest(second)


INTERACTION = Statistic(_interaction, Scale.INTERACTION)
