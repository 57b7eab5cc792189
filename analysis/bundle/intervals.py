"""Kappa with its jackknife intervals, for recompute.py: numpy alone, nothing of the site that wrote the bundle."""

import math

import numpy as np

CONFIDENCE = 0.95
MISSING = -1
ROUNDING = 1e-9  # two variances nearer than this, relatively, are one


def kappa(counted):
    """Cohen's kappa of tables of shape (..., k, k); nan where chance agreement is complete or nothing is common."""
    n, agree = counted.sum(axis=(-2, -1)), np.trace(counted, axis1=-2, axis2=-1)
    chance = (counted.sum(axis=-1) * counted.sum(axis=-2)).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n * n == chance, np.nan, (n * agree - chance) / (n * n - chance))


def interval(count, labels, options, statistic=None, scale="fisher", votes=True):
    """Value, low, high: jackknife-t; ``count`` makes a table for each question from the people's choices.

    ``votes`` is False where people's choices play no part.
    """
    statistic = statistic or kappa
    tables = count(labels.humans)
    total = tables.sum(axis=0)
    value = float(statistic(total))
    spread = None if np.isnan(value) else spread_of(count, tables, labels, options["target"], statistic, value, votes)
    if spread is None:
        return (None if np.isnan(value) else value), None, None
    (variance, degrees), n = spread, int(tables.reshape(len(tables), -1).any(axis=1).sum())
    if scale == "share":
        return (value, *wilson(value, variance, degrees, n if variance <= 0 else int(total.sum())))
    margin = t_quantile(degrees) * variance**0.5
    if scale == "difference":
        return (value, None, None) if variance <= 0 else (value, max(value - margin, -2.0), min(value + margin, 2.0))
    if np.trace(total) in (0, total.sum()) and value != 0:
        return at_boundary(value, total, n / (n + t_quantile(degrees) ** 2))
    if variance <= 0:
        return value, None, None
    middle, margin = np.arctanh(value), margin / (1 - value * value)
    return value, float(np.tanh(middle - margin)), float(np.tanh(middle + margin))


def wilson(share, variance, degrees, n):
    """Low and high of a share: Wilson's limits with Student's t for the number of items the variance is worth."""
    n, t2 = min(share * (1 - share) / variance, n) if variance > 0 else n, t_quantile(degrees) ** 2
    middle = (share + t2 / (2 * n)) / (1 + t2 / n)
    margin = math.sqrt(t2 * (share * (1 - share) / n + t2 / (4 * n * n))) / (1 + t2 / n)
    return 0.0 if share == 0 else middle - margin, 1.0 if share == 1 else middle + margin


def at_boundary(value, table, tail):
    """Complete (dis)agreement: Wilson's limit of raw agreement, carried over to kappa."""
    expected = float((table.sum(axis=-1) * table.sum(axis=-2)).sum() / table.sum() ** 2)
    if value == 1:
        return value, max((tail - expected) / (1 - expected), -1.0), 1.0
    return value, max(-expected / (1 - expected), -1.0), min((1 - tail - expected) / (1 - expected), 1.0)


def spread_of(count, tables, labels, target, statistic, value, votes):
    """Variance and degrees of freedom; None where there is no interval."""
    total = tables.sum(axis=0)

    def over(groups):
        sums = np.zeros((int(groups.max(initial=0)) + 1, *total.shape))
        np.add.at(sums, groups, tables)
        sums = sums[sums.reshape(len(sums), -1).any(axis=1)]
        return jackknife(statistic(total - sums), value), len(sums) - 1

    if target == "raters" and not votes:
        return None
    if target == "raters":
        changes, personas, _ = without_each_rater(count, tables, labels)
        whole = np.zeros((labels.n_clusters, *total.shape))
        np.add.at(whole, labels.cluster, tables)
        left = whole[personas] + changes
        n_whole, n_left = (one.reshape(len(left), -1).sum(axis=1) for one in (whole[personas], left))
        weight = np.where(n_left > 0, n_whole / np.maximum(n_left, 1), 1.0).reshape(-1, *(1,) * total.ndim)
        values = statistic(total - whole[personas] + weight * left)
        parts = [jackknife(values[personas == one], None) for one in np.unique(personas)]
        variance, degrees = sum(parts), len(personas) - len(parts)
        return None if degrees < 1 or np.isnan(variance) else (variance, degrees)
    parts = [over(labels.cluster)]
    parts += [over(labels.prompt)] if target == "personas_and_prompts" else []
    variance, degrees = sum(part for part, _ in parts), min(degrees for _, degrees in parts)
    if degrees < 1:
        return None
    items, n_items = over(np.arange(len(tables))) if len(parts) > 1 else (0.0, 0)
    variance -= items
    seats = labels.seats[labels.seats >= 0]
    if votes and len(np.unique(seats)) < len(seats):
        changes, _, raters = without_each_rater(count, tables, labels)
        whole = np.stack([changes[raters == one].sum(axis=0) for one in np.unique(raters)])
        variance += jackknife(statistic(total + whole), None) - jackknife(statistic(total + changes), None)
        degrees = min(degrees, len(whole) - 1)
    if np.isnan(variance):
        return None
    floor = (items, n_items) if len(parts) > 1 else parts[0]
    return floor if floor[0] > variance * (1 + ROUNDING) else (variance, degrees)


def without_each_rater(count, tables, labels):
    """What each rater of each persona changes in the sum, with the persona and the rater."""
    changes, personas, raters = [], [], []
    for row in range(len(labels.seats)):
        kept = labels.humans.copy()
        kept[row] = MISSING
        change = np.zeros((labels.n_clusters, *tables.shape[1:]))
        np.add.at(change, labels.cluster, count(kept) - tables)
        here = np.flatnonzero(labels.seats[row] >= 0)
        changes.append(change[here])
        personas.append(here)
        raters.append(labels.seats[row, here])
    return np.concatenate(changes), np.concatenate(personas), np.concatenate(raters)


def jackknife(values, whole):
    """The variance over clusters, around the whole or, without it, around the mean."""
    deviations = values - (values.mean() if whole is None else whole)
    return float((deviations**2).sum() * (len(values) - 1) / len(values))


def t_quantile(degrees):
    """Where Student's t reaches the upper end of the interval, by bisection."""
    low, high = 0.0, 700.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - t_tail(middle, degrees) < 0.5 + CONFIDENCE / 2 else (low, middle)
    return (low + high) / 2


def t_tail(t, degrees):
    """P(T > t): half the incomplete beta function at degrees / (degrees + t^2), by its continued fraction."""
    a, b, x = degrees / 2, 0.5, degrees / (degrees + t * t)
    front = (
        math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
        if t
        else 0.0
    )
    if not t:
        return 0.5
    if x > (a + 1) / (a + b + 2):
        return 0.5 * (1 - front * fraction(b, a, 1 - x) / b)
    return 0.5 * front * fraction(a, b, x) / a


def fraction(a, b, x):
    """Lentz's method for the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d, c = 1 / (1 + step * d), 1 + step / c
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def right(counted):
    """The share of the last cell: choices of the answer written for the persona."""
    n = counted.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n == 0, np.nan, counted[..., 1, 1] / n)


def difference(pairs):
    return kappa(pairs[..., 0, :, :]) - kappa(pairs[..., 1, :, :])
