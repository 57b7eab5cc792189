"""Intervals for numbers that are made of sums over items other than counts: scores of probabilities, variances."""

from dataclasses import replace

from analysis.stats.estimates import Estimate, Scale
from analysis.stats.inference import estimate_of
from analysis.stats.jackknife import Function, Replicates, left_out_of, sums_by_group
from analysis.stats.labels import FloatArray
from analysis.stats.sampling import Sampling, Target


def estimate_from_sums(by_item: FloatArray, n: int, function: Function, scale: Scale, sampling: Sampling) -> Estimate:
    """Estimate a function of sums over items, with the jackknife over personas and prompts that other numbers have.

    Parameters
    ----------
    by_item : ndarray of shape (n_items, ...)
        What each item adds; all 0 for one that adds nothing.
    n : int
        Numbers behind it, to be stated.
    function : from sums of shape (..., the shape of an item) to values (...)
    scale : Scale
    sampling : Sampling
        For new raters there is no interval: what an item adds is not counted again without a rater.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> values = rng.normal(0.3, 0.1, 200)
    >>> sampling = Sampling(np.arange(200) // 10, np.arange(200) % 20)
    >>> mean = lambda sums: sums[..., 0] / sums[..., 1]
    >>> found = estimate_from_sums(np.stack([values, np.ones(200)], axis=1), 200, mean, Scale.SCORE, sampling)
    >>> 0.3 in found.interval, round(found.value, 1)
    (True, 0.3)
    """
    total = by_item.sum(axis=0)
    used = by_item.any(axis=tuple(range(1, by_item.ndim)))
    if sampling.target is Target.RATERS:
        replicates = Replicates(total, int(used.sum()), ())
    else:
        personas = left_out_of(total, sums_by_group(by_item, *sampling.persona_groups))
        replicates = Replicates(total, int(used.sum()), (personas,))
        if sampling.target is Target.PERSONAS_AND_PROMPTS:
            prompts = left_out_of(total, sums_by_group(by_item, *sampling.prompt_groups))
            items = left_out_of(total, by_item)
            replicates = Replicates(total, int(used.sum()), (personas, prompts), (items,), floor=items)
    return replace(estimate_of(replicates, function, scale, sampling), entries=n)
