"""One-coin Dawid-Skene: a consensus that weighs each rater by how often he agrees. A sensitivity check only."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import MISSING, AnyIntArray, BoolArray, Categories, FloatArray, IntArray, as_labels

TOLERANCE = 1e-9
LARGEST_KEY = 2**62


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """The fitted model.

    Attributes
    ----------
    labels : ndarray of shape (n_items,)
        The likeliest category; -1 without labels or when two are equally likely.
    probabilities : ndarray of shape (n_items, n_categories)
        nan for an item without labels.
    accuracy : ndarray of shape (n_raters,)
        Each rater's estimated chance of the true label; nan for one without labels.
    prior : ndarray of shape (n_categories,)
    iterations : int
    converged : bool
    """

    labels: IntArray
    probabilities: FloatArray
    accuracy: FloatArray
    prior: FloatArray
    iterations: int
    converged: bool


def dawid_skene_one_coin(
    labels: npt.ArrayLike,
    *,
    categories: Categories,
    raters: npt.ArrayLike | None = None,
    smoothing: float = 1.0,
    max_iterations: int = 1000,
) -> DawidSkene:
    """Estimate the true labels and one accuracy per rater together, by EM from the vote shares.

    A rater gives the true label with probability ``a_r`` and each other one with ``(1 - a_r) / (K - 1)``. Estimates:
    ``a_r = (expected correct + s) / (labels given + 2 s)``, the prior is the mean of the item probabilities.

    Parameters
    ----------
    labels : integer array of shape (n_rows, n_items)
        -1 = missing.
    raters : integer array of shape (n_rows, n_items), optional
        Who gave each label, 0 .. n_raters - 1, when a row is a seat that different people take; by default the row.
    smoothing : float
        ``s`` above; with ten labels a rater, 0 lets accuracies run to 1.

    Returns
    -------
    DawidSkene

    Notes
    -----
    Items with the same labels by the same raters have the same probabilities, so each such pattern is computed once
    and counted as often as it occurs: a persona with four raters has at most 16 of them, however many its questions.

    A full confusion matrix per rater is not identified by ten labels; one accuracy barely is. Report the consensus
    by votes, and this beside it.

    Source: Dawid and Skene 1979; the one-coin form as in Zhang et al. 2014.

    Examples
    --------
    >>> seats = [[0, 1, 0, 1, 0], [0, 1, 0, 1, 0], [0, 1, 0, 0, 1], [1, 0, 0, 0, 1]]
    >>> result = dawid_skene_one_coin(seats, categories="AB")
    >>> result.labels, result.converged
    (array([0, 1, 0, 1, 0]), True)
    """
    values = as_labels(labels, categories=categories, ndim=2)
    who = np.broadcast_to(np.arange(len(values))[:, None], values.shape) if raters is None else np.asarray(raters)
    n_raters = int(who.max()) + 1 if who.size else 0
    patterns = _patterns(values, who, len(categories), n_raters)
    probabilities = _vote_shares(patterns.chosen)
    for iteration in range(1, max_iterations + 1):  # noqa: B007
        accuracy = _accuracy(patterns, probabilities, n_raters, smoothing)
        prior = _prior(patterns, probabilities)
        updated = _probabilities(patterns, accuracy, prior)
        change = np.nanmax(np.abs(updated - probabilities), initial=0.0)
        probabilities = updated
        if change < TOLERANCE:
            break
    of_items = probabilities[patterns.of_item]
    return DawidSkene(_likeliest(of_items), of_items, accuracy, prior, iteration, bool(change < TOLERANCE))


@dataclass(frozen=True, eq=False)
class _Patterns:
    """The different columns of the labels: items with the same labels by the same raters are equally likely.

    ``labels``, ``given`` and ``who`` have shape (n_rows, n_patterns), ``chosen`` (n_rows, n_patterns, n_categories);
    ``times`` says how many items a pattern stands for, ``of_item`` which pattern each item has.
    """

    labels: AnyIntArray
    given: BoolArray
    who: AnyIntArray
    chosen: BoolArray
    times: IntArray
    of_item: IntArray


def _patterns(labels: AnyIntArray, who: AnyIntArray, n_categories: int, n_raters: int) -> _Patterns:
    who = np.where(labels != MISSING, who, 0)
    _, firsts, of_item, times = np.unique(
        _column_keys(labels, who, n_categories, n_raters), return_index=True, return_inverse=True, return_counts=True
    )
    kept = labels[:, firsts]
    chosen = np.stack([kept == k for k in range(n_categories)], axis=-1)
    return _Patterns(kept, kept != MISSING, who[:, firsts], chosen, times, of_item)


def _column_keys(labels: AnyIntArray, who: AnyIntArray, n_categories: int, n_raters: int) -> IntArray:
    """Give each column one whole number; two columns get the same one only if they are the same."""
    keys, n_keys, n_entries = np.zeros(labels.shape[1], dtype=np.int64), 1, (n_categories + 1) * n_raters
    for row, raters in zip(labels, who, strict=True):
        if n_keys * n_entries > LARGEST_KEY:
            known, keys = np.unique(keys, return_inverse=True)
            n_keys = len(known)
        keys = keys * n_entries + (row.astype(np.int64) + 1) * n_raters + raters
        n_keys *= n_entries
    return keys


def _vote_shares(chosen: BoolArray) -> FloatArray:
    counts = chosen.sum(axis=0)
    with np.errstate(invalid="ignore"):
        shares: FloatArray = counts / counts.sum(axis=-1, keepdims=True)
    return shares


def _accuracy(patterns: _Patterns, probabilities: FloatArray, n_raters: int, smoothing: float) -> FloatArray:
    columns = np.nonzero(patterns.given)[1]
    who, times = patterns.who[patterns.given], patterns.times[columns]
    correct = times * probabilities[columns, patterns.labels[patterns.given]]
    expected = np.bincount(who, weights=correct, minlength=n_raters)
    number = np.bincount(who, weights=times, minlength=n_raters)
    accuracy = np.clip((expected + smoothing) / np.maximum(number + 2 * smoothing, 1e-12), 1e-9, 1 - 1e-9)
    return np.where(number == 0, np.nan, accuracy)


def _prior(patterns: _Patterns, probabilities: FloatArray) -> FloatArray:
    """Average the probabilities of the items that have labels."""
    known = patterns.given.any(axis=0)
    if not known.any():
        return np.full(probabilities.shape[-1], np.nan)
    prior: FloatArray = np.average(probabilities[known], axis=0, weights=patterns.times[known])
    return prior


def _probabilities(patterns: _Patterns, accuracy: FloatArray, prior: FloatArray) -> FloatArray:
    """Bayes' rule per pattern, in logarithms."""
    wrong = (1 - accuracy) / (patterns.chosen.shape[-1] - 1)
    gain = np.where(patterns.given, (np.log(accuracy) - np.log(wrong))[patterns.who], 0.0)
    with np.errstate(divide="ignore"):
        score = np.log(prior) + (patterns.chosen * gain[..., None]).sum(axis=0)
    weight = np.exp(score - score.max(axis=-1, keepdims=True))
    weight[~patterns.given.any(axis=0)] = np.nan
    probabilities: FloatArray = weight / weight.sum(axis=-1, keepdims=True)
    return probabilities


def _likeliest(probabilities: FloatArray) -> IntArray:
    known = ~np.isnan(probabilities).any(axis=1)
    ranked = np.sort(np.nan_to_num(probabilities), axis=1)
    return np.where(
        known & (ranked[:, -1] - ranked[:, -2] > 1e-6), np.nan_to_num(probabilities).argmax(axis=1), MISSING
    )
