"""Rows as Parquet, by the same columns as CSV and JSONL, a batch at a time. Pure: no Django.

pyarrow is imported within the functions: whoever serves participants must not have to load it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from files.columns import BOOLEAN, DECIMAL, JSON, NUMBER, TIME, Column

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 2000
Row = dict[str, Any]


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Each column under its name, with its meaning in the field's metadata."""
    import pyarrow as pa

    kinds = {DECIMAL: pa.float64(), NUMBER: pa.int64(), BOOLEAN: pa.bool_(), TIME: pa.timestamp("us", tz="UTC")}
    return pa.schema(
        [
            pa.field(column.name, kinds.get(column.kind, pa.string()), metadata={"description": column.help})
            for column in columns
        ]
    )


def write_parquet(file: Path | BinaryIO, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    """Write every row; an empty table still has its schema. The same rows give the same bytes."""
    from pyarrow import parquet

    with parquet.ParquetWriter(file, schema_of(columns), compression="zstd") as writer:
        for table in arrow_tables(rows, columns):
            writer.write_table(table)


def arrow_tables(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[pa.Table]:
    """The rows as Arrow tables of at most ``ROWS_AT_ONCE`` rows."""
    import pyarrow as pa

    schema, found = schema_of(columns), iter(rows)
    special = {column.name: CONVERTED[column.kind] for column in columns if column.kind in CONVERTED}
    while batch := list(itertools.islice(found, ROWS_AT_ONCE)):
        yield pa.Table.from_pylist([_converted(row, special) for row in batch], schema)


def _converted(row: Row, special: dict[str, Any]) -> Row:
    changed = {name: convert(row[name]) for name, convert in special.items() if row[name] is not None}
    return {**row, **changed} if changed else row


# Columns give times as ISO 8601, and lists and objects as they are.
CONVERTED = {TIME: datetime.fromisoformat, JSON: lambda value: json.dumps(value, ensure_ascii=False)}
