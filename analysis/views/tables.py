"""A table on a page: the columns that have a heading, and a cell for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.reports.columns import Columns, ReportColumn


@dataclass(frozen=True)
class Cell:
    column: ReportColumn
    value: Any


@dataclass(frozen=True)
class PageTable:
    """What templates/analysis/_table.html shows. The first column names the row.

    ``sort`` is the order in force, ``query`` the address to which a heading adds its own. ``label`` is the id of the
    heading above the table; ``style`` its classes; ``row_style`` those of a row.
    """

    columns: Columns
    rows: Sequence[Any]
    label: str
    sort: str = ""
    query: str = ""
    style: str = "league"
    is_tall: bool = False
    row_style: Callable[[Any], str] = lambda row: ""

    @property
    def headings(self) -> list[ReportColumn]:
        return [column for column in self.columns if column.heading]

    def lines(self) -> Iterator[tuple[Any, str, list[Cell]]]:
        """Each row with its classes and its cells."""
        columns = self.headings
        for row in self.rows:
            yield row, self.row_style(row), [Cell(column, column.get(row)) for column in columns]
