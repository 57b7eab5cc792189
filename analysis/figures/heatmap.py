"""A matrix as a heatmap: one scale for all panels, palest at what a coin reaches; undefined cells are hatched. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.figures.colours import GREY, UNDEFINED, colour_of, diverging_scale, ink_on
from analysis.figures.frame import Figure, layout, shown, wrapped
from analysis.reports.matrices import KappaMatrix
from analysis.reports.metrics import Metric
from analysis.reports.wording import count, number, percent

Links = Sequence[Sequence[str]]
LABELS = 230
NUMBERS_UP_TO = 12
"""Cells of a larger matrix are too small for a number; it is in the hover and in the table."""


def heatmap(matrix: KappaMatrix, *, upper_only: bool = False, links: Links = ()) -> Figure:
    """Return the figure of a matrix; ``upper_only`` leaves out the lower triangle of a symmetric one.

    ``links`` are the addresses that the cells lead to, in the shape of the matrix.
    """
    hidden = _hidden(matrix, upper_only=upper_only and matrix.is_symmetric)
    cells = _cells(matrix, hidden)
    if links:
        cells["customdata"] = [list(row) for row in links]
    data = [cells, *_undefined(matrix, hidden, links), *_numbers(matrix, hidden)]
    return {"data": data, "layout": _layout(matrix)}


def _hidden(matrix: KappaMatrix, *, upper_only: bool) -> np.ndarray:
    if not matrix.is_symmetric:
        return np.zeros(matrix.kappa.shape, dtype=bool)
    ones = np.ones(matrix.kappa.shape, dtype=bool)
    return np.tril(ones) if upper_only else np.eye(len(ones), dtype=bool)


def _cells(matrix: KappaMatrix, hidden: np.ndarray) -> Figure:
    kappa = np.where(hidden, np.nan, matrix.kappa)
    trace: Figure = {
        "type": "heatmap",
        "z": [[None if np.isnan(value) else round(float(value), 6) for value in row] for row in kappa],
        "zmin": matrix.metric.lowest,
        "zmax": 1,
        "colorscale": diverging_scale(),
        "xgap": 1,
        "ygap": 1,
        "hovertext": [
            [_hover(matrix, row, column) for column in range(kappa.shape[1])] for row in range(kappa.shape[0])
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        # One bar stands above all panels; a saved picture gets its own (figures.js).
        "showscale": False,
        "colorbar": {"title": {"text": matrix.metric.words, "side": "right"}, "thickness": 12},
    }
    return trace


def _numbers(matrix: KappaMatrix, hidden: np.ndarray) -> list[Figure]:
    """The numbers of a small matrix, in black or white by the colour of their cells."""
    if max(matrix.kappa.shape) > NUMBERS_UP_TO:
        return []
    places = np.argwhere(~np.isnan(matrix.kappa) & ~hidden)
    inks = [ink_on(cell_colour(matrix.metric, float(matrix.kappa[row, column]))) for row, column in places]
    return [_written(matrix, places[np.array(inks) == ink], ink) for ink in sorted(set(inks))]


def _written(matrix: KappaMatrix, places: np.ndarray, ink: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [int(column) for _, column in places],
        "y": [int(row) for row, _ in places],
        "text": [shown_value(matrix.metric, float(matrix.kappa[row, column])) for row, column in places],
        "textfont": {"color": ink, "size": 12},
        "hoverinfo": "skip",
    }


def shown_value(metric: Metric, value: float) -> str:
    return percent(value) if metric.is_share else number(value)


def cell_colour(metric: Metric, value: float) -> str:
    """The colour of a value: palest at what a coin reaches."""
    return colour_of((value - metric.chance) / (1 - metric.chance))


def _hover(matrix: KappaMatrix, row: int, column: int) -> str:
    cell = matrix.cell(row, column)
    if cell.is_own:
        return ""
    where = f"{shown(matrix.rows[row])}<br>{shown(matrix.columns[column])}"
    of = count(cell.n, "shared prompt" if matrix.row_title else "question")
    if cell.undefined is not None:
        return f"{where}<br>undefined, {of}: {cell.undefined.sentence}"
    name, value = matrix.metric.name_in_a_sentence, shown_value(matrix.metric, cell.kappa)
    return f"{where}<br>{name} {value} {cell.doubt}, {of}"


def _undefined(matrix: KappaMatrix, hidden: np.ndarray, links: Links) -> list[Figure]:
    """Hatched boxes where kappa has no value, so that nobody takes them for 0."""
    places = np.argwhere(np.isnan(matrix.kappa) & ~hidden)
    if not len(places):
        return []
    return [
        {
            "type": "bar",
            "x": [int(column) for _, column in places],
            "y": [0.96] * len(places),
            "base": [int(row) - 0.48 for row, _ in places],
            "width": 0.96,
            "marker": {
                "color": UNDEFINED,
                "pattern": {"shape": "/", "size": 6, "solidity": 0.15, "fgcolor": GREY},
                "line": {"width": 0},
            },
            "customdata": [links[row][column] for row, column in places] if links else [],
            "hovertext": [_hover(matrix, int(row), int(column)) for row, column in places],
            "hoverinfo": "text",
        }
    ]


def _layout(matrix: KappaMatrix) -> Figure:
    rows, columns = len(matrix.rows), len(matrix.columns)
    size = 44 if max(rows, columns) <= NUMBERS_UP_TO else 20
    axis: Figure = {"showgrid": False, "zeroline": False, "ticks": "", "automargin": True}
    return layout(
        height=LABELS + rows * size,
        barmode="overlay",
        shapes=list(_lines_between_groups(matrix)),
        annotations=list(_group_names(matrix)),
        margin={"l": 8, "r": 120 if matrix.groups else 8, "t": 8, "b": 8},
        xaxis=axis
        | {"title": {"text": shown(matrix.column_title)}, "range": [-0.5, columns - 0.5], "tickangle": -60}
        | {"constrain": "domain", "constraintoward": "left"}
        | _ticks(matrix.columns),
        yaxis=axis
        | {"title": {"text": shown(matrix.row_title)}, "range": [rows - 0.5, -0.5]}
        # Square cells.
        | {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"}
        | _ticks(matrix.rows),
    )


def _edges(matrix: KappaMatrix) -> Iterator[tuple[str, int, int]]:
    """Each group with its first row and the row after its last."""
    place = 0
    for name, size in matrix.groups:
        yield name, place, place + size
        place += size


def _lines_between_groups(matrix: KappaMatrix) -> Iterator[Figure]:
    ends = [end - 0.5 for _, _, end in _edges(matrix)][:-1]
    for end in ends:
        line = {"type": "line", "line": {"width": 1.5}}
        yield {**line, "x0": -0.5, "x1": len(matrix.columns) - 0.5, "y0": end, "y1": end}
        if matrix.is_square:
            yield {**line, "x0": end, "x1": end, "y0": -0.5, "y1": len(matrix.rows) - 0.5}


def _group_names(matrix: KappaMatrix) -> Iterator[Figure]:
    for name, start, end in _edges(matrix):
        where = {"xref": "x domain", "x": 1.01, "y": (start + end - 1) / 2, "xanchor": "left", "showarrow": False}
        yield {**where, "text": wrapped(name, 16), "font": {"size": 11}, "align": "left"}


def _ticks(names: tuple[str, ...]) -> Figure:
    return {"tickvals": list(range(len(names))), "ticktext": [wrapped(name) for name in names]}
