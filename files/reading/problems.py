"""What is wrong with a file, as values: a reader of the report can find the place and correct it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

REPORTED = 100  # problems kept in full; the rest are counted
# Then reading stops: a file of millions of faulty records would keep a process busy for a minute and say nothing new.
STOP_AT = 1_000
EXCERPT = 80  # characters of a value shown beside its problem


def printable(value: object, length: int = EXCERPT) -> str:
    """Return a value as one short line that is safe in a terminal, a page and a database."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: length + 1])
    return shown if len(shown) <= length else shown[:length] + "…"


@dataclass(frozen=True)
class FileProblem:
    """One thing wrong, where it stands, what stands there, and what was expected instead.

    Attributes
    ----------
    line : int or None
        Line in the file, counted from 1; None when the file as a whole is wrong.
    column : str, int or None
        The column's name where there is one, else the character within the line, counted from 1.
    value : str
        What stands there, shortened and made printable.
    message : str
        What was expected.
    """

    line: int | None
    column: str | int | None
    value: str
    message: str

    @property
    def place(self) -> str:
        line = "the file" if self.line is None else f"line {self.line}"
        if self.column is None:
            return line
        return f"{line}, {'character' if isinstance(self.column, int) else 'column'} {self.column}"

    def __str__(self) -> str:
        value = f" (found: {self.value})" if self.value else ""
        return f"{self.place}: {self.message}{value}"


class Problems:
    """The problems of one file: the first hundred in full, and how many were found.

    Raises ``UnreadableFile`` when there are ``stop_at`` of them; None = never.
    """

    def __init__(self, *, stop_at: int | None = STOP_AT) -> None:
        self.first: list[FileProblem] = []
        self.total = 0
        self.stop_at = stop_at

    def add(self, problem: FileProblem) -> None:
        self.total += 1
        if len(self.first) < REPORTED:
            self.first.append(problem)
        if self.stopped:
            raise UnreadableFile(self)

    @property
    def stopped(self) -> bool:
        return self.stop_at is not None and self.total >= self.stop_at

    def note(
        self, message: str, *, line: int | None = None, column: str | int | None = None, value: object = ""
    ) -> None:
        column = printable(column) if isinstance(column, str) else column
        self.add(FileProblem(line, column, printable(value), message))

    def raise_if_any(self) -> None:
        if self.total:
            raise UnreadableFile(self)

    def __iter__(self) -> Iterator[FileProblem]:
        return iter(self.first)

    def __len__(self) -> int:
        return self.total


class UnreadableFile(Exception):
    """A file that cannot be taken as it is; nothing of it was used."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems.first
        self.total = problems.total
        # True when there may be more than were counted.
        self.stopped = problems.stopped
        super().__init__("\n".join(self.report()))

    @property
    def left_out(self) -> int:
        return self.total - len(self.problems)

    def report(self) -> list[str]:
        """Return the problems as lines of text, with a count of those left out."""
        lines = [str(problem) for problem in self.problems]
        if self.left_out:
            lines.append(f"... and {self.left_out:,} more")
        if self.stopped:
            lines.append(f"Reading stopped after {self.total:,} problems; there may be more.")
        return lines
