"""Matrices: annotators x annotators, and panels of persona x persona on one shared scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from analysis.figures.colours import GREY, INK, UNDEFINED
from analysis.paper.style import DOUBLE, SINGLE, kappa_colours, label
from analysis.reports.matrices import KappaMatrix
from analysis.reports.wording import number

FEW = 4
"""Up to so many rows fit one column."""
TITLE = 0.6  # inches
NUMBERS_UP_TO = 12
TICKS_UP_TO = 25
LONGEST_TITLE = 110
LONGEST_TICK, LONGEST_AXIS = 24, 60
DARK = 0.55
"""From this distance from 0 on, ink on a cell is hard to read."""


def matrix_figure(matrix: KappaMatrix) -> Figure:
    """The upper triangle of a symmetric matrix, as in the paper, all cells of another; every cell with its number."""
    width = SINGLE if len(matrix.rows) <= FEW else DOUBLE
    figure = Figure(figsize=(width, width), layout="constrained")
    axes = figure.add_subplot()
    image = draw_matrix(axes, matrix)
    figure.colorbar(image, ax=axes, shrink=0.7, label="Cohen's kappa", ticks=[-1, -0.5, 0, 0.5, 1])
    return figure


def panels_figure(matrices: Sequence[KappaMatrix]) -> Figure:
    """Up to three panels in a row, all on the scale from -1 to 1."""
    across = min(3, max(len(matrices), 1))
    down = max(1, ceil(len(matrices) / across))
    width = SINGLE if across == 1 else DOUBLE
    height = (width / across + TITLE) * down
    figure = Figure(figsize=(width, height), layout="constrained")
    places = figure.subplots(down, across, squeeze=False)
    for axes in places.flat[len(matrices) :]:
        axes.set_axis_off()
    images = [draw_panel(axes, matrix) for axes, matrix in zip(places.flat, matrices, strict=False)]
    if images:
        figure.colorbar(images[0], ax=places, shrink=0.6, label="Cohen's kappa", ticks=[-1, -0.5, 0, 0.5, 1])
    return figure


def draw_panel(axes: Axes, matrix: KappaMatrix) -> AxesImage:
    image = draw_matrix(axes, matrix)
    words = f"{matrix.row_title} against {matrix.column_title}"
    axes.set_title(fill(label(words, LONGEST_TITLE), 30), fontsize=7)
    return image


def draw_matrix(axes: Axes, matrix: KappaMatrix) -> AxesImage:
    hidden = _hidden(matrix)
    shown = np.ma.masked_where(hidden | np.isnan(matrix.kappa), matrix.kappa)
    image = axes.imshow(shown, cmap=kappa_colours(), vmin=-1, vmax=1, interpolation="nearest", aspect="equal")
    for row, column in np.argwhere(np.isnan(matrix.kappa) & ~hidden):
        _hatch(axes, row, column)
    if max(matrix.kappa.shape) <= NUMBERS_UP_TO:
        _write_numbers(axes, matrix, hidden)
    _name(axes, matrix)
    return image


def _hidden(matrix: KappaMatrix) -> np.ndarray:
    ones = np.ones(matrix.kappa.shape, dtype=bool)
    return np.tril(ones) if matrix.is_symmetric else ~ones


def _hatch(axes: Axes, row: int, column: int) -> None:
    """No value: a hatched cell, so that nobody takes it for 0."""
    place = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(place, 1, 1, facecolor=UNDEFINED, edgecolor=GREY, hatch="////", linewidth=0))


def _write_numbers(axes: Axes, matrix: KappaMatrix, hidden: np.ndarray) -> None:
    for row, column in np.argwhere(~np.isnan(matrix.kappa) & ~hidden):
        kappa = float(matrix.kappa[row, column])
        ink = "white" if abs(kappa) >= DARK else INK
        axes.text(column, row, number(kappa), ha="center", va="center", color=ink, fontsize=7)


def _name(axes: Axes, matrix: KappaMatrix) -> None:
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if max(matrix.kappa.shape) > TICKS_UP_TO:
        axes.set_xticks([])
        axes.set_yticks([])
    else:
        _name_ticks(axes, matrix)
    axes.set_xlabel(fill(label(matrix.column_title, LONGEST_AXIS), 34), fontsize=7)
    axes.set_ylabel(fill(label(matrix.row_title, LONGEST_AXIS), 34), fontsize=7)


def _name_ticks(axes: Axes, matrix: KappaMatrix) -> None:
    """The last row and the first column of an upper triangle are empty, so they need no name."""
    rows, columns = list(enumerate(matrix.rows)), list(enumerate(matrix.columns))
    if matrix.is_symmetric:
        rows, columns = rows[:-1], columns[1:]
    if matrix.is_symmetric:
        axes.xaxis.tick_top()  # beside the cells: below them the triangle is empty
        axes.set_xticks(
            [n for n, _ in columns], [fill(label(name), LONGEST_TICK) for _, name in columns], rotation=60, ha="left"
        )
    else:
        axes.set_xticks(
            [n for n, _ in columns], [fill(label(name), LONGEST_TICK) for _, name in columns], rotation=60, ha="right"
        )
    axes.set_yticks([n for n, _ in rows], [fill(label(name), LONGEST_TICK) for _, name in rows])
    axes.tick_params(labelsize=7 if len(matrix.rows) <= NUMBERS_UP_TO else 5)
