"""Parquet read as records: a batch at a time, every value as the text that the other forms have. Pure: no Django."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from files.reading.problems import Problems
from files.reading.records import Limits, Record, Value
from files.reading.values import check_values

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

ROWS_AT_ONCE = 500
# A few kilobytes can claim terabytes: what a row group says it becomes is asked before it is read.
MOST_TIMES_THE_LIMIT = 4


def read_parquet(file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield one record per row; its line is its number, from 1. pyarrow is loaded for such files only."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        opened = parquet.ParquetFile(file)
        if not is_small_enough(opened.metadata, limits, problems):
            return
        number = 0
        for batch in opened.iter_batches(batch_size=ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                values = {str(name).strip(): as_value(value) for name, value in row.items()}
                before = problems.total
                check_values(values, number, limits, problems)
                if problems.total == before:
                    yield Record(number, values)
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        problems.note(f"This Parquet file cannot be read: {first[:200]}")


def is_small_enough(metadata: FileMetaData, limits: Limits, problems: Problems) -> bool:
    """Note a file that would become larger than a file of another form may be."""
    before = problems.total
    if metadata.num_columns > limits.columns:
        problems.note(f"{metadata.num_columns:,} columns; the limit is {limits.columns:,}.")
    if metadata.num_rows > limits.rows:
        problems.note(f"More than {limits.rows:,} records. Split the file.")
    size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if size > limits.file_bytes * MOST_TIMES_THE_LIMIT:
        problems.note(f"Unpacked it would have {size:,} bytes. Split the file.")
    names = [name.strip().casefold() for name in metadata.schema.to_arrow_schema().names]
    if len(set(names)) < len(names):
        problems.note("Two columns have the same name.")
    return problems.total == before


def as_value(value: Any) -> Value:
    """A number as it would be written in JSON; a time in ISO 8601; what is not a number is no value."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return None if value != value else json.dumps(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): as_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_value(part) for part in value]
    if isinstance(value, bytes):
        raise ValueError("a column has bytes; write text")
    return str(value)
