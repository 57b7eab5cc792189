"""Estimates with intervals for new personas, prompts or raters: jackknife-t on a scale that fits the statistic."""

from math import nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.stats import formulas
from analysis.stats.counting import entries_of
from analysis.stats.distributions import student_t_probability, student_t_quantile
from analysis.stats.estimates import KAPPA, Estimate, PairedDifference, Scale, Statistic
from analysis.stats.intervals import Interval, undefined_interval
from analysis.stats.jackknife import Evidence, Function, Replicates, Spread, replicates_of, spread_of
from analysis.stats.labels import Categories, FloatArray, as_labels, as_pair
from analysis.stats.sampling import Sampling, Target
from analysis.stats.undefined import Undefined

METHOD = "jackknife-t"
AT_BOUNDARY = "wilson"


def agreement_of_pair(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    categories: Categories,
    sampling: Sampling,
    statistic: Statistic = KAPPA,
) -> Estimate:
    """Agreement of two raters, pooled over items, with an interval for the sampling's target.

    Parameters
    ----------
    a, b : integer arrays of shape (n_items,)
        -1 = missing, dropped pairwise.
    sampling : Sampling
    statistic : Statistic
        Cohen's kappa unless asked otherwise.

    Returns
    -------
    Estimate

    Notes
    -----
    The value is undefined as the statistic is; the interval with fewer than two personas or prompts, where a rater is
    constant, and where the statistic is undefined without one of the clusters.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 2, 200)
    >>> a, b = (np.where(rng.random(200) < 0.9, truth, 1 - truth) for _ in range(2))
    >>> sampling = Sampling(np.arange(200) // 10, np.arange(200) % 20)
    >>> result = agreement_of_pair(a, b, categories="AB", sampling=sampling)
    >>> result.interval.low < result.value < result.interval.high, result.degrees
    (True, 199)
    """
    evidence = Evidence(entries_of(*as_pair(a, b, categories=categories), n_categories=len(categories)))
    return estimate(evidence, statistic, sampling)


def estimate(evidence: Evidence, statistic: Statistic, sampling: Sampling) -> Estimate:
    """Estimate a statistic of one table of shape (K, K), or of a stack of them.

    >>> evidence = Evidence(entries_of(np.array([0, 1, 1]), np.array([0, 1, 0]), n_categories=2))
    >>> round(estimate(evidence, KAPPA, Sampling(np.arange(3), np.arange(3))).value, 2)
    0.4
    """
    replicates = replicates_of(evidence, sampling)
    table = replicates.total if replicates.total.ndim == 2 else None
    return _estimate(replicates, statistic.of_tables, statistic.scale, sampling, table=table)


FURTHEST = {Scale.POINTS: 1.0, Scale.DIFFERENCE: 2.0, Scale.INTERACTION: 4.0}
"""What two shares, two kappas and two differences of kappas can differ by."""


def estimate_of(replicates: Replicates, function: Function, scale: Scale, sampling: Sampling) -> Estimate:
    """Estimate a function of sums from leave-one-out sums made elsewhere.

    >>> evidence = Evidence(entries_of(np.array([0, 1, 1]), np.array([0, 1, 0]), n_categories=2))
    >>> sampling = Sampling(np.arange(3), np.arange(3))
    >>> replicates = replicates_of(evidence, sampling)
    >>> round(estimate_of(replicates, KAPPA.of_tables, KAPPA.scale, sampling).value, 2)
    0.4
    """
    return _estimate(replicates, function, scale, sampling)


def paired_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    reference: npt.ArrayLike,
    *,
    categories: Categories,
    sampling: Sampling,
    statistic: Statistic = KAPPA,
) -> PairedDifference:
    """Compare two annotators against one reference, on the items that all three labelled.

    The difference is jackknifed as one number, so what the two share cancels; two intervals compared by eye would not
    see it.

    Parameters
    ----------
    first, second, reference : integer arrays of shape (n_items,)
        -1 = missing.

    Returns
    -------
    PairedDifference

    Examples
    --------
    >>> reference = np.tile([0, 1], 50)
    >>> good, poor = reference.copy(), reference.copy()
    >>> good[:10], poor[::3] = 1, 0
    >>> sampling = Sampling(np.arange(100) // 5, np.arange(100) % 10)
    >>> result = paired_difference(good, poor, reference, categories="AB", sampling=sampling)
    >>> round(result.difference.value, 2), result.difference.interval.low > 0
    (0.24, True)
    """
    labels = [as_labels(x, categories=categories, ndim=1) for x in (first, second, reference)]
    return compare(Evidence(entries_of(*labels, n_categories=len(categories))), statistic, sampling)


def compare(evidence: Evidence, statistic: Statistic, sampling: Sampling) -> PairedDifference:
    """Compare two annotators from entries of shape (K, K, K): first, second, reference.

    >>> labels = np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), np.array([0, 1, 1, 1])
    >>> evidence = Evidence(entries_of(*labels, n_categories=2))
    >>> round(compare(evidence, KAPPA, Sampling(np.arange(4), np.arange(4))).difference.value, 2)
    0.3
    """
    replicates = replicates_of(evidence, sampling)
    one, two = (_of_annotator(statistic.of_tables, axis) for axis in (-2, -3))

    def difference(tables: FloatArray) -> FloatArray:
        return one(tables) - two(tables)

    scale = Scale.POINTS if statistic.scale is Scale.SHARE else Scale.DIFFERENCE
    gap = _estimate(replicates, difference, scale, sampling)
    first = _estimate(replicates, one, statistic.scale, sampling, table=replicates.total.sum(axis=-2))
    second = _estimate(replicates, two, statistic.scale, sampling, table=replicates.total.sum(axis=-3))
    return PairedDifference(first, second, gap, p_value_of(gap))


def _of_annotator(function: Function, summed: int) -> Function:
    """The statistic of one annotator with the reference, the other one summed out."""
    return lambda tables: function(tables.sum(axis=summed))


def _estimate(
    replicates: Replicates, function: Function, scale: Scale, sampling: Sampling, *, table: FloatArray | None = None
) -> Estimate:
    """Estimate with an interval; ``table`` (K, K) is what the value was computed from, where that is one table."""
    value, counts = float(function(replicates.total[None])[0]), (replicates.n_items, int(replicates.total.sum()))
    if np.isnan(value):
        reason = Undefined.ONE_CATEGORY if replicates.n_items else Undefined.NO_OVERLAP
        return Estimate(value, nan, _missing(reason, sampling), *counts, nan, nan, reason)
    spread = spread_of(replicates, function)
    why = _why_no_interval(replicates, spread, value, scale, table, sampling)
    if why is not None:
        return Estimate(value, nan, _missing(why, sampling), *counts, spread.degrees, spread.undefined_share, None)
    interval = _interval(replicates, value, spread, scale, table, sampling.confidence)
    return Estimate(value, sqrt(spread.variance), interval, *counts, spread.degrees, 0.0, None)


def _missing(reason: Undefined, sampling: Sampling) -> Interval:
    return undefined_interval(reason, confidence=sampling.confidence, method=METHOD)


def _why_no_interval(
    replicates: Replicates, spread: Spread, value: float, scale: Scale, table: FloatArray | None, sampling: Sampling
) -> Undefined | None:
    if not replicates.added:
        return Undefined.NO_VOTES
    if spread.degrees < 1 or min(one.n for one in replicates.added) < 2:
        return Undefined.TOO_FEW_RATERS if sampling.target is Target.RATERS else Undefined.TOO_FEW_CLUSTERS
    if spread.undefined_share > 0:
        return Undefined.REPLICATES_UNDEFINED
    if spread.variance > 0 or scale is Scale.SHARE:
        return None
    if table is not None and formulas.constant_of_tables(table):
        return Undefined.CONSTANT_RATER
    is_complete = scale is Scale.FISHER and table is not None and formulas.is_complete(table)
    return None if is_complete else Undefined.NO_VARIATION


def _interval(
    replicates: Replicates, value: float, spread: Spread, scale: Scale, table: FloatArray | None, confidence: float
) -> Interval:
    if scale is Scale.SHARE:
        n = replicates.n_items if spread.variance <= 0 else int(replicates.total.sum())
        return share_interval(value, spread, n, confidence=confidence)
    if table is not None and formulas.is_complete(table):
        return at_boundary(spread, replicates.n_items, table, confidence)
    numbers = np.array(value), np.array(spread.variance), np.array(spread.degrees)
    if scale is Scale.FISHER:
        low, high = fisher_limits(*numbers, confidence=confidence)
    else:
        low, high = plain_limits(*numbers, confidence=confidence, furthest=FURTHEST.get(scale, np.inf))
        low = np.maximum(low, 0.0) if scale is Scale.SCORE else low
    return Interval(float(low), float(high), confidence, METHOD)


def fisher_limits(
    value: FloatArray, variance: FloatArray, degrees: FloatArray, *, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Return ``tanh(atanh(value) -+ t * error / (1 - value**2))``, elementwise.

    Source: Fisher 1921 for the scale; the delta method carries the jackknife's error over.

    Examples
    --------
    >>> low, high = fisher_limits(np.array(0.7), np.array(0.01), np.array(19.0), confidence=0.95)
    >>> round(float(low), 3), round(float(high), 3)
    (0.428, 0.856)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = special.stdtrit(degrees, 0.5 + confidence / 2) * np.sqrt(variance) / (1 - value**2)
        middle = np.arctanh(value)
        return np.tanh(middle - margin), np.tanh(middle + margin)


def plain_limits(
    value: FloatArray, variance: FloatArray, degrees: FloatArray, *, confidence: float, furthest: float = 2.0
) -> tuple[FloatArray, FloatArray]:
    """Return ``value -+ t * error``, cut to what a difference can be: 2 for two kappas, 1 for two shares.

    >>> low, high = plain_limits(np.array(0.1), np.array(0.01), np.array(19.0), confidence=0.95)
    >>> round(float(low), 3), round(float(high), 3)
    (-0.109, 0.309)
    """
    margin = special.stdtrit(degrees, 0.5 + confidence / 2) * np.sqrt(variance)
    return np.maximum(value - margin, -furthest), np.minimum(value + margin, furthest)


def share_interval(share: float, spread: Spread, n_items: int, *, confidence: float) -> Interval:
    """Return Wilson's score interval of a proportion for the number of independent items that the spread is worth.

    The effective number is ``share (1 - share) / variance``, at most the items there are, and all of them where
    nothing varies; Student's t with the spread's degrees takes the place of z. So 200 of 200 is not certainty.

    Source: Wilson 1927; Dean and Pagano 2015 for clustered samples.

    Examples
    --------
    >>> interval = share_interval(1.0, Spread(0.0, 19, 0.0), 200, confidence=0.95)
    >>> round(interval.low, 3), interval.high
    (0.979, 1.0)
    """
    worth = share * (1 - share) / spread.variance if spread.variance > 0 else float(n_items)
    n, t2 = min(worth, n_items), student_t_quantile(0.5 + confidence / 2, spread.degrees) ** 2
    middle = (share + t2 / (2 * n)) / (1 + t2 / n)
    margin = sqrt(t2 * (share * (1 - share) / n + t2 / (4 * n * n))) / (1 + t2 / n)
    low = 0.0 if share == 0 else middle - margin
    return Interval(low, 1.0 if share == 1 else middle + margin, confidence, AT_BOUNDARY)


def at_boundary(spread: Spread, n_items: int, table: FloatArray, confidence: float) -> Interval:
    """At complete (dis)agreement nothing varies: carry the limits of raw agreement over to kappa.

    >>> interval = at_boundary(Spread(0.0, 19, 0.0), 20, np.array([[10.0, 0.0], [0.0, 10.0]]), 0.95)
    >>> round(interval.low, 3), interval.high
    (0.641, 1.0)
    """
    n, agree, chance = (float(one) for one in formulas.sums_of(table))
    certain = Spread(0.0, spread.degrees, 0.0)
    share = share_interval(agree / n, certain, n_items, confidence=confidence)
    expected = chance / n**2
    low, high = ((one - expected) / (1 - expected) for one in (share.low, share.high))
    return Interval(max(low, -1.0), min(high, 1.0), confidence, AT_BOUNDARY)


def p_value_of(gap: Estimate) -> float:
    """Return the two-sided probability of a difference so far from 0, from Student's t; nan without an error.

    >>> from analysis.stats.intervals import Interval
    >>> round(p_value_of(Estimate(0.2, 0.1, Interval(0, 0.4, 0.95, "t"), 200, 200, 19, 0.0, None)), 3)
    0.06
    """
    if np.isnan(gap.error):
        return nan
    return min(1.0, 2 * student_t_probability(-abs(gap.value) / gap.error, gap.degrees))
