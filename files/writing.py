"""Rows as CSV or JSONL, a piece at a time, and back again. Pure: no Django.

JSONL holds every value exactly. CSV is RFC 4180 (commas, CRLF, quotes doubled,
UTF-8) with one change, because spreadsheets run cells that look like formulas:
a text that begins with one of ``= + - @``, their full-width forms, TAB, CR, LF,
NUL or an apostrophe gets an apostrophe in front. To undo it, take one
apostrophe away from every text that begins with one; ``read_csv`` does. Nothing
is lost, since texts that begin with an apostrophe got a second one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from files.columns import BOOLEAN, DECIMAL, NUMBER, TEXT, Column, Value

GUARD = "'"
GUARDED = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\x00", GUARD)
WRITTEN = {True: "true", False: "false", None: ""}


def write_jsonl(rows: Iterable[dict[str, Value]]) -> Iterator[str]:
    """Yield one JSON object per line, keys in column order, text as it is."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def write_csv(rows: Iterable[dict[str, Value]], names: Sequence[str]) -> Iterator[str]:
    """Yield the header, then one row at a time; an empty export still has its header."""
    yield csv_line([guarded(name) for name in names])
    for row in rows:
        yield csv_line([cell(row[name]) for name in names])


def csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def cell(value: Value) -> str:
    """Return a value as it stands in a CSV file."""
    if isinstance(value, str):
        return guarded(value)
    return WRITTEN[value] if value is None or isinstance(value, bool) else str(value)


def guarded(text: str) -> str:
    return GUARD + text if text.startswith(GUARDED) else text


def read_csv(text: str, columns: Sequence[Column]) -> Iterator[dict[str, Value]]:
    """Yield the rows of a written CSV with every value as it was; the exact inverse of ``write_csv``.

    >>> from files.columns import TEXT, Column
    >>> columns = [Column("said", TEXT, "What was said.", str)]
    >>> list(read_csv("".join(write_csv([{"said": "=1+1"}], ["said"])), columns))
    [{'said': '=1+1'}]
    """
    kinds = {column.name: column.kind for column in columns}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {name: read_cell(written, kinds[name]) for name, written in row.items()}


def read_cell(written: str, kind: str) -> Value:
    if kind == TEXT:
        return written.removeprefix(GUARD)
    if not written:
        return None
    if kind == BOOLEAN:
        return written == "true"
    if kind == DECIMAL:
        return float(written)
    return int(written) if kind == NUMBER else written
