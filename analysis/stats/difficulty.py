"""How much do questions differ in difficulty, and for whom? Variances of the log-odds of being right, from choices.

Nobody knows which response is right, so only agreement tells. Two raters who agree often may both be good, or the
questions may be easy; how votes split among three and more raters tells the two apart. The model: a rater is right
with log-odds ``level + persona + prompt + question + rater``, all normal; a model has the same, with a level of its own
and a difficulty correlated with that of people. Letters: N items, S seats.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import FloatArray, IntArray
from analysis.stats.sampling import Sampling

PRIOR = 0.85
"""Standard deviation of the half-normal prior of the spread: it decides where fewer than four raters cannot."""
SPREADS = np.linspace(0, 2.5, 26)
LEVELS = np.linspace(0, 5, 101)
MODEL_LEVELS = np.linspace(-3, 5, 81)
CORRELATIONS = np.linspace(0, 1, 11)
RATER_SPREADS = np.linspace(0, 1.5, 16)
LARGEST_SHARE = 0.9
"""Of the variance that personas and prompts may take together; the rest is that of questions."""
MOST_SEATS = 12
"""Raters of a persona beyond these are not used to tell raters from personas: pairs of pairs grow with S**4."""


@dataclass(frozen=True)
class Difficulty:
    """Standard deviations of the log-odds of being right.

    Attributes
    ----------
    spread : float
        Of everything that raters of an item share: persona, prompt and question.
    low, high : float
        95 % credible interval of ``spread``.
    personas, prompts, questions, raters : float
        The parts; the squares of the first three add up to that of ``spread``.
    n : int
        Items that two raters or more answered.
    """

    spread: float
    low: float
    high: float
    personas: float
    prompts: float
    questions: float
    raters: float
    n: int


ALIKE = Difficulty(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)
"""Every rater finds every question as easy as any other."""


def difficulty_of(humans: npt.ArrayLike, sampling: Sampling) -> Difficulty:
    """Estimate the spread of difficulty from how votes split, and its parts from how agreement goes together.

    The spread is the posterior mean under a half-normal prior (:data:`PRIOR`) and a flat one of the level. The share of
    personas follows from the products of agreement on two questions of a persona by different pairs of raters, that of
    prompts from two personas' questions on a prompt, and the variance of raters from the same pair on two questions.

    Parameters
    ----------
    humans : integer array of shape (S, N)
        0 and 1; whatever else is passed over.
    sampling : Sampling

    Returns
    -------
    Difficulty
        Without two raters on an item, the prior's.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> right = rng.random((4, 4000)) < 1 / (1 + np.exp(-1.5 - rng.normal(0, 1.2, 4000)))
    >>> found = difficulty_of(right ^ (rng.random(4000) < 0.5), Sampling(np.arange(4000) // 10, np.arange(4000) % 20))
    >>> found.low < 1.2 < found.high, found.questions > 3 * found.personas
    (True, True)
    """
    labels = np.asarray(humans)
    votes = np.stack([(labels == k).sum(axis=0) for k in (0, 1)])
    counted = votes[:, votes.sum(axis=0) >= 2]
    by_spread = _normalised(_log_likelihood(counted) + _log_prior()[:, None]).sum(axis=1)
    spread = float(by_spread @ SPREADS)
    level = float(np.interp(_agreement(votes), _alike(spread), LEVELS))
    low, high = (float(np.interp(p, np.cumsum(by_spread), SPREADS)) for p in (0.025, 0.975))
    persona_share, prompt_share, raters = _parts(labels, sampling, level, spread)
    question_share = 1 - persona_share - prompt_share
    parts = [spread * share**0.5 for share in (persona_share, prompt_share, question_share)]
    return Difficulty(spread, low, high, parts[0], parts[1], parts[2], raters, counted.shape[1])


def accuracy_at(share: FloatArray, spread: float) -> FloatArray:
    """Return the mean accuracy at which two raters of an item choose the same so often, given how items differ.

    The inverse of ``E[x**2 + (1 - x)**2]`` with ``x`` logistic-normal; .5 at least.

    >>> accuracy_at(np.array([1.0, 0.68, 0.5]), 0.0).round(2).tolist()
    [0.99, 0.8, 0.5]
    >>> accuracy_at(np.array([0.68]), 1.2).round(2).item()
    0.72
    """
    mean = _logistic(LEVELS[:, None] + spread * _nodes()[0]) @ _nodes()[1]
    return np.where(np.isnan(share), np.nan, np.interp(share, _alike(spread), mean))


def model_accuracy_at(share: FloatArray, raters: float, spread: float, correlation: float) -> FloatArray:
    """Return the accuracy at which a model chooses as a rater of accuracy ``raters`` does so often.

    >>> model_accuracy_at(np.array([0.74, 0.5]), 0.8, 0.0, 1.0).round(2).tolist()
    [0.9, 0.5]
    """
    nodes, weights = _nodes()
    x = _logistic(level_of(raters, spread) + spread * nodes)
    z = _of_model(spread)[_at(CORRELATIONS, correlation)]
    alike = (z * x + (1 - z) * (1 - x)) @ weights
    return np.where(np.isnan(share), np.nan, np.interp(share, alike, z @ weights))


def correlation_of(model: npt.ArrayLike, humans: npt.ArrayLike, *, raters: float, spread: float) -> float:
    """Estimate how far a model finds the same questions hard as people do: 1 the same ones, 0 independently.

    Posterior mean under flat priors of the correlation and the model's level, from whether it sides with unanimous
    raters and with split ones: a model that errs where people err is wrong with their majority.

    Parameters
    ----------
    model : integer array of shape (N,)
    humans : integer array of shape (S, N)
    raters : float
        Mean accuracy of people.
    spread : float
        Of difficulty.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> hard, truth = rng.normal(1.5, 1.5, 4000), rng.random(4000) < 0.5
    >>> humans, model = (truth ^ (rng.random((n, 4000)) > 1 / (1 + np.exp(-hard))) for n in (4, 1))
    >>> correlation_of(model[0], humans, raters=0.77, spread=1.5) > 0.7
    True
    """
    own, labels = np.asarray(model), np.asarray(humans)
    known = (own == 0) | (own == 1)
    like = ((labels == own) & known).sum(axis=0)
    unlike = (((labels == 0) | (labels == 1)) & (labels != own) & known).sum(axis=0)
    nodes, weights = _nodes()
    x, z = _logistic(level_of(raters, spread) + spread * nodes), _of_model(spread)
    likelihood = np.zeros(z.shape[:2])
    for (n_like, n_unlike), times in _tallied(np.stack([like, unlike])):
        as_is, mirrored = x**n_like * (1 - x) ** n_unlike, x**n_unlike * (1 - x) ** n_like
        likelihood += times * np.log((z * as_is + (1 - z) * mirrored) @ weights)
    return float(_normalised(likelihood).sum(axis=1) @ CORRELATIONS)


def level_of(mean: float, spread: float) -> float:
    """Return the log-odds at which a logistic-normal of this spread has this mean.

    >>> round(level_of(0.8, 0.0), 3), round(level_of(0.8, 1.5), 3)
    (1.386, 1.916)
    """
    nodes, weights = _nodes()
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(weights @ _logistic(middle + spread * nodes)) < mean else (low, middle)
    return low


def _log_likelihood(votes: IntArray) -> FloatArray:
    """Of spread (rows) and level (columns), from votes (2, N) whose right response nobody knows."""
    nodes, weights = _nodes()
    x = _logistic(LEVELS[None, :, None] + SPREADS[:, None, None] * nodes)
    total = np.zeros(x.shape[:2])
    for (more, fewer), times in _tallied(np.sort(votes, axis=0)[::-1]):
        total += times * np.log((x**more * (1 - x) ** fewer + x**fewer * (1 - x) ** more) @ weights)
    return total


def _log_prior() -> FloatArray:
    """Half-normal; the first point counts for half a step only."""
    return np.asarray(-((SPREADS / PRIOR) ** 2) / 2 + np.where(SPREADS == 0, np.log(0.5), 0.0))


def _alike(spread: float) -> FloatArray:
    """How often two raters of an item choose the same, at each level."""
    x = _logistic(LEVELS[:, None] + spread * _nodes()[0])
    return np.asarray((x**2 + (1 - x) ** 2) @ _nodes()[1])


def _agreement(votes: IntArray) -> float:
    n = votes.sum(axis=0)
    return _ratio((votes * (votes - 1)).sum(), (n * (n - 1)).sum())


def _tallied(votes: IntArray) -> list[tuple[tuple[int, int], int]]:
    pairs, times = np.unique(votes, axis=1, return_counts=True)
    return [((int(a), int(b)), int(n)) for (a, b), n in zip(pairs.T, times, strict=True)]


def _of_model(spread: float) -> FloatArray:
    """Probability that a model is right, of shape (correlations, levels, nodes of people's difficulty)."""
    nodes, weights = _nodes()
    own = np.sqrt(1 - CORRELATIONS**2)[:, None, None, None] * nodes
    shared = (CORRELATIONS[:, None] * nodes)[:, None, :, None]
    return np.asarray(_logistic(MODEL_LEVELS[None, :, None, None] + spread * (shared + own)) @ weights)


def _parts(labels: npt.NDArray[np.generic], sampling: Sampling, level: float, spread: float) -> tuple[float, ...]:
    """Shares of personas and prompts in the variance of difficulty, and the standard deviation over raters."""
    signs = np.where(labels == 1, 1.0, np.where(labels == 0, -1.0, 0.0))[:MOST_SEATS]
    different, same = _same_persona(signs, sampling)
    by_correlation = _products(level, spread, CORRELATIONS)
    personas = float(np.interp(different, by_correlation, CORRELATIONS))
    prompts = float(np.interp(_same_prompt(signs, sampling), by_correlation, CORRELATIONS))
    personas, prompts = (1 / 3 if np.isnan(one) else one for one in (personas, prompts))
    excess = [_same_pair(level, spread, personas, one) for one in RATER_SPREADS]
    raters = float(np.interp(same - different, excess, RATER_SPREADS))
    scale = min(1.0, LARGEST_SHARE / max(personas + prompts, LARGEST_SHARE))
    return personas * scale, prompts * scale, 0.0 if np.isnan(raters) else raters


def _same_persona(signs: FloatArray, sampling: Sampling) -> tuple[float, float]:
    """Mean product of two questions' agreement in a persona: by pairs without a common rater, and by one pair."""
    pairs = list(combinations(range(len(signs)), 2))
    if not pairs:
        return float("nan"), float("nan")
    products = np.stack([signs[a] * signs[b] for a, b in pairs])
    sums, counts = (_gram(one, *sampling.persona_groups) for one in (products, np.abs(products)))
    apart = np.array([[not set(one) & set(two) for two in pairs] for one in pairs])
    return _ratio(sums[apart].sum(), counts[apart].sum()), _ratio(np.trace(sums), np.trace(counts))


def _gram(products: FloatArray, groups: IntArray, n_groups: int) -> FloatArray:
    """Sum over groups and over pairs of different items in it of the products of rows."""
    sums = np.zeros((n_groups, len(products)))
    np.add.at(sums, groups, products.T)
    return np.asarray(sums.T @ sums - products @ products.T)


def _same_prompt(signs: FloatArray, sampling: Sampling) -> float:
    n = np.abs(signs).sum(axis=0)
    agreement, pairs = (signs.sum(axis=0) ** 2 - n) / 2, n * (n - 1) / 2
    sums, counts = (float(_gram(one[None], *sampling.prompt_groups)[0, 0]) for one in (agreement, pairs))
    return _ratio(sums, counts)


def _products(level: float, spread: float, correlations: FloatArray) -> FloatArray:
    """``E[c1**2 c2**2]`` with ``c = 2 x - 1`` of two items whose difficulty correlates."""
    nodes, weights = _nodes()
    squares = np.tanh((level + spread * nodes) / 2) ** 2
    joint = correlations[:, None, None] * nodes[:, None] + np.sqrt(1 - correlations**2)[:, None, None] * nodes
    others = (np.tanh((level + spread * joint) / 2) ** 2) @ weights
    return np.asarray((squares * others) @ weights)


def _same_pair(level: float, spread: float, correlation: float, raters: float) -> float:
    """How much more agreement on two items goes together where one pair answers both."""
    nodes, weights = _nodes()
    first = level + spread * nodes[:, None]
    second = level + spread * (correlation * nodes[:, None] + (1 - correlation**2) ** 0.5 * nodes)
    own = raters * nodes
    c1, c2 = np.tanh((first[..., None] + own) / 2), np.tanh((second[..., None] + own) / 2)
    together, apart = ((c1 * c2) @ weights) ** 2, ((c1 @ weights) * (c2 @ weights)) ** 2
    return float(weights @ (together - apart) @ weights)


def _ratio(sums: float, counts: float) -> float:
    return float(sums / counts) if counts else float("nan")


def _at(grid: FloatArray, value: float) -> int:
    return int(np.abs(grid - value).argmin())


def _normalised(log_weights: FloatArray) -> FloatArray:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    return nodes, weights / weights.sum()


def _logistic(x: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-x))
    return result
