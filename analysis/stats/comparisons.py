"""Several pairs of annotators compared at once, from the same leave-one-out values."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from analysis.stats.estimates import PairedDifference, Statistic
from analysis.stats.inference import compare
from analysis.stats.jackknife import Evidence, replicates_of
from analysis.stats.labels import FloatArray
from analysis.stats.sampling import Sampling, Target
from analysis.stats.simultaneous import Simultaneous, simultaneous


@dataclass(frozen=True, eq=False)
class Compared:
    """Pairs, each alone and all together.

    Attributes
    ----------
    pairs : tuple of PairedDifference
    joint : Simultaneous
        Intervals and p-values of the differences that hold together.
    """

    pairs: tuple[PairedDifference, ...]
    joint: Simultaneous


def compare_all(evidence: Sequence[Evidence], statistic: Statistic, sampling: Sampling) -> Compared:
    """Compare several pairs of annotators, each from entries of shape (K, K, K): first, second, reference.

    Degrees of freedom of the joint intervals are the smallest of the pairs'.

    Parameters
    ----------
    evidence : sequence of Evidence
    statistic : Statistic
    sampling : Sampling

    Returns
    -------
    Compared

    Examples
    --------
    >>> from analysis.stats.counting import entries_of
    >>> from analysis.stats.estimates import KAPPA
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> a, b, c = (np.where(rng.random(200) < right, truth, 1 - truth) for right in (0.95, 0.93, 0.6))
    >>> pairs = [Evidence(entries_of(a, other, truth, n_categories=2)) for other in (b, c)]
    >>> found = compare_all(pairs, KAPPA, Sampling(np.arange(200) // 10, np.arange(200) % 20))
    >>> found.joint.is_above_0().tolist()
    [False, True]
    """
    pairs = tuple(compare(one, statistic, sampling) for one in evidence)
    gaps = [pair.difference for pair in pairs]
    moved = [_deviations(one, statistic, sampling) for one in evidence]
    degrees = min((gap.degrees for gap in gaps if gap.error > 0), default=nan)
    deviations = np.array(moved).reshape(len(pairs), -1 if pairs else 0)
    values, errors = ([getattr(gap, name) for gap in gaps] for name in ("value", "error"))
    return Compared(pairs, simultaneous(values, errors, deviations, degrees))


def _deviations(evidence: Evidence, statistic: Statistic, sampling: Sampling) -> FloatArray:
    """How far the difference moves without each cluster, in one order for every pair; 0 for one without an entry."""

    def difference(tables: FloatArray) -> FloatArray:
        return statistic.of_tables(tables.sum(axis=-2)) - statistic.of_tables(tables.sum(axis=-3))

    entries = evidence.entries
    total = entries.total()
    whole = difference(total[None])
    if sampling.target is Target.RATERS:
        moved = [difference(one.sums) - whole for one in replicates_of(evidence, sampling).added]
        return np.concatenate([np.empty(0), *moved])
    both = sampling.target is Target.PERSONAS_AND_PROMPTS
    groupings = [sampling.persona_groups, *([sampling.prompt_groups] if both else [])]
    return np.concatenate([difference(total - entries.by_group(*groups)) - whole for groups in groupings])
