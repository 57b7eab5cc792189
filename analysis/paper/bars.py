"""Histograms of kappa unit by unit, small multiples on shared axes, with what noise alone would give behind them."""

from __future__ import annotations

from math import ceil, isnan
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.colours import GREY, INK, model_colour
from analysis.paper.style import DOUBLE, SINGLE, label
from analysis.reports.histograms import Histograms, Spread
from analysis.reports.wording import count
from analysis.stats.labels import FloatArray

ACROSS, PANEL_HEIGHT = 3, 1.9
MOST_PANELS = 12
BEHIND = "#e4e1da"


def histograms_figure(report: Histograms) -> Figure:
    """One panel an annotator; the grey band is the mean share from noise, plus and minus its standard deviation."""
    spreads = report.spreads[:MOST_PANELS]
    across = min(ACROSS, max(len(spreads), 1))
    down = max(1, ceil(len(spreads) / across))
    figure = Figure(figsize=(SINGLE if across == 1 else DOUBLE, PANEL_HEIGHT * down + 0.5), layout="constrained")
    places = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    for axes in places.flat[len(spreads) :]:
        axes.set_axis_off()
    for axes, spread, colour in zip(places.flat, spreads, _colours(spreads), strict=False):
        _panel(axes, spread, report.edges, colour)
    for axes in places.flat[max(len(spreads) - across, 0) : len(spreads)]:
        axes.tick_params(labelbottom=True)  # also where the panel below is empty
    figure.supxlabel("Cohen's kappa with the human consensus", fontsize=9)
    figure.supylabel("Share of units", fontsize=9)
    return figure


def _colours(spreads: tuple[Spread, ...]) -> list[str]:
    return [INK if one.is_people else model_colour(one.hue) for one in spreads]


def _panel(axes: Axes, one: Spread, edges: FloatArray, colour: str) -> None:
    units = max(one.n_units, 1)
    axes.set_title(fill(label(one.name), 26), fontsize=8)
    axes.bar(edges[:-1], one.counts / units, width=np.diff(edges) * 0.9, align="edge", color=colour, zorder=2)
    _noise(axes, one, edges, units)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    words = count(one.n_units, one.unit) + (f", {one.undefined:,} undefined" if one.undefined else "")
    axes.annotate(words, (0.02, 0.98), xycoords="axes fraction", va="top", fontsize=7, color=GREY)
    axes.set_xlim(-1.1, 1.1)


def _noise(axes: Axes, one: Spread, edges: FloatArray, units: int) -> None:
    if isnan(one.noise.kappa_deviation):
        return
    expected, deviation = one.noise.expected / units, one.noise.deviation / units
    low, high = np.maximum(expected - deviation, 0), expected + deviation
    axes.stairs(high, edges, baseline=low, fill=True, color=BEHIND, zorder=1)
    # Over the ink bars of people the line has to be lighter than they are.
    axes.stairs(expected, edges, color=GREY if one.is_people else INK, linewidth=0.8, zorder=3)
