"""Are a model's personas as different from each other as people are? Variance of choices within a prompt.

Letters: S seats, N items.
"""

from dataclasses import replace
from math import exp

import numpy as np
import numpy.typing as npt

from analysis.stats.estimates import Estimate, Scale
from analysis.stats.inference import estimate_of
from analysis.stats.jackknife import Replicates, left_out_of, sums_by_group
from analysis.stats.labels import FloatArray, IntArray
from analysis.stats.sampling import Sampling, Target


def variance_ratio(model: npt.ArrayLike, humans: npt.ArrayLike, sampling: Sampling) -> Estimate:
    """Variance of a model's choices over the personas of a prompt, divided by that of people's.

    Two choices on a prompt for different personas differ or they do not; the variance is half the share of pairs that
    differ. People are paired within a seat, so that each persona is one person, as it is one answer of the model. Below
    1 the model is more uniform than people.

    Parameters
    ----------
    model : integer array of shape (N,)
        0 and 1; whatever else is passed over.
    humans : integer array of shape (S, N)
    sampling : Sampling
        Student's t on the log of the ratio; no interval for new raters.

    Returns
    -------
    Estimate
        Its error is that of the log.

    Notes
    -----
    A pair of personas on a prompt counts in the leave-one-out value of both. Where both responses are about as frequent
    a single persona hardly moves the variance; the jackknife then takes the part that pairs add for too much, and the
    interval is conservative.

    Source: the jackknife of a ratio of U-statistics; Arvesen 1969.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> humans, uniform = (rng.random((4, 400)) < 0.5).astype(int), (rng.random(400) < 0.9).astype(int)
    >>> found = variance_ratio(uniform, humans, Sampling(np.arange(400) // 20, np.arange(400) % 20))
    >>> round(found.value, 1), found.interval.high < 0.7
    (0.3, True)
    """
    own, labels = np.asarray(model), np.asarray(humans)
    known = (own == 0) | (own == 1)
    seats = ((labels == 0) | (labels == 1)) & known
    known &= seats.any(axis=0)
    prompts = sampling.prompt_groups
    of_people = sum(
        (_pairs(row, here, *prompts) for row, here in zip(labels, seats, strict=True)), np.zeros((own.size, 2))
    )
    by_item = np.concatenate([_pairs(own, known, *prompts), of_people], axis=1)
    total = by_item.sum(axis=0) / 2  # each pair is that of two items
    found = estimate_of(_replicates(by_item, total, sampling), _log_ratio, Scale.LOG, sampling)
    if np.isnan(found.value):
        return found
    limits = (exp(found.interval.low), exp(found.interval.high)) if not found.interval.undefined else (np.nan, np.nan)
    interval = replace(found.interval, low=limits[0], high=limits[1])
    return replace(found, value=exp(found.value), interval=interval, n=int(known.sum()), entries=int(known.sum()))


def _pairs(
    labels: npt.NDArray[np.generic], known: npt.NDArray[np.bool_], groups: IntArray, n_groups: int
) -> FloatArray:
    """Of each item, with how many others of its prompt it differs, and of how many (N, 2)."""
    ones, zeros = (np.bincount(groups[known & (labels == k)], minlength=n_groups)[groups] for k in (1, 0))
    differing = np.where(labels == 1, zeros, ones)
    return np.stack([differing, ones + zeros - 1], axis=1) * known[:, None].astype(np.float64)


def _replicates(by_item: FloatArray, total: FloatArray, sampling: Sampling) -> Replicates:
    n_items = int(by_item.any(axis=1).sum())
    if sampling.target is Target.RATERS:
        return Replicates(total, n_items, ())
    personas = left_out_of(total, sums_by_group(by_item, *sampling.persona_groups))
    if sampling.target is Target.PERSONAS:
        return Replicates(total, n_items, (personas,))
    # A prompt's pairs are all its own: each was counted at both of its items.
    prompts = left_out_of(total, sums_by_group(by_item, *sampling.prompt_groups) / 2)
    items = left_out_of(total, by_item)
    return Replicates(total, n_items, (personas, prompts), (items,), floor=items)


def _log_ratio(sums: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (sums[..., 0] / sums[..., 1]) / (sums[..., 2] / sums[..., 3])
        return np.asarray(np.where((ratio > 0) & np.isfinite(ratio), np.log(ratio), np.nan))
