"""How far a set of drawn persons is from the census, beside how far chance alone takes a draw of the same size.

The census is the whole truth here: the shares of the weighted records of the frame that was drawn from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

DRAWS = 2000
FEWEST_EXPECTED = 5.0
"""Cells with fewer expected draws are pooled for the chi-square test."""
LEVEL = 0.05


@dataclass(frozen=True)
class Cell:
    """One category: drawn persons, the census's share, and how many standard errors apart (NaN: no error possible)."""

    name: str
    drawn: int
    share: float
    census_share: float
    z: float


@dataclass(frozen=True)
class Fidelity:
    """One attribute, or one pair of attributes."""

    name: str
    n: int
    distance: float
    """Total variation distance: the share of persons who would have to change category."""
    noise_p50: float
    noise_p95: float
    """The same distance for multinomial draws of n from the census's shares."""
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    """NaN where all cells had to be pooled into one."""
    largest: Cell
    cells: tuple[Cell, ...]
    adjusted_p: float = float("nan")
    """Holm's adjustment over all attributes and pairs of the page."""

    @property
    def exceeds_noise(self) -> bool:
        return self.distance > self.noise_p95

    @property
    def deviates(self) -> bool:
        """Whether it differs from the census by more than chance, all comparisons considered."""
        return bool(self.adjusted_p < LEVEL)


def compare(name: str, drawn: Mapping[str, int], census: Mapping[str, int], *, seed: int) -> Fidelity:
    """Return the comparison of drawn persons with weighted census counts.

    Parameters
    ----------
    drawn : number of drawn persons by category
    census : weighted number of people by category; a category that only ``drawn`` has gets a share of 0
    seed : of the multinomial draws

    Raises
    ------
    ValueError
        when nobody was drawn, or the census counts are all zero
    """
    names = [*census, *(extra for extra in drawn if extra not in census)]
    observed = np.array([drawn.get(one, 0) for one in names], dtype=float)
    weights = np.array([census.get(one, 0) for one in names], dtype=float)
    n = int(observed.sum())
    if n == 0 or weights.sum() <= 0:
        raise ValueError(f"{name}: there is nothing to compare.")
    shares = weights / weights.sum()
    noise = noise_distances(n, shares, seed=seed)
    statistic, degrees, p_value = pooled_chi_square(observed, shares)
    cells = tuple(cell(*one, n=n) for one in zip(names, observed, shares, strict=True))
    return Fidelity(
        name=name,
        n=n,
        distance=total_variation(observed / n, shares),
        noise_p50=float(np.quantile(noise, 0.5)),
        noise_p95=float(np.quantile(noise, 0.95)),
        chi_square=statistic,
        degrees_of_freedom=degrees,
        p_value=p_value,
        largest=max(cells, key=lambda one: -1.0 if np.isnan(one.z) else abs(one.z)),
        cells=cells,
    )


def total_variation(shares: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return half the sum of absolute differences, between 0 and 1.

    >>> total_variation(np.array([0.5, 0.5]), np.array([0.4, 0.6]))
    0.1
    """
    return float(np.round(np.abs(shares - others).sum() / 2, 12))


def noise_distances(n: int, shares: NDArray[np.float64], *, seed: int, draws: int = DRAWS) -> NDArray[np.float64]:
    """Return the distances of ``draws`` multinomial samples of size n from the shares they were drawn from."""
    samples = np.random.default_rng(seed).multinomial(n, shares, size=draws) / n
    distances: NDArray[np.float64] = np.abs(samples - shares).sum(axis=1) / 2
    return distances


def pooled_chi_square(observed: NDArray[np.float64], shares: NDArray[np.float64]) -> tuple[float, int, float]:
    """Return Pearson's statistic, its degrees of freedom and p; cells that expect fewer than five are pooled."""
    expected = shares * observed.sum()
    rare = expected < FEWEST_EXPECTED
    seen, hoped = list(observed[~rare]), list(expected[~rare])
    if rare.any():
        pooled_seen, pooled_hoped = observed[rare].sum(), expected[rare].sum()
        if pooled_hoped < FEWEST_EXPECTED and hoped:
            # Still too rare: joined with the rarest of the others.
            least = int(np.argmin(hoped))
            seen[least], hoped[least] = seen[least] + pooled_seen, hoped[least] + pooled_hoped
        else:
            seen.append(pooled_seen)
            hoped.append(pooled_hoped)
    degrees = len(hoped) - 1
    if degrees < 1:
        return 0.0, 0, float("nan")
    statistic = float(((np.array(seen) - np.array(hoped)) ** 2 / np.array(hoped)).sum())
    return statistic, degrees, float(stats.chi2.sf(statistic, degrees))


def cell(name: str, drawn: float, share: float, *, n: int) -> Cell:
    error = (n * share * (1 - share)) ** 0.5
    difference = drawn - n * share
    z = difference / error if error > 0 else float("inf" if difference > 1e-9 else "nan")
    return Cell(name, int(drawn), drawn / n, float(share), float(z))


def with_adjusted_p(rows: Sequence[Fidelity]) -> list[Fidelity]:
    """Return the rows with p-values adjusted by Holm's method; undefined ones stay undefined."""
    defined = sorted((row.p_value, place) for place, row in enumerate(rows) if not np.isnan(row.p_value))
    adjusted = [float("nan")] * len(rows)
    highest = 0.0
    for rank, (p_value, place) in enumerate(defined):
        highest = max(highest, min(1.0, p_value * (len(defined) - rank)))
        adjusted[place] = highest
    return [replace(row, adjusted_p=p) for row, p in zip(rows, adjusted, strict=True)]
