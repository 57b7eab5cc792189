"""Kappa without each of the strongest: stems from the kappa of all, over its interval. Pure."""

from __future__ import annotations

from math import isnan

from analysis.figures.frame import Figure, layout, short, shown
from analysis.reports.influence import Left, Row
from analysis.reports.wording import number

MOST = 15
ROW_HEIGHT, FRAME = 26, 76
BAND = "rgba(138, 134, 128, 0.2)"


def influence_figure(left: Left) -> Figure:
    """Return the figure of the :data:`MOST` that move kappa most, under the reader's coding."""
    coding = left.headline.coding
    rows = [row for row in left.rows(left.chosen.strongest()[:MOST].tolist()) if not isnan(row.of(coding).value)]
    return {"data": [_stem(left, row, place) for place, row in enumerate(rows)], "layout": _layout(left, rows)}


def _stem(left: Left, row: Row, place: int) -> Figure:
    without = row.of(left.headline.coding)
    words = f"without {shown(row.name.name)}<br>kappa {number(without.value, 3)}, n {row.n_without:,}"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [round(left.chosen.overall, 5), round(without.value, 5)],
        "y": [place, place],
        "line": {"color": "ink", "width": 1.5},
        "marker": {"color": "ink", "size": [0, 8]},
        "hovertext": ["", f"{words}<br>change {without.change_words}"],
        "hoverinfo": "text",
    }


def _layout(left: Left, rows: list[Row]) -> Figure:
    overall, interval = round(left.chosen.overall, 5), left.headline.kappa.interval
    upright = {"yref": "paper", "y0": 0, "y1": 1}
    shapes: list[Figure] = [
        {"type": "line", "x0": overall, "x1": overall, **upright, "line": {"dash": "dash", "width": 1}}
    ]
    if not isnan(interval.low):
        band = {"x0": round(interval.low, 5), "x1": round(interval.high, 5), **upright}
        shapes.insert(0, {"type": "rect", **band, "fillcolor": BAND, "layer": "below", "line": {"width": 0}})
    return layout(
        height=FRAME + ROW_HEIGHT * len(rows),
        margin={"l": 8, "r": 16, "t": 8, "b": 48},
        shapes=shapes,
        xaxis={
            "title": {"text": f"kappa by {left.headline.coding.value}"},
            "range": _range(left, rows),
            "nticks": 5,
            "tickangle": 0,
            "zeroline": False,
        },
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [short(row.name.name, 26) for row in rows],
            "automargin": True,
            "zeroline": False,
        },
    )


def _range(left: Left, rows: list[Row]) -> list[float]:
    """Around everything drawn, the interval too, so that a change is seen for what it is beside it."""
    interval = left.headline.kappa.interval
    drawn = [left.chosen.overall, interval.low, interval.high, *(row.of(left.headline.coding).value for row in rows)]
    known = [value for value in drawn if not isnan(value)]
    edge = 0.08 * max(max(known) - min(known), 0.01)
    return [round(min(known) - edge, 5), round(max(known) + edge, 5)]
