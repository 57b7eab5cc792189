"""How paper figures look: one style for all, the pages' colours, and the same bytes from the same data."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.figures.colours import GREY, INK, diverging_scale

STYLE = {
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid.axis": "x",
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#e4e1da",
    "grid.linewidth": 0.6,
    # Text stays text: it can be searched and read aloud. A name with a dollar sign is a name, no formula.
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "svg.hashsalt": "understudy",
}
DATES = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LONGEST_LABEL = 40
SINGLE, DOUBLE = 3.35, 6.9
"""Widths in inches of one column and of two; every figure has one of them, however long a name is."""
# It tells at length how it makes a font smaller.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@contextmanager
def paper_style() -> Iterator[None]:
    with mpl.rc_context(STYLE):
        yield


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write the SVG and the PDF, without a date; the page is the figure's own size, not that of its labels."""
    for form, metadata in DATES.items():
        figure.savefig(folder / f"{name}.{form}", metadata=metadata, dpi=200)


def label(text: str, most: int = LONGEST_LABEL) -> str:
    """A name from a file as an axis label: without control characters, and not too long."""
    clean = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= most else f"{clean[: most - 12].rstrip()}… {clean[-10:].lstrip()}"


def kappa_colours() -> LinearSegmentedColormap:
    """The pages' diverging scale, -1 to 1; what is undefined stays without a colour."""
    return LinearSegmentedColormap.from_list("kappa", [(place, colour) for place, colour in diverging_scale()])


def zero_line(axes: Axes) -> None:
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
