"""A design and its neighbours: how wide the interval, how likely to tell two models apart. Pure."""

from __future__ import annotations

from collections.abc import Callable

from analysis.figures.frame import Figure, layout, shown
from analysis.reports.planner import ENOUGH, PlanReport, Row, Z, points
from analysis.reports.wording import number, percent
from analysis.stats.planning import Plan, Simulated

ROW_HEIGHT, FRAME = 30, 76
FIFTHS = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def plan_figure(report: PlanReport) -> Figure:
    """Return two panels that share their rows; whiskers are the simulation's error, not the study's."""
    rows = [row for row in report.rows if row.has_kappa]
    names = [shown(row.words) for row in rows]
    width = _dots(rows, lambda plan: plan.interval_width, _width_words, axis="x")
    power = _dots(rows, lambda plan: plan.power, _power_words, axis="x2")
    return {"data": [width, power], "layout": _layout(names)}


def _dots(rows: list[Row], of: Callable[[Plan], Simulated], words: Callable[[Row], str], *, axis: str) -> Figure:
    values = [of(row.plan) for row in rows if row.plan]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(one.value, 5) for one in values],
        "y": list(range(len(rows))),
        "xaxis": axis,
        "error_x": {
            "type": "data",
            "array": [round(Z * one.error, 5) for one in values],
            "thickness": 1.5,
            "width": 4,
            "color": "ink",
        },
        "marker": {
            "color": "ink",
            "size": [12 if row.is_own else 8 for row in rows],
            "symbol": ["diamond" if row.is_own else "circle" for row in rows],
        },
        "hovertext": [words(row) for row in rows],
        "hoverinfo": "text",
    }


def _width_words(row: Row) -> str:
    assert row.plan is not None
    return f"{shown(row.words)}<br>interval {number(row.plan.interval_width.value)} wide<br>cost {row.cost_words}"


def _power_words(row: Row) -> str:
    assert row.plan is not None
    power = row.plan.power
    return (
        f"{shown(row.words)}<br>told apart in {percent(power.value)} ± {points(power)} points<br>cost {row.cost_words}"
    )


def _layout(names: list[str]) -> Figure:
    mark = {"type": "line", "xref": "x2", "yref": "paper", "x0": ENOUGH, "x1": ENOUGH, "y0": 0, "y1": 1}
    return layout(
        height=FRAME + ROW_HEIGHT * len(names),
        margin={"l": 8, "r": 16, "t": 8, "b": 48},
        shapes=[mark | {"line": {"dash": "dash", "width": 1}}],
        xaxis={
            "title": {"text": "interval width"},
            "domain": [0, 0.47],
            "rangemode": "tozero",
        },
        xaxis2={
            "title": {"text": "tells models apart"},
            "domain": [0.53, 1],
            "range": [-0.03, 1.03],
            "tickvals": FIFTHS,
            "ticktext": [percent(value) for value in FIFTHS],
        },
        yaxis={
            "range": [len(names) - 0.5, -0.5],
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "automargin": True,
            "zeroline": False,
        },
    )
