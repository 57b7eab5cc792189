"""A table on a page: the columns that have a heading, and a cell for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.reports.columns import Columns, ReportColumn


@dataclass(frozen=True)
class Cell:
    column: ReportColumn
    value: Any


Line = tuple[Any, str, list[Cell]]


@dataclass(frozen=True)
class PageTable:
    """What templates/analysis/_table.html shows. The first column names the row.

    ``sort`` is the order in force, ``query`` the address to which a heading adds its own. ``label`` is the id of the
    heading above the table; ``style`` its classes; ``row_style`` those of a row. With ``group_titles`` rows come in
    groups, in that order; ``group_of`` says which a row is in.
    """

    columns: Columns
    rows: Sequence[Any]
    label: str
    sort: str = ""
    query: str = ""
    style: str = "league"
    is_tall: bool = False
    row_style: Callable[[Any], str] = lambda row: ""
    group_of: Callable[[Any], str] = lambda row: ""
    group_titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> list[ReportColumn]:
        return [column for column in self.columns if column.heading]

    def groups(self) -> Iterator[tuple[str, list[Line]]]:
        """The rows under the titles of their groups; one group without a title where there are none."""
        if not self.group_titles:
            yield "", [self.line(row) for row in self.rows]
            return
        for key, title in self.group_titles.items():
            if rows := [row for row in self.rows if self.group_of(row) == key]:
                yield title, [self.line(row) for row in rows]

    def line(self, row: Any) -> Line:
        """The row, its classes and its cells."""
        return row, self.row_style(row), [Cell(column, column.get(row)) for column in self.headings]
