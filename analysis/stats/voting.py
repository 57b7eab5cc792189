"""Counting or fitting votes under the rule of a name."""

import numpy as np
import numpy.typing as npt

from analysis.stats.dawid_skene import dawid_skene_one_coin
from analysis.stats.labels import MISSING, AnyIntArray, Categories, as_labels
from analysis.stats.votes import Consensus, VoteState, at_least, drop_one, plurality


def voted(
    rule: str,
    labels: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seats: int,
    raters: npt.ArrayLike | None = None,
) -> Consensus:
    """The consensus under a rule; see :meth:`analysis.stats.vote_rules.VoteRule.consensus`.

    >>> voted("plurality", [[0, 1], [0, 1]], categories="AB", clusters=[0, 0], seats=2).labels
    array([0, 1])
    """
    values = as_labels(labels, categories=categories, ndim=2)
    if not len(values):
        values, raters = np.full((1, values.shape[1]), MISSING, dtype=np.int8), None
    if rule == "drop_one":
        return drop_one(values, categories=categories, clusters=clusters)
    if rule == "plurality":
        return plurality(values, categories=categories)
    if rule == "one_coin":
        return _one_coin(values, categories, clusters, raters)
    return at_least(values, categories=categories, needed=seats // 2 + 1, of=seats)


def _one_coin(
    labels: AnyIntArray, categories: Categories, clusters: npt.ArrayLike, raters: npt.ArrayLike | None
) -> Consensus:
    """The likeliest label under Dawid and Skene's one-coin model, raters weighed by estimated accuracy."""
    who = np.asarray(clusters) * len(labels) + np.arange(len(labels))[:, None] if raters is None else raters
    fitted = dawid_skene_one_coin(labels, categories=categories, raters=who)
    counted = plurality(labels, categories=categories)
    states = np.where(fitted.labels != MISSING, VoteState.MAJORITY, counted.states)
    states = np.where(counted.votes.sum(axis=1) == 0, VoteState.MISSING, states)
    return Consensus(fitted.labels, states, counted.votes, "Dawid-Skene one-coin model, likeliest label")
