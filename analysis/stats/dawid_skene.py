"""One-coin Dawid-Skene: a consensus that weighs each rater by how often he agrees. A sensitivity check only."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import MISSING, AnyIntArray, BoolArray, Categories, FloatArray, IntArray, as_labels

TOLERANCE = 1e-9


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
        Who gave each label, 0 .. n_raters - 1, when a row is a seat that different people hold; by default the row.
    smoothing : float
        ``s`` above; with ten labels a rater, 0 lets accuracies run to 1.

    Returns
    -------
    DawidSkene

    Notes
    -----
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
    given = values != MISSING
    who = np.broadcast_to(np.arange(len(values))[:, None], values.shape) if raters is None else np.asarray(raters)
    chosen = np.stack([values == k for k in range(len(categories))], axis=-1)
    probabilities = _vote_shares(chosen)
    for iteration in range(1, max_iterations + 1):  # noqa: B007
        accuracy = _accuracy(values, given, who, probabilities, smoothing)
        prior = np.nan_to_num(np.nanmean(probabilities, axis=0)) if given.any() else np.full(len(categories), np.nan)
        updated = _probabilities(chosen, given, accuracy[who], prior)
        change = np.nanmax(np.abs(updated - probabilities), initial=0.0)
        probabilities = updated
        if change < TOLERANCE:
            break
    return DawidSkene(_likeliest(probabilities), probabilities, accuracy, prior, iteration, bool(change < TOLERANCE))


def _vote_shares(chosen: BoolArray) -> FloatArray:
    counts = chosen.sum(axis=0)
    with np.errstate(invalid="ignore"):
        shares: FloatArray = counts / counts.sum(axis=-1, keepdims=True)
    return shares


def _accuracy(
    labels: AnyIntArray, given: BoolArray, who: AnyIntArray, probabilities: FloatArray, smoothing: float
) -> FloatArray:
    columns = np.nonzero(given)[1]
    correct = probabilities[columns, labels[given]]
    n_raters = int(who.max()) + 1 if who.size else 0
    expected = np.bincount(who[given], weights=correct, minlength=n_raters)
    number = np.bincount(who[given], minlength=n_raters)
    accuracy = np.clip((expected + smoothing) / np.maximum(number + 2 * smoothing, 1e-12), 1e-9, 1 - 1e-9)
    return np.where(number == 0, np.nan, accuracy)


def _probabilities(chosen: BoolArray, given: BoolArray, accuracy: FloatArray, prior: FloatArray) -> FloatArray:
    """Bayes' rule per item, in logarithms."""
    wrong = (1 - accuracy) / (chosen.shape[-1] - 1)
    gain = np.where(given, np.log(accuracy) - np.log(wrong), 0.0)
    with np.errstate(divide="ignore"):
        score = np.log(prior) + (chosen * gain[..., None]).sum(axis=0)
    weight = np.exp(score - score.max(axis=-1, keepdims=True))
    weight[~given.any(axis=0)] = np.nan
    probabilities: FloatArray = weight / weight.sum(axis=-1, keepdims=True)
    return probabilities


def _likeliest(probabilities: FloatArray) -> IntArray:
    known = ~np.isnan(probabilities).any(axis=1)
    ranked = np.sort(np.nan_to_num(probabilities), axis=1)
    return np.where(
        known & (ranked[:, -1] - ranked[:, -2] > 1e-6), np.nan_to_num(probabilities).argmax(axis=1), MISSING
    )
