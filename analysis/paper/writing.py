"""Write the figures of a study into a folder: SVG, PDF, CSV and caption of each, and methods.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from analysis.options import ReportOptions
from analysis.paper import captions
from analysis.paper.bars import histograms_figure
from analysis.paper.dots import ceiling_figure, league_figure
from analysis.paper.grids import matrix_figure, panels_figure
from analysis.paper.methods import methods_of
from analysis.paper.style import paper_style, save
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.histograms import histograms_of
from analysis.reports.overview import Overview, overview_of
from analysis.reports.persona_matrix import (
    FILE_COLUMNS,
    Panel,
    all_cells,
    default_panels,
    panels_of,
    persona_matrix,
    prompts_of,
)
from analysis.reports.persona_order import Order
from analysis.results import Results, results_of
from annotation.integrity.snapshot import one_moment
from annotation.models import Study
from files.writing import write_csv

NAMES = ("league", "ceiling", "annotators", "personas", "histograms")
MOST_PERSONAS = 60
"""More than this in a matrix is no figure; the table behind it may have more."""
MOST_IN_TABLE = 300
"""Above it the table has what is drawn: six panels of 1,586 personas would be a gigabyte."""
Progress = Callable[[str, int, int], None]
Lines = Iterable[str]


@dataclass(frozen=True)
class PaperFigure:
    """A figure before it is drawn: its file name, caption, drawing, and the lines of the CSV behind it."""

    name: str
    caption: str
    draw: Callable[[], Figure]
    table: Lines


def no_progress(doing: str, done: int, of: int) -> None:
    """For callers that need not know."""


def write_figures(
    study: Study, folder: Path, *, options: ReportOptions | None = None, progress: Progress = no_progress
) -> list[Path]:
    """Fill the folder, writing over figures of an earlier run; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with one_moment(), paper_style():
        results = results_of(Study.objects.get(pk=study.pk), options)
        overview = overview_of(results)
        for done, figure in enumerate(figures_of(results, overview)):
            progress(f"drawing {figure.name}", done, len(NAMES))
            written += write_one(folder, figure)
        written.append(write_lines(folder / "methods.md", [methods_of(results, overview)]))
    return written


def figures_of(results: Results, overview: Overview) -> Iterator[PaperFigure]:
    yield league(overview)
    yield ceiling(overview)
    yield annotators(results, overview)
    yield personas(results)
    yield histograms(results, overview)


def league(overview: Overview) -> PaperFigure:
    table = overview.league.table().as_csv()
    return PaperFigure("league", captions.league_caption(overview), lambda: league_figure(overview.league), table)


def ceiling(overview: Overview) -> PaperFigure:
    """Its numbers are in the league table."""
    caption = captions.ceiling_caption(overview)
    table = overview.league.table().as_csv()
    return PaperFigure("ceiling", caption, lambda: ceiling_figure(overview.league), table)


def annotators(results: Results, overview: Overview) -> PaperFigure:
    matrix = annotator_matrix(results)
    caption = captions.matrix_caption(matrix, overview)
    return PaperFigure("annotators", caption, lambda: matrix_figure(matrix), matrix.table().as_csv())


def personas(results: Results) -> PaperFigure:
    prompts, panels = prompts_of(results), default_of(results)
    shown = np.arange(min(MOST_PERSONAS, len(results.matrix.personas)))
    matrices = [persona_matrix(results, prompts, panel, order=Order(shown)) for panel in panels]
    has_all = len(results.matrix.personas) <= MOST_IN_TABLE
    rows = all_cells(results, prompts, panels, most=None if has_all else MOST_PERSONAS)
    caption = captions.panels_caption(matrices, results, most=MOST_PERSONAS, has_all=has_all)
    cells = write_csv(rows, FILE_COLUMNS)
    return PaperFigure("personas", caption, lambda: panels_figure(matrices), cells)


def default_of(results: Results) -> list[Panel]:
    wanted = default_panels(results)
    return [panel for panel in panels_of(results) if panel.key in wanted]


def histograms(results: Results, overview: Overview) -> PaperFigure:
    report = histograms_of(results)
    caption = captions.histograms_caption(report, overview)
    return PaperFigure("histograms", caption, lambda: histograms_figure(report), report.table().as_csv())


def write_one(folder: Path, figure: PaperFigure) -> list[Path]:
    save(figure.draw(), folder, figure.name)
    files = [folder / f"{figure.name}.{form}" for form in ("svg", "pdf")]
    table = write_lines(folder / f"{figure.name}.csv", figure.table)
    return [*files, table, write_lines(folder / f"{figure.name}.txt", [figure.caption, "\n"])]


def write_lines(path: Path, lines: Lines) -> Path:
    # newline="": RFC 4180's CRLF stays as it is.
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return path
