"""The alternative annotator test: may a model stand in for one of the human raters?"""

from dataclasses import dataclass
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from analysis.stats.distributions import student_t_probability
from analysis.stats.labels import (
    MISSING,
    AnyIntArray,
    BoolArray,
    Categories,
    FloatArray,
    IntArray,
    as_clusters,
    as_labels,
    category_counts,
)
from analysis.stats.undefined import Undefined


class UnderPowered(StrEnum):
    """Why a failed alt-test says little about the model."""

    FEW_ITEMS = "few_items"
    FEW_ANNOTATORS = "few_annotators"

    @property
    def sentence(self) -> str:
        """The reason as a sentence."""
        if self is UnderPowered.FEW_ITEMS:
            return "Some or all annotators have too few items to be tested."
        return "Fewer than three annotators could be tested."


@dataclass(frozen=True, eq=False)
class AltTest:
    """The outcome of one alt-test.

    Attributes
    ----------
    winning_rate : float
        Omega: share of tested humans whose advantage over the model was rejected.
    advantage : float
        Rho: mean over tested humans of the share of items on which the model does at least as well.
    passed : bool
        Omega of at least .5.
    p_values, advantages : ndarrays of shape (n_humans,)
        nan for a human with fewer than ``min_items``.
    rejected : ndarray of shape (n_humans,)
    n_items : ndarray of shape (n_humans,)
    epsilon, q, min_items
    n_tested : int
    under_powered : UnderPowered or None
    undefined : Undefined or None
        ``too_few_items`` when nobody could be tested.
    """

    winning_rate: float
    advantage: float
    passed: bool
    p_values: FloatArray
    advantages: FloatArray
    rejected: BoolArray
    n_items: IntArray
    epsilon: float
    q: float
    min_items: int
    n_tested: int
    under_powered: UnderPowered | None
    undefined: Undefined | None


def alt_test(
    humans: npt.ArrayLike,
    model: npt.ArrayLike,
    *,
    categories: Categories,
    epsilon: float = 0.1,
    q: float = 0.05,
    min_items: int = 30,
) -> AltTest:
    """Test whether the model represents the humans at least as well as each human does.

    For human h and item i, score a label by the share of the *other* humans who gave it. ``d_i = [S(h) >= S(model)]
    - [S(model) >= S(h)]``. A one-sided t-test asks whether the mean of d is below ``epsilon``, the price of a human;
    the p-values of the m humans go through Benjamini and Yekutieli at level ``q``.

    Parameters
    ----------
    humans : integer array of shape (n_humans, n_items)
        -1 = missing. An item counts for h when h and at least one other human labelled it.
    model : integer array of shape (n_items,)
        Items without a model label are dropped first.
    epsilon : float
        .2 for experts, .15 for skilled, .1 for crowd workers.
    min_items : int
        Humans with fewer items are not tested.

    Returns
    -------
    AltTest

    Notes
    -----
    Where d does not vary p is 0 (mean below epsilon) or 1.

    Source: Calderon, Reichart and Dror 2025 (arXiv 2501.10970).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 100)
    >>> humans = np.where(rng.random((3, 100)) < 0.7, truth, 1 - truth)
    >>> result = alt_test(humans, truth, categories="AB")
    >>> result.winning_rate, result.passed
    (1.0, True)
    """
    labels = as_labels(humans, categories=categories, ndim=2)
    choices = as_labels(model, categories=categories, ndim=1)
    if choices.shape != labels.shape[1:]:
        raise ValueError("model and humans must label the same items")
    return _tested(_sums(labels, choices, categories).sum(axis=2), epsilon, q, min_items)


@dataclass(frozen=True)
class SlotAltTest:
    """The alt-test averaged over random joinings of raters into slot annotators.

    ``winning_rate`` and ``advantage`` are means over joinings; ``passed`` is a mean omega of at least .5, and
    ``share_passed`` the share of joinings that passed on their own.
    """

    winning_rate: float
    advantage: float
    passed: bool
    share_passed: float
    n_annotators: int
    items_per_annotator: int
    epsilon: float
    q: float
    n_joinings: int
    seed: int
    under_powered: UnderPowered | None
    undefined: Undefined | None


def slot_alt_test(
    humans: npt.ArrayLike,
    model: npt.ArrayLike,
    *,
    categories: Categories,
    clusters: npt.ArrayLike,
    seed: int,
    n_joinings: int = 100,
    epsilon: float = 0.1,
    q: float = 0.05,
    min_items: int = 30,
) -> SlotAltTest:
    """Alt-test for a study in which each rater labelled one persona only.

    Ten items are too few to test a rater. Raters of different personas are joined into as many annotators as a
    persona has seats, each with one rater of every persona; which one is drawn at random, and the test is averaged
    over ``n_joinings`` such draws.

    Parameters
    ----------
    humans : integer array of shape (n_seats, n_items)
    clusters : integer array of shape (n_items,)
        Personas; seats are shuffled within each.
    seed : int

    Returns
    -------
    SlotAltTest

    Source: Calderon, Reichart and Dror 2025, who name joining annotators as the way out for few items per annotator.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> humans = np.where(rng.random((4, 200)) < 0.7, truth, 1 - truth)
    >>> result = slot_alt_test(humans, truth, categories="AB", clusters=np.arange(200) // 10, seed=1, n_joinings=20)
    >>> result.passed, result.n_annotators, result.items_per_annotator
    (True, 4, 200)
    """
    labels = as_labels(humans, categories=categories, ndim=2)
    choices = as_labels(model, categories=categories, ndim=1)
    groups, n_groups = as_clusters(clusters, labels.shape[1])
    # Who wins on an item does not depend on how raters of other personas are joined: counted once, per persona.
    sums = _sums_by_group(_sums(labels, choices, categories), groups, n_groups)
    rng = np.random.default_rng(seed)
    tests = [_tested(_joined(sums, rng), epsilon, q, min_items) for _ in range(n_joinings)]
    rates = np.array([test.winning_rate for test in tests])
    known = rates[~np.isnan(rates)]
    rate = float(known.mean()) if len(known) else nan
    return SlotAltTest(
        winning_rate=rate,
        advantage=float(np.mean([test.advantage for test in tests])),
        passed=rate >= 0.5,
        share_passed=float(np.mean([test.passed for test in tests])),
        n_annotators=tests[0].n_tested,
        items_per_annotator=int(tests[0].n_items.max(initial=0)),
        epsilon=epsilon,
        q=q,
        n_joinings=n_joinings,
        seed=seed,
        under_powered=tests[0].under_powered,
        undefined=tests[0].undefined,
    )


def benjamini_yekutieli(p_values: npt.ArrayLike, *, q: float = 0.05) -> BoolArray:
    """Return which hypotheses are rejected with the false discovery rate held at ``q`` under any dependence.

    With m sorted p-values, reject up to the largest i with ``p_(i) <= i q / (m (1 + 1/2 + ... + 1/m))``. nan is not
    a hypothesis.

    Source: Benjamini and Yekutieli 2001.

    Examples
    --------
    >>> benjamini_yekutieli([0.001, 0.02, 0.5, np.nan])
    array([ True, False, False, False])
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)  # nan last
    m = int((~np.isnan(p)).sum())
    rejected = np.zeros(len(p), dtype=bool)
    ranks = np.arange(1, m + 1)
    passing = np.flatnonzero(p[order[:m]] <= ranks * q / (m * (1 / ranks).sum())) if m else np.array([], dtype=int)
    if len(passing):
        rejected[order[: passing[-1] + 1]] = True
    return rejected


def _wins(humans: AnyIntArray, model: AnyIntArray, categories: Categories) -> tuple[FloatArray, FloatArray]:
    """Return, shape (n_humans, n_items), whether the human and whether the model does at least as well; nan unused.

    Both scores share the number of other humans as denominator, so whole counts are compared.
    """
    votes = category_counts(humans, categories=categories)
    items = np.arange(humans.shape[1])
    used = (humans != MISSING) & (votes.sum(axis=1) >= 2)
    of_human = votes[items, np.where(used, humans, 0)] - 1
    of_model = votes[items, model] - (humans == model)
    return np.where(used, of_human >= of_model, nan), np.where(used, of_model >= of_human, nan)


def _sums(humans: AnyIntArray, model: AnyIntArray, categories: Categories) -> IntArray:
    """Count, shape (4, n_humans, n_items): is the item used, d, d squared, does the model do at least as well."""
    answered = model != MISSING
    human_wins, model_wins = _wins(np.where(answered, humans, MISSING), np.where(answered, model, 0), categories)
    used = ~np.isnan(model_wins)
    model_does = np.where(used, model_wins, 0).astype(np.int64)
    difference = np.where(used, human_wins, 0).astype(np.int64) - model_does
    return np.stack([used.astype(np.int64), difference, difference**2, model_does])


def _sums_by_group(sums: IntArray, groups: IntArray, n_groups: int) -> IntArray:
    """Add up the items of each group: shape (4, n_humans, n_groups)."""
    flat = [np.bincount(groups, weights=row, minlength=n_groups) for row in sums.reshape(-1, sums.shape[-1])]
    return np.array(flat).reshape(*sums.shape[:2], n_groups).astype(np.int64)


def _tested(sums: IntArray, epsilon: float, q: float, min_items: int) -> AltTest:
    """Return the test from the sums of :func:`_sums` over all items, shape (4, n_humans)."""
    n_items, differences, squares, wins = sums
    tested = n_items >= min_items
    p_values = np.full(len(n_items), nan)
    for human in np.flatnonzero(tested):
        p_values[human] = _p_value(int(n_items[human]), int(differences[human]), int(squares[human]), epsilon)
    advantages = np.where(tested, wins / np.maximum(n_items, 1), nan)
    rejected = benjamini_yekutieli(p_values, q=q)
    return _outcome(p_values, advantages, rejected, n_items, tested, epsilon, q, min_items)


def _p_value(n: int, total: int, squares: int, epsilon: float) -> float:
    """Return the one-sided p-value of n differences with this sum and sum of squares."""
    if n == 0:
        return nan
    mean, spread = total / n, n * squares - total**2
    if n == 1 or spread == 0:
        return 0.0 if mean < epsilon else 1.0
    error = sqrt(spread / n / (n - 1) / n)
    return student_t_probability((mean - epsilon) / error, n - 1)


def _outcome(
    p_values: FloatArray,
    advantages: FloatArray,
    rejected: BoolArray,
    n_items: IntArray,
    tested: BoolArray,
    epsilon: float,
    q: float,
    min_items: int,
) -> AltTest:
    n_tested = int(tested.sum())
    rate = float(rejected.sum() / n_tested) if n_tested else nan
    return AltTest(
        winning_rate=rate,
        advantage=float(np.nanmean(advantages)) if n_tested else nan,
        passed=rate >= 0.5,
        p_values=p_values,
        advantages=advantages,
        rejected=rejected,
        n_items=n_items,
        epsilon=epsilon,
        q=q,
        min_items=min_items,
        n_tested=n_tested,
        under_powered=_under_powered(tested),
        undefined=None if n_tested else Undefined.TOO_FEW_ITEMS,
    )


def _under_powered(tested: BoolArray) -> UnderPowered | None:
    if not tested.all():
        return UnderPowered.FEW_ITEMS
    return UnderPowered.FEW_ANNOTATORS if len(tested) < 3 else None


def _joined(sums: IntArray, rng: np.random.Generator) -> IntArray:
    """Give each joined annotator one rater of every group, drawn at random, and add up: shape (4, n_humans)."""
    _, n_humans, n_groups = sums.shape
    seats = rng.permuted(np.tile(np.arange(n_humans), (n_groups, 1)), axis=1).T
    joined: IntArray = np.take_along_axis(sums, seats[None], axis=1).sum(axis=2)
    return joined
