"""Per-persona kappas as small multiples on one axis, the spread of sampling noise behind them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.figures.colours import GREY, model_colour
from analysis.figures.frame import Figure, layout
from analysis.reports.histograms import Histograms, Spread
from analysis.reports.wording import percent

HEADROOM = 1.15
TENTHS = [n / 10 for n in range(11)]


def histogram_figure(spread: Spread, histograms: Histograms, *, links: Sequence[str] = ()) -> Figure:
    """Return one panel in the colour of its model; people are in ink. ``links`` are the bars' addresses."""
    edges, units = histograms.edges, max(spread.n_units, 1)
    middles = ((edges[:-1] + edges[1:]) / 2).round(4).tolist()
    width = float(edges[1] - edges[0])
    colour = "ink" if spread.is_people else model_colour(spread.hue)
    seen = _seen(spread, middles, width, units, colour)
    if links:
        seen["customdata"] = list(links)
    return {
        "data": [_noise(spread, middles, width, units), seen],
        "layout": _layout(spread, histograms),
    }


def _noise(spread: Spread, middles: list[float], width: float, units: int) -> Figure:
    shares, errors = spread.noise.expected / units, spread.noise.deviation / units
    return {
        "type": "bar",
        "x": middles,
        "y": _rounded(shares),
        "width": width,
        "marker": {"color": GREY, "opacity": 0.3, "line": {"width": 0}},
        "error_y": {"type": "data", "array": _rounded(errors), "thickness": 1, "width": 3, "color": GREY},
        "hovertext": [
            f"kappa {low:.1f} to {low + width:.1f}: {expected:.1f} ± {error:.1f} {spread.unit}s from sampling alone"
            for low, expected, error in zip(
                spread.noise.edges[:-1], spread.noise.expected, spread.noise.deviation, strict=True
            )
        ],
        "hoverinfo": "text",
    }


def _seen(spread: Spread, middles: list[float], width: float, units: int, colour: str) -> Figure:
    return {
        "type": "bar",
        "x": middles,
        "y": _rounded(spread.counts / units),
        "width": width * 0.55,
        "marker": {"color": colour, "line": {"width": 0}},
        "hovertext": [
            f"kappa {low:.1f} to {low + width:.1f}: {int(seen):,} {spread.unit}s"
            for low, seen in zip(spread.noise.edges[:-1], spread.counts, strict=True)
        ],
        "hoverinfo": "text",
    }


def _layout(spread: Spread, histograms: Histograms) -> Figure:
    top = histograms.highest_share * HEADROOM
    shapes = []
    if not np.isnan(spread.pooled):
        place = {"x0": round(spread.pooled, 4), "x1": round(spread.pooled, 4), "y0": 0, "y1": top}
        shapes.append({"type": "line", **place, "line": {"dash": "dash", "width": 1.5}})
    return layout(
        height=260,
        barmode="overlay",
        shapes=shapes,
        margin={"l": 8, "r": 8, "t": 8, "b": 44},
        xaxis={"title": {"text": "kappa"}, "range": [-1.12, 1.12], "dtick": 0.5},
        yaxis={
            "title": {"text": f"share of {spread.unit}s", "standoff": 6},
            "automargin": True,
            "range": [0, top],
            "tickvals": TENTHS,
            "ticktext": [percent(value) if n % 2 == 0 else "" for n, value in enumerate(TENTHS)],
            "rangemode": "tozero",
        },
    )


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 5) for value in values]
