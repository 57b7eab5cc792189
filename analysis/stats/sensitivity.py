"""Does a headline hang on how votes are counted? The same number under every rule, exclusions on and off."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats import formulas
from analysis.stats.bootstrap import Estimate, Statistic, bootstrap_kappa
from analysis.stats.dawid_skene import dawid_skene_one_coin
from analysis.stats.labels import MISSING, AnyIntArray, Categories, IntArray, as_clusters, as_labels
from analysis.stats.votes import VOTE_RULES, VoteRule, VoteState

DAWID_SKENE = "dawid_skene"


@dataclass(frozen=True)
class SensitivityRow:
    """One headline under one rule.

    The four counts add up to all items; for Dawid-Skene an item is a majority or, when undecided, a tie.
    """

    rule: str
    exclusions_applied: bool
    estimate: Estimate
    n_majority: int
    n_tie: int
    n_too_few: int
    n_missing: int


def vote_sensitivity(
    model: npt.ArrayLike,
    humans: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    excluded: npt.ArrayLike | None = None,
    rules: Mapping[str, VoteRule] = VOTE_RULES,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    statistic: Statistic = formulas.kappa_of_tables,
) -> tuple[SensitivityRow, ...]:
    """Agreement of a model with the human consensus under every vote rule, with and without exclusions.

    Parameters
    ----------
    model : integer array of shape (n_items,)
    humans : integer array of shape (n_seats, n_items)
        Everyone, excluded or not.
    excluded : boolean array of shape (n_seats, n_items), optional
        Labels that the study excludes; without it there are no rows with exclusions off.
    rules : mapping of names to rules
        One-coin Dawid-Skene is added as the last.

    Returns
    -------
    tuple of SensitivityRow
        Rules in order, exclusions applied first, then ignored.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> humans = np.where(rng.random((4, 200)) < 0.8, truth, 1 - truth)
    >>> rows = vote_sensitivity(truth, humans, categories="AB", clusters=np.arange(200) // 10, seed=1)
    >>> [(row.rule, row.n_tie) for row in rows]
    [('three_of_four', 34), ('drop_one', 0), ('plurality', 34), ('dawid_skene', 0)]
    """
    everyone = as_labels(humans, categories=categories, ndim=2)
    versions = [(False, everyone)]
    if excluded is not None:
        versions.insert(0, (True, np.where(np.asarray(excluded, dtype=bool), MISSING, everyone)))
    rows = []
    for flag, labels in versions:
        for name in [*rules, DAWID_SKENE]:
            consensus, states = _consensus(name, labels, categories, clusters, rules)
            estimate = bootstrap_kappa(
                model,
                consensus,
                categories=categories,
                clusters=clusters,
                seed=seed,
                n_resamples=n_resamples,
                confidence=confidence,
                statistic=statistic,
            )
            rows.append(SensitivityRow(name, flag, estimate, *(int((states == state).sum()) for state in VoteState)))
    return tuple(rows)


def _consensus(
    name: str, labels: AnyIntArray, categories: Categories, clusters: npt.ArrayLike, rules: Mapping[str, VoteRule]
) -> tuple[IntArray, IntArray]:
    if name != DAWID_SKENE:
        result = rules[name](labels, categories=categories, clusters=clusters)
        return result.labels, result.states
    groups, _ = as_clusters(clusters, labels.shape[1])
    raters = groups * len(labels) + np.arange(len(labels))[:, None]
    decided = dawid_skene_one_coin(labels, categories=categories, raters=raters).labels
    undecided = np.where((labels != MISSING).any(axis=0), VoteState.TIE, VoteState.MISSING)
    return decided, np.where(decided != MISSING, VoteState.MAJORITY, undecided)
