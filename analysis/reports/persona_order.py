"""In which order a matrix shows personas: as the study has them, alike ones together, or by an attribute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.labels import Labels
from analysis.options import InvalidOption
from analysis.reports.groups import attribute_groups, attribute_values, is_worth_grouping
from analysis.results import Results
from analysis.stats.agreement import cross_tables
from analysis.stats.formulas import agreement_of_tables
from analysis.stats.labels import FloatArray

GIVEN, ALIKE = "given", "alike"
ATTRIBUTE = "attribute:"
MOST_TO_CLUSTER = 2_000

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Order:
    """Personas by position, and the groups along the edge: a name and how many personas, in this order."""

    positions: Positions
    groups: tuple[tuple[str, int], ...] = ()

    def window(self, start: int, stop: int) -> Order:
        """The personas from ``start`` to ``stop``, with what is left of the groups."""
        groups, place = [], 0
        for name, size in self.groups:
            inside = min(place + size, stop) - max(place, start)
            if inside > 0:
                groups.append((name, inside))
            place += size
        return Order(self.positions[start:stop], tuple(groups))


def orders_of(results: Results) -> list[tuple[str, str]]:
    """Key and words of every order that a study offers."""
    attributes = [
        (f"{ATTRIBUTE}{name}", f"by {name}")
        for name, values in attribute_values(results.matrix.personas).items()
        if is_worth_grouping(name, values)
    ]
    return [(GIVEN, "as in the study"), (ALIKE, "alike ones together"), *attributes]


def order_of(results: Results, key: str, tables: tuple[Labels, Labels]) -> Order:
    """The order of this key; ``tables`` are the two sources' choices, personas x prompts. Raises ``InvalidOption``."""
    n = len(results.matrix.personas)
    if key == GIVEN:
        return Order(np.arange(n))
    if key == ALIKE and not 2 < n <= MOST_TO_CLUSTER:
        return Order(np.arange(n))
    if key == ALIKE:
        pairs = cross_tables(*tables, categories=results.matrix.categories)
        return Order(alike_together(agreement_of_tables(pairs)))
    values = attribute_values(results.matrix.personas).get(key.removeprefix(ATTRIBUTE))
    if values is None or not key.startswith(ATTRIBUTE):
        raise InvalidOption(f"order={key} is not one of {', '.join(name for name, _ in orders_of(results))}.")
    names, groups = attribute_groups(key.removeprefix(ATTRIBUTE), values)
    sizes = np.bincount(groups, minlength=len(names))
    return Order(np.argsort(groups, kind="stable"), tuple(zip(names, sizes.tolist(), strict=True)))


def alike_together(agreement: FloatArray) -> Positions:
    """Order by average linkage, leaves turned so that neighbours agree most; nan = no shared prompt.

    >>> blocks = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1]], dtype=float)
    >>> sorted(abs(np.diff(alike_together(blocks))).tolist())
    [1, 2, 2]
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    both = np.stack([agreement, agreement.T])
    known = ~np.isnan(both)
    mean = np.where(known, both, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    distance = np.where(known.any(axis=0), 1 - mean, 0.5)
    np.fill_diagonal(distance, 0)
    condensed = squareform(distance, checks=False)
    is_small = len(distance) <= 200  # turning leaves takes a cubic time
    return leaves_list(linkage(condensed, "average", optimal_ordering=is_small)).astype(np.int64)
