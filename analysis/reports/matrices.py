"""Agreement matrices: kappa of every row with every column, with n, interval, and the reason where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isnan, nan

import numpy as np

from analysis.reports.metrics import Described, Metric
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import number
from analysis.stats.labels import FloatArray, IntArray
from analysis.stats.undefined import Undefined

Reasons = tuple[tuple[Undefined | None, ...], ...]
COLUMNS = ("row", "column", "kappa", "low", "high", "n", "undefined")


@dataclass(frozen=True)
class Cell:
    """One kappa, as a table shows it; ``is_own`` marks an annotator against itself."""

    kappa: float
    low: float
    high: float
    n: int
    undefined: Undefined | None
    is_own: bool = False

    @property
    def interval(self) -> str:
        return "" if isnan(self.low) else f"[{number(self.low)}, {number(self.high)}]"

    @property
    def doubt(self) -> str:
        """The interval, or in a few words why there is none worth showing."""
        if self.kappa == self.low == self.high == 0:
            return "by algebra: one side never varies"
        return self.interval or "no interval"


@dataclass(frozen=True, eq=False)
class KappaMatrix:
    """A matrix as figure, table and file show it.

    ``title`` is its finding; ``rows`` and ``columns`` name the annotators or personas; ``kappa``, ``low``, ``high``
    and ``n`` have shape (rows, columns). A symmetric matrix compares each row with itself on its diagonal, which says
    nothing and is left empty. ``kappa`` holds the ``metric``, whichever that is; ``groups`` are names along the edge,
    each for so many rows.
    """

    key: str
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_title: str
    column_title: str
    kappa: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    reasons: Reasons
    is_symmetric: bool
    interval_words: str
    metric: Metric = Metric.KAPPA
    groups: tuple[tuple[str, int], ...] = ()

    @property
    def is_square(self) -> bool:
        """Whether rows and columns are the same, so that groups along one edge hold for the other."""
        return self.rows == self.columns

    def cell(self, row: int, column: int) -> Cell:
        return Cell(
            float(self.kappa[row, column]),
            float(self.low[row, column]),
            float(self.high[row, column]),
            int(self.n[row, column]),
            self.reasons[row][column],
            self.is_symmetric and row == column,
        )

    def cells(self) -> Iterator[tuple[str, list[Cell]]]:
        """The rows of the table: a name, and its cells."""
        for row, name in enumerate(self.rows):
            yield name, [self.cell(row, column) for column in range(len(self.columns))]

    def table(self) -> Table:
        return table_of(self.plain_rows(), names=COLUMNS)

    def plain_rows(self) -> Iterator[dict[str, Value]]:
        for row, (name, cells) in enumerate(self.cells()):
            for column, cell in enumerate(cells):
                if not (self.is_symmetric and column >= row):
                    yield _plain_cell(name, self.columns[column], cell)

    def off_diagonal(self) -> FloatArray:
        """Every defined kappa once, without an annotator against itself."""
        places = np.tril_indices(len(self.rows), -1) if self.is_symmetric else np.indices(self.kappa.shape)
        values = self.kappa[tuple(places)].ravel()
        return values[~np.isnan(values)]


def _plain_cell(row: str, column: str, cell: Cell) -> dict[str, Value]:
    reason = cell.undefined.value if cell.undefined else ""
    return dict(zip(COLUMNS, (row, column, cell.kappa, cell.low, cell.high, cell.n, reason), strict=True))


@dataclass(frozen=True, eq=False)
class Parts:
    """The numbers of a matrix whose cells are single tables: kappa with its analytic interval."""

    kappa: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    reasons: Reasons


def parts_of_tables(tables: IntArray, metric: Metric = Metric.KAPPA) -> Parts:
    """The metric, interval, n and reason of every table in an array of shape (rows, columns, K, K)."""
    shape = tables.shape[:2]
    cells = [
        [_described(metric, *map(tuple, tables[row, column].tolist())) for column in range(shape[1])]
        for row in range(shape[0])
    ]
    numbers = np.array([[cell[:3] for cell in row] for row in cells], dtype=np.float64).reshape(*shape, 3)
    return Parts(
        kappa=numbers[..., 0],
        low=numbers[..., 1],
        high=numbers[..., 2],
        n=tables.sum(axis=(2, 3)),
        reasons=tuple(tuple(cell[3] for cell in row) for row in cells),
    )


@lru_cache(maxsize=20_000)
def _described(metric: Metric, *table: tuple[int, ...]) -> Described:
    """A matrix of ten-item tables has few different ones, so each is described once."""
    if not any(map(any, table)):
        return nan, nan, nan, Undefined.NO_OVERLAP
    return metric.describe(table)
