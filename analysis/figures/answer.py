"""Floor, model and human on one line: a small picture the server draws, so that it needs no script. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isnan

from analysis.figures.colours import model_colour
from analysis.reports.answer import Mark, Role
from analysis.reports.wording import estimate_words, number

LANE = 26
TOP = 18
TICK = 0.25
EDGES = (2.0, 98.0)
"""Where the scale begins and ends, in percent of the width: a mark at its end is not cut."""


@dataclass(frozen=True)
class Placed:
    """A mark in the picture; places across are percentages, as SVG reads them."""

    mark: Mark
    y: int
    x: str
    low: str
    high: str
    colour: str

    @property
    def words(self) -> str:
        return f"{self.mark.name}: kappa {estimate_words(self.mark.estimate)}"


@dataclass(frozen=True)
class AnswerFigure:
    marks: tuple[Placed, ...]
    ticks: tuple[tuple[str, str], ...]
    """Place and words of each."""

    @property
    def axis(self) -> int:
        return TOP + LANE * len(self.marks)

    @property
    def height(self) -> int:
        return self.axis + 24

    @property
    def words(self) -> str:
        return "; ".join(one.words for one in self.marks)


def answer_figure(marks: Sequence[Mark]) -> AnswerFigure | None:
    """Return the marks that have a value, on a scale from 0, or below the lowest end, to 1."""
    known = [mark for mark in marks if not isnan(mark.estimate.value)]
    if not known:
        return None
    ends = [end for mark in known for end in (mark.estimate.value, mark.estimate.interval.low) if not isnan(end)]
    low = max(-1.0, floor(min([0.0, *ends]) / TICK) * TICK)
    placed = tuple(_placed(mark, n, low) for n, mark in enumerate(known))
    steps = round((1 - low) / TICK)
    ticks = tuple((_x(low + step * TICK, low), number(low + step * TICK)) for step in range(steps + 1))
    return AnswerFigure(placed, ticks)


def _placed(mark: Mark, n: int, low: float) -> Placed:
    value, interval = mark.estimate.value, mark.estimate.interval
    ends = (value, value) if isnan(interval.low) else (interval.low, interval.high)
    colour = model_colour(mark.hue) if mark.role is Role.MODEL else ""
    return Placed(mark, TOP + LANE * n + LANE // 2, _x(value, low), _x(ends[0], low), _x(ends[1], low), colour)


def _x(value: float, low: float) -> str:
    """A kappa's place across.

    >>> _x(0.5, 0.0), _x(1.2, 0.0)
    ('50.00%', '98.00%')
    """
    share = (min(max(value, low), 1.0) - low) / (1 - low)
    return f"{EDGES[0] + share * (EDGES[1] - EDGES[0]):.2f}%"
