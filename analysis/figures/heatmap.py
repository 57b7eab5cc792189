"""The kappa matrix as a heatmap: shared scale from -1 to 1, undefined cells hatched with their reason. Pure."""

from __future__ import annotations

import numpy as np

from analysis.figures.colours import GREY, UNDEFINED, diverging_scale
from analysis.figures.frame import Figure, layout, shown, wrapped
from analysis.reports.matrices import KappaMatrix
from analysis.reports.wording import number

LABELS = 230
NUMBERS_UP_TO = 12
"""Cells of a larger matrix are too small for a number; it is in the hover and in the table."""


def heatmap(matrix: KappaMatrix, *, upper_only: bool = False) -> Figure:
    """Return the figure of a matrix; ``upper_only`` leaves out the lower triangle of a symmetric one."""
    hidden = _hidden(matrix, upper_only=upper_only and matrix.is_symmetric)
    return {"data": [_cells(matrix, hidden), *_undefined(matrix, hidden)], "layout": _layout(matrix)}


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
        "zmin": -1,
        "zmax": 1,
        "colorscale": diverging_scale(),
        "xgap": 1,
        "ygap": 1,
        "hovertext": [
            [_hover(matrix, row, column) for column in range(kappa.shape[1])] for row in range(kappa.shape[0])
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorbar": {"title": {"text": "kappa", "side": "right"}, "thickness": 12, "tickvals": [-1, -0.5, 0, 0.5, 1]},
    }
    if max(kappa.shape) <= NUMBERS_UP_TO:
        trace["text"] = [["" if np.isnan(value) else number(float(value)) for value in row] for row in kappa]
        trace["texttemplate"] = "%{text}"
    return trace


def _hover(matrix: KappaMatrix, row: int, column: int) -> str:
    cell = matrix.cell(row, column)
    if cell.is_own:
        return ""
    where = f"{shown(matrix.rows[row])}<br>{shown(matrix.columns[column])}"
    if cell.undefined is not None:
        return f"{where}<br>undefined, n {cell.n}: {cell.undefined.sentence}"
    return f"{where}<br>kappa {number(cell.kappa)} {cell.doubt}, n {cell.n}"


def _undefined(matrix: KappaMatrix, hidden: np.ndarray) -> list[Figure]:
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
            "hovertext": [_hover(matrix, int(row), int(column)) for row, column in places],
            "hoverinfo": "text",
        }
    ]


def _layout(matrix: KappaMatrix) -> Figure:
    rows, columns = len(matrix.rows), len(matrix.columns)
    size = 44 if max(rows, columns) <= NUMBERS_UP_TO else 20
    axis: Figure = {"showgrid": False, "zeroline": False, "ticks": "", "automargin": True, "fixedrange": True}
    return layout(
        height=LABELS + rows * size,
        barmode="overlay",
        xaxis=axis
        | {"title": {"text": shown(matrix.column_title)}, "range": [-0.5, columns - 0.5], "tickangle": -60}
        | _ticks(matrix.columns),
        yaxis=axis | {"title": {"text": shown(matrix.row_title)}, "range": [rows - 0.5, -0.5]} | _ticks(matrix.rows),
    )


def _ticks(names: tuple[str, ...]) -> Figure:
    return {"tickvals": list(range(len(names))), "ticktext": [wrapped(name) for name in names]}
