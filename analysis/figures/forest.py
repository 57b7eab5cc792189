"""Dots with whiskers: every annotator's kappa by both codings over the human ceiling, and a model with and without
the persona. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isnan

from analysis.figures.colours import model_colour
from analysis.figures.frame import Figure, layout, shown, wrapped
from analysis.options import Coding
from analysis.reports.league import League, LeagueRow, RowKind
from analysis.reports.skill import Measure, Skill
from analysis.reports.wording import estimate_words, undefined_words
from analysis.stats.estimates import Estimate

ROW_HEIGHT, FRAME = 38, 76
BAND = "rgba(138, 134, 128, 0.2)"
APART = 0.16
"""Distance of the two dots of one measure from its line."""
PANELS = {Coding.CONTENT: ("x", [0.0, 0.48]), Coding.REFERENCE: ("x2", [0.52, 1.0])}


def league_forest(league: League, *, links: Mapping[int, str] | None = None) -> Figure:
    """Return one panel for each coding, on one scale, rows in the order of the table; the ceiling is a band.

    ``links`` are the addresses that the dots lead to, by the annotator's position.
    """
    data = [_annotator(row, place, coding) for coding in PANELS for place, row in enumerate(league.rows)]
    for trace, row in zip(data, [row for _ in PANELS for row in league.rows], strict=True):
        if trace and links and row.position in links:
            trace["customdata"] = [links[row.position]]
    notes = [note for coding in PANELS for note in _notes(league.rows, coding)]
    shapes = [shape for coding in PANELS for shape in _ceiling(league, coding)]
    ends = _range(row.kappas[coding] for coding in PANELS for row in league.rows)
    axes = {
        f"xaxis{axis[1:]}": _axis(f"kappa by {coding.value}", ends, domain) for coding, (axis, domain) in PANELS.items()
    }
    names = [wrapped(row.name, 24) for row in league.rows]
    return {
        "data": [trace for trace in data if trace],
        "layout": _layout(names, shapes=shapes, annotations=notes, **axes),
    }


def skill_forest(skill: Skill) -> Figure:
    """Return the four measures, each with the persona (filled) and without (open)."""
    data = [trace for place, measure in enumerate(skill.measures) for trace in _measure(skill, measure, place)]
    ends = _range(one for measure in skill.measures for one in (measure.compared.first, measure.compared.second))
    names = [wrapped(measure.words) for measure in skill.measures]
    return {"data": data, "layout": _layout(names, row_height=48, xaxis=_axis("share, or kappa", ends, [0.0, 1.0]))}


def _annotator(row: LeagueRow, place: int, coding: Coding) -> Figure | None:
    estimate = row.kappas[coding]
    if isnan(estimate.value):
        return None
    colour, symbol = _look(row)
    words = f"{shown(row.name)}<br>kappa by {coding.value} {estimate_words(estimate)}, n {row.n:,}"
    return _dot(estimate, place, words, colour=colour, symbol=symbol, axis=PANELS[coding][0])


def _look(row: LeagueRow) -> tuple[str, str]:
    """Colour and symbol: a model keeps its colour on every page."""
    if row.kind is RowKind.CEILING:
        return "ink", "diamond"
    if row.kind is RowKind.BASELINE:
        return "soft", "square"
    return model_colour(row.hue), "circle"


def _measure(skill: Skill, measure: Measure, place: int) -> Iterable[Figure]:
    sides = (
        (measure.compared.first, skill.with_persona, -APART, "circle"),
        (measure.compared.second, skill.without_persona, APART, "circle-open"),
    )
    for estimate, name, offset, symbol in sides:
        if not isnan(estimate.value):
            words = f"{shown(name)}<br>{shown(measure.words)}: {estimate_words(estimate)}, n {measure.n:,}"
            yield _dot(estimate, place + offset, words, colour=model_colour(skill.hue), symbol=symbol, axis="x")


def _dot(estimate: Estimate, place: float, words: str, *, colour: str, symbol: str, axis: str) -> Figure:
    value, interval = estimate.value, estimate.interval
    trace: Figure = {
        "type": "scatter",
        "mode": "markers",
        "x": [round(value, 5)],
        "y": [place],
        "xaxis": axis,
        "marker": {
            "color": colour,
            "symbol": symbol,
            "size": 9,
            "line": {"width": 2 if symbol == "circle-open" else 0},
        },
        "hovertext": [words],
        "hoverinfo": "text",
    }
    if not isnan(interval.low):
        ends = {"array": [round(interval.high - value, 5)], "arrayminus": [round(value - interval.low, 5)]}
        whisker = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": colour}
        trace["error_x"] = whisker | ends
    return trace


def _notes(rows: Iterable[LeagueRow], coding: Coding) -> Iterable[Figure]:
    """A mark that there is no dot; the reason is in the table and on hover."""
    for place, row in enumerate(rows):
        reason = row.kappas[coding].undefined
        if reason is not None:
            where = {"x": 0, "y": place, "xref": PANELS[coding][0], "yref": "y", "xanchor": "left"}
            words = {"text": "undefined", "hovertext": undefined_words(reason), "font": {"size": 11}}
            yield {**where, **words, "showarrow": False}


def _ceiling(league: League, coding: Coding) -> list[Figure]:
    """A held-out human: the dashed line, and the interval as a band behind everything."""
    estimate = league.human_ceiling.kappas[coding]
    if isnan(estimate.value):
        return []
    upright = {"xref": PANELS[coding][0], "yref": "paper", "y0": 0, "y1": 1}
    value = round(estimate.value, 5)
    line: Figure = {"type": "line", "x0": value, "x1": value, **upright, "line": {"dash": "dash", "width": 1}}
    if isnan(estimate.interval.low):
        return [line]
    ends = {"x0": round(estimate.interval.low, 5), "x1": round(estimate.interval.high, 5)}
    band: Figure = {"type": "rect", **ends, **upright, "fillcolor": BAND, "layer": "below", "line": {"width": 0}}
    return [band, line]


def _range(estimates: Iterable[Estimate]) -> list[float]:
    """From a little below the lowest end, or 0, to a little above 1."""
    ends = [end for one in estimates for end in (one.value, one.interval.low, one.interval.high) if not isnan(end)]
    return [round(min([0.0, *ends]) - 0.05, 3), 1.05]


def _axis(title: str, ends: list[float], domain: list[float]) -> Figure:
    words = {"text": title}
    return {"title": words, "range": ends, "domain": domain, "dtick": 0.5, "tickangle": 0}


def _layout(names: list[str], *, row_height: int = ROW_HEIGHT, **more: object) -> Figure:
    rows: Figure = {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "automargin": True,
        "zeroline": False,
    }
    margin = {"l": 8, "r": 12, "t": 8, "b": 48}
    return layout(height=FRAME + row_height * len(names), margin=margin, yaxis=rows, **more)
