"""Dots with whiskers: the league table, and each model beside a held-out human."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.colours import GREY, INK, model_colour
from analysis.paper.style import DOUBLE, label, zero_line
from analysis.reports.league import League, LeagueRow, RowKind
from analysis.reports.wording import undefined_words
from analysis.stats.estimates import Estimate

ROW_HEIGHT = 0.32
FRAME = 0.9
BAND = "#efece6"
WRAPPED = 26


@dataclass(frozen=True)
class Dot:
    """A row of the figure."""

    name: str
    estimate: Estimate
    colour: str
    marker: str


def league_figure(league: League) -> Figure:
    """Kappa of every annotator with people; the ceiling as a dashed line and a band through all rows."""
    dots = _downwards([_dot(row, row.kappas[league.lead]) for row in league.rows])
    figure, axes = _frame(dots, f"Cohen's kappa with people, by {league.lead.value}")
    ceiling = league.human_ceiling.kappas[league.lead]
    if ceiling.undefined is None:
        axes.axvline(ceiling.value, color=INK, linestyle=(0, (4, 3)), linewidth=1, zorder=1)
        if not isnan(ceiling.interval.low):
            axes.axvspan(ceiling.interval.low, ceiling.interval.high, color=BAND, linewidth=0, zorder=0)
    return figure


def ceiling_figure(league: League) -> Figure:
    """Each annotator's kappa minus that of a held-out human, who is the dashed line at 0; the largest first."""
    rows = [(row, row.difference(league.lead)) for row in league.rows]
    dots = _downwards([_dot(row, difference) for row, difference in rows if difference is not None])
    figure, axes = _frame(dots, f"Kappa by {league.lead.value}, minus that of a held-out human")
    axes.axvline(0, color=INK, linestyle=(0, (4, 3)), linewidth=1, zorder=1)
    return figure


def _downwards(dots: list[Dot]) -> list[Dot]:
    """Rows in the order of the axis shown, those without a value last."""
    return sorted(dots, key=lambda dot: (isnan(dot.estimate.value), -dot.estimate.value))


def _dot(row: LeagueRow, estimate: Estimate) -> Dot:
    if row.kind is RowKind.CEILING:
        return Dot(row.name, estimate, INK, "D")
    if row.kind is RowKind.BASELINE:
        return Dot(row.name, estimate, GREY, "s")
    return Dot(row.name, estimate, model_colour(row.hue), "o")


def _frame(dots: list[Dot], words: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(DOUBLE, FRAME + ROW_HEIGHT * max(len(dots), 1)), layout="constrained")
    axes = figure.add_subplot()
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    zero_line(axes)
    for place, dot in enumerate(dots):
        _draw(axes, place, dot)
    axes.set_yticks(range(len(dots)), [fill(label(dot.name), WRAPPED) for dot in dots])
    axes.set_ylim(max(len(dots), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(words)
    return figure, axes


def _draw(axes: Axes, place: int, dot: Dot) -> None:
    estimate = dot.estimate
    if isnan(estimate.value):
        words = undefined_words(estimate.undefined) if estimate.undefined else "undefined"
        axes.annotate(words, (0, place), xytext=(4, 0), textcoords="offset points", va="center", color=GREY, fontsize=7)
        return
    if not isnan(estimate.interval.low):
        axes.plot([estimate.interval.low, estimate.interval.high], [place, place], color=dot.colour, linewidth=1.2)
    axes.plot([estimate.value], [place], dot.marker, color=dot.colour, markersize=5, zorder=3)
