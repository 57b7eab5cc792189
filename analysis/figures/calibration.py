"""What models said beside what people chose: one line for each model, on the diagonal where it is right. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures.colours import model_colour
from analysis.figures.frame import Figure, layout, shown
from analysis.reports.probabilities import ProbabilityRow
from analysis.reports.wording import count, percent

SMALLEST, LARGEST = 6, 18
"""Of a dot, in pixels; its area goes with the questions of the bin."""
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def calibration_figure(rows: Sequence[ProbabilityRow]) -> Figure:
    """Return one panel; a bin is a dot at what was said and what came."""
    most = max((one.n for row in rows for one in row.votes.bins), default=1)
    return {"data": [_model(row, place, most) for place, row in enumerate(rows)], "layout": _layout(len(rows) > 1)}


def _model(row: ProbabilityRow, place: int, most: int) -> Figure:
    bins = row.votes.bins
    sizes = [round(SMALLEST + (LARGEST - SMALLEST) * (one.n / most) ** 0.5, 1) for one in bins]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": shown(row.name),
        "x": [round(one.said, 5) for one in bins],
        "y": [round(one.came, 5) for one in bins],
        "marker": {"color": model_colour(place), "size": sizes, "symbol": SYMBOLS[place % len(SYMBOLS)]},
        "line": {"color": model_colour(place), "width": 1},
        "hovertext": [
            f"{shown(row.name)}<br>said {percent(one.said)}, people {percent(one.came)}, {count(one.n, 'question')}"
            for one in bins
        ],
        "hoverinfo": "text",
    }


def _layout(has_legend: bool) -> Figure:
    axis = {"range": [-0.03, 1.03], "tickformat": ".0%", "fixedrange": True, "zeroline": False}
    diagonal = {"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "line": {"dash": "dash", "width": 1.5}}
    return layout(
        height=380,
        showlegend=has_legend,
        legend={"orientation": "h", "y": -0.2},
        shapes=[diagonal],
        margin={"l": 8, "r": 8, "t": 8, "b": 44},
        xaxis={**axis, "title": {"text": "the model's probability of the revised response"}},
        yaxis={**axis, "title": {"text": "share of people who chose it", "standoff": 6}, "automargin": True},
    )
