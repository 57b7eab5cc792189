"""A table as data: its columns with their meanings, its rows; on a page, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from files.writing import write_csv

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """Rows of plain values under named columns; a value that is undefined is None, with its reason beside it."""

    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def as_csv(self) -> Iterator[str]:
        return write_csv((dict(zip(self.names, map(plain, row), strict=True)) for row in self.rows), self.names)


def plain(value: Value) -> Value:
    """A number that is nan is an empty cell in a file; a column of its own has the reason."""
    return None if isinstance(value, float) and value != value else value


def table_of(dicts: Iterable[dict[str, Value]], *, names: tuple[str, ...] = ()) -> Table:
    """A table of rows that all have the same keys; ``names`` gives the columns where there may be no row."""
    rows = list(dicts)
    columns = tuple(rows[0]) if rows else names
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in rows))
