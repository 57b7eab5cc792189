"""A record remembers its line, so that every later problem can name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from files.reading.problems import FileProblem, printable

# Numbers stay as they are written in the file ("007", "1e5"); null is None; nested values only in JSON.
Value = str | bool | None | dict[str, "Value"] | list["Value"]


@dataclass(frozen=True)
class Limits:
    """How much one file may hold. What is larger is refused before it can hurt."""

    file_bytes: int = 300_000_000
    # Where the limit comes from, for the message that a file is over it.
    file_bytes_from: str = ""
    lines: int = 3_000_000
    rows: int = 200_000
    record_bytes: int = 1_000_000
    field_characters: int = 200_000
    columns: int = 1_000
    # Every value costs about a hundred bytes of memory, however short it is in the file.
    cells: int = 3_000_000
    depth: int = 20
    number_digits: int = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One persona, question or annotation as the file gives it."""

    line: int
    values: dict[str, Value]

    def problem(self, column: str | None, message: str) -> FileProblem:
        """Return what is wrong with this record, or with one column of it."""
        value = self.values.get(column, "") if column is not None else ""
        return FileProblem(self.line, None if column is None else printable(column), printable(value), message)


@dataclass(frozen=True)
class Records:
    """All records of a file. `columns` is the header of a CSV file, else every key in order of first use."""

    form: str
    columns: tuple[str, ...]
    items: tuple[Record, ...]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
