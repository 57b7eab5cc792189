"""CSV and TSV by RFC 4180, strictly: a quote that never closes or a short row is an error with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from files.reading.content import byte_lines, decoded
from files.reading.problems import Problems
from files.reading.records import Limits, Record

# The csv module's own limit is one for the process; ours is checked per value, below this one.
csv.field_size_limit(2_000_000)

QUOTED = re.compile(r'"(?:[^"]|"")*+"')
BARE = {",": re.compile(r'[^",\r\n]*+'), "\t": re.compile(r'[^"\t\r\n]*+')}
FIELD = {
    separator: re.compile(rf"(?:{QUOTED.pattern}|{bare.pattern})(?={separator}|\r?\n|\r?\Z)")
    for separator, bare in BARE.items()
}


class RowTooLong(Exception):
    """A row has more bytes than a record may have: usually a quote that is never closed."""


class LineFeed:
    """Hands decoded lines to the csv module and keeps those of the row being read."""

    def __init__(self, file: BinaryIO, limits: Limits, problems: Problems) -> None:
        self.source = byte_lines(file, limits, problems, keep_ends=True)
        self.limits = limits
        self.problems = problems
        self.row: list[str] = []
        self.size = 0
        self.first_line = 1
        self.line = 0

    def start_row(self) -> None:
        self.row, self.size, self.first_line = [], 0, self.line + 1

    def __iter__(self) -> LineFeed:
        return self

    def __next__(self) -> str:
        self.line, raw = next(self.source)
        self.size += len(raw)
        if self.size > self.limits.record_bytes:
            raise RowTooLong(raw.decode("utf-8", "replace"))
        text = decoded(raw, self.line, self.problems)
        # A line that cannot be read is noted; its place is kept, so that the lines after it are still checked.
        text = "\n" if text is None else text
        self.row.append(text)
        return text


def read_csv(file: BinaryIO, delimiter: str, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield one record per row below the header; blank lines are passed over."""
    header: list[str] | None = None
    for line, row in rows(LineFeed(file, limits, problems), delimiter, problems):
        if header is None:
            header = [name.strip() for name in row]
            if not header_is_sound(header, line, delimiter, limits, problems):
                return
        elif problems.total > limits.rows:
            return
        elif len(row) != len(header):
            note_wrong_length(row, header, line, problems)
        elif fields_are_short_enough(row, header, line, limits, problems):
            yield Record(line, dict(zip(header, row, strict=True)))


def rows(feed: LineFeed, delimiter: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield (line where it starts, fields) for every row that is not blank; stop where the quotes stop making sense."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except RowTooLong as error:
            note_long_row(feed, str(error), delimiter, problems)
            return
        except csv.Error:
            note_broken_row(feed, delimiter, problems)
            return
        raw = "".join(feed.row)
        if '"' in raw and first_break(raw, delimiter) is not None:
            note_broken_row(feed, delimiter, problems)
        elif row:
            yield feed.first_line, row


def first_break(raw: str, delimiter: str) -> int | None:
    """Return where a row stops following RFC 4180, or None. The csv module lets a quote inside a bare value pass."""
    position = 0
    while True:
        match = FIELD[delimiter].match(raw, position)
        if match is None:
            return position
        position = match.end()
        if not raw.startswith(delimiter, position):
            return None
        position += 1


def note_long_row(feed: LineFeed, last_line: str, delimiter: str, problems: Problems) -> None:
    """Name the quote that may not be closed, else the line where the row starts."""
    raw = "".join(feed.row) + last_line
    start = first_break(raw, delimiter)
    at = start if start is not None and raw.startswith('"', start) else 0
    line, column = place_in_row(feed, raw, at)
    message = f"More than {feed.limits.record_bytes:,} bytes in one row. Is the quote that opens here not closed?"
    message = message if at == start else message.replace("the quote that opens here", "a quote")
    problems.note(message, line=line, column=column, value=raw[at : at + 60])


def place_in_row(feed: LineFeed, raw: str, position: int) -> tuple[int, int]:
    """Return the line in the file and the character in that line of a position in the row."""
    return feed.first_line + raw.count("\n", 0, position), position - raw.rfind("\n", 0, position)


def note_broken_row(feed: LineFeed, delimiter: str, problems: Problems) -> None:
    """Name the line and character where the row breaks: for an unclosed quote, where it opened."""
    raw = "".join(feed.row)
    start = first_break(raw, delimiter)
    end, message = (0, "The value is far too long.") if start is None else broken_field(raw, start, delimiter)
    line, column = place_in_row(feed, raw, end)
    problems.note(message, line=line, column=column, value=raw[end : end + 60])


def broken_field(raw: str, start: int, delimiter: str) -> tuple[int, str]:
    """Return (position to show, message) for the value that starts at `start` and cannot be read."""
    if raw.startswith('"', start):
        closed = QUOTED.match(raw, start)
        if closed is None:
            return start, "The quote that opens here is never closed."
        return (
            start,
            f"The quoted value that opens here is followed by {raw[closed.end()]!r}. Double a quote inside a value.",
        )
    bare = BARE[delimiter].match(raw, start)
    position = bare.end() if bare else start
    if raw.startswith('"', position):
        return position, "A quote inside a value: put the whole value in quotes and double the quote."
    return position, "A lone carriage return. End lines with a line feed (LF or CRLF), or put the value in quotes."


def header_is_sound(header: list[str], line: int, delimiter: str, limits: Limits, problems: Problems) -> bool:
    """Note what makes the header unusable: an empty or repeated name, too many columns, another separator."""
    before = problems.total
    if len(header) > limits.columns:
        problems.note(f"{len(header):,} columns; the limit is {limits.columns:,}.", line=line)
        return False
    seen: dict[str, int] = {}
    for number, name in enumerate(header, start=1):
        first = seen.setdefault(name.casefold(), number)
        if not name:
            problems.note(f"Column {number} has no name.", line=line, column=f"number {number}")
        elif first != number:
            problems.note(f"The same name as column {first}.", line=line, column=f"number {number}", value=name)
    if len(header) == 1:
        note_other_separator(header[0], line, delimiter, problems)
    return problems.total == before


def note_other_separator(name: str, line: int, delimiter: str, problems: Problems) -> None:
    """A header of one column that holds another separator is a file of the wrong kind."""
    wanted = {",": "commas (.csv)", "\t": "tabs (.tsv)"}[delimiter]
    if any(other in name for other in {";", "\t", ","} - {delimiter}):
        problems.note(f"One column only: the columns must be separated by {wanted}.", line=line, value=name)


def note_wrong_length(row: list[str], header: list[str], line: int, problems: Problems) -> None:
    message = f"{len(row)} values, but the header has {len(header)} columns."
    if len(row) > len(header):
        problems.note(message + " Is a comma not in quotes?", line=line, value=row[len(header)])
    else:
        problems.note(message, line=line, column=header[len(row)], value="")


def fields_are_short_enough(row: list[str], header: list[str], line: int, limits: Limits, problems: Problems) -> bool:
    for name, field in zip(header, row, strict=True):
        if len(field) > limits.field_characters:
            message = f"{len(field):,} characters; the limit for one value is {limits.field_characters:,}."
            problems.note(message, line=line, column=name, value=field)
            return False
    return True
