"""The few numbers of a first screen, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.reports.wording import number, percent, percent_range_words, range_words
from analysis.stats.estimates import Estimate


@dataclass(frozen=True)
class Tile:
    """``symbol`` is the mark's shape in the figure below, in the colour of ``hue`` where it is a model."""

    role: str
    value: str
    range: str
    name: str
    note: str = ""
    symbol: str = ""
    hue: int = 0
    position: int = -1
    """Of the annotator; -1 for people and differences."""


def tile(role: str, estimate: Estimate, name: str, note: str = "", *, is_share: bool = False, **look: object) -> Tile:
    """One estimate as a tile; an undefined one shows a dash and says so."""
    if estimate.undefined is not None:
        return Tile(role, "–", "undefined", name, note, **look)  # type: ignore[arg-type]
    value = percent(estimate.value) if is_share else number(estimate.value)
    range_ = (percent_range_words if is_share else range_words)(estimate.interval)
    return Tile(role, value, range_ or "no interval", name, note, **look)  # type: ignore[arg-type]
