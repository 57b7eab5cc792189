"""Bradley-Terry strengths from a table of who beat whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.stats.labels import BoolArray, FloatArray
from analysis.stats.undefined import Undefined

TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Strengths:
    """Strengths that add up to 1, or nan with a reason; ``iterations`` until they stood still."""

    strengths: FloatArray
    iterations: int
    undefined: Undefined | None


def bradley_terry(wins: npt.ArrayLike, *, max_iterations: int = 100_000) -> Strengths:
    """Estimate strengths with ``P(i beats j) = s_i / (s_i + s_j)`` by maximum likelihood.

    Parameters
    ----------
    wins : array of shape (n, n)
        ``wins[i, j]``: how often i beat j; the diagonal is not used.

    Returns
    -------
    Strengths
        Undefined (``not_connected``) when some players never lost to, or never met, the rest: the likelihood then
        has no maximum.

    Raises
    ------
    ValueError
        A table that is not square, or a count below 0.

    Source: Bradley and Terry 1952; the iteration and the condition as in Hunter 2004.

    Examples
    --------
    >>> bradley_terry([[0, 2, 0, 1], [3, 0, 5, 0], [0, 3, 0, 1], [4, 0, 3, 0]]).strengths.round(3)
    array([0.139, 0.226, 0.143, 0.492])
    """
    won = np.array(wins, dtype=np.float64)
    if won.ndim != 2 or won.shape[0] != won.shape[1] or (won < 0).any():
        raise ValueError("wins must be a square table of counts >= 0")
    np.fill_diagonal(won, 0)
    if not _connected(won > 0):
        return Strengths(np.full(len(won), np.nan), 0, Undefined.NOT_CONNECTED)
    strengths, met = np.full(len(won), 1 / len(won)), won + won.T
    for iteration in range(1, max_iterations + 1):  # noqa: B007
        updated = won.sum(axis=1) / (met / (strengths[:, None] + strengths[None, :])).sum(axis=1)
        updated /= updated.sum()
        change = np.abs(updated - strengths).max()
        strengths = updated
        if change < TOLERANCE:
            break
    return Strengths(strengths, iteration, None)


def _connected(beat: BoolArray) -> bool:
    """Whether a chain of wins leads from everyone to everyone."""
    reach = beat | np.eye(len(beat), dtype=bool)
    for _ in range(len(beat)):
        reach = (reach.astype(np.int64) @ reach.astype(np.int64)) > 0
    return len(beat) > 1 and bool(reach.all())
