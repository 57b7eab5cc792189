"""Histograms of per-persona kappa, small multiples on shared axes, with what noise alone would give behind them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.colours import GREY, INK
from analysis.paper.persona_kappas import EDGES, PersonaKappas
from analysis.paper.style import colour_of_model, label
from analysis.reports.wording import count

ACROSS, PANEL_WIDTH, PANEL_HEIGHT = 3, 2.4, 1.9
BEHIND = "#e4e1da"


def histograms_figure(found: Sequence[PersonaKappas]) -> Figure:
    """One panel a model; the grey band is the mean count from noise, plus and minus its standard deviation."""
    across = min(ACROSS, max(len(found), 1))
    down = max(1, ceil(len(found) / across))
    figure = Figure(figsize=(PANEL_WIDTH * across, PANEL_HEIGHT * down + 0.5), layout="constrained")
    places = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    for axes in places.flat[len(found) :]:
        axes.set_axis_off()
    for number, (axes, one) in enumerate(zip(places.flat, found, strict=False)):
        _panel(axes, one, colour_of_model(number))
    for axes in places.flat[max(len(found) - across, 0) : len(found)]:
        axes.tick_params(labelbottom=True)  # also where the panel below is empty
    figure.supxlabel("Cohen's kappa of a persona with the human consensus", fontsize=9)
    figure.supylabel("Personas", fontsize=9)
    return figure


def _panel(axes: Axes, one: PersonaKappas, colour: str) -> None:
    axes.set_title(fill(label(one.name), 26), fontsize=8)
    axes.bar(EDGES[:-1], one.counts, width=np.diff(EDGES) * 0.9, align="edge", color=colour, zorder=2)
    _noise(axes, one)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    unknown = int(np.isnan(one.kappas).sum())
    if unknown:
        axes.annotate(
            f"{count(unknown, 'persona')} undefined",
            (0.02, 0.98),
            xycoords="axes fraction",
            va="top",
            fontsize=7,
            color=GREY,
        )
    axes.set_xlim(-1, 1)


def _noise(axes: Axes, one: PersonaKappas) -> None:
    expected, deviation = one.noise.expected, one.noise.deviation
    if isnan(one.noise.kappa_deviation):
        return
    low, high = np.maximum(expected - deviation, 0), expected + deviation
    axes.stairs(high, EDGES, baseline=low, fill=True, color=BEHIND, zorder=1)
    axes.stairs(expected, EDGES, color=INK, linewidth=0.8, zorder=3)
