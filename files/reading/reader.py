"""From a file to records: the form is told by the file's name, never guessed from its content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from files.reading.content import Data, as_file, check_content
from files.reading.csv_form import read_csv
from files.reading.json_forms import read_json, read_jsonl
from files.reading.parquet_form import read_parquet
from files.reading.problems import Problems
from files.reading.records import Limits, Record, Records
from files.reading.text_form import read_text

# Ending of the name -> form.
FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "text",
    ".parquet": "parquet",
}


def read_records(data: Data, *, filename: str, limits: Limits = Limits()) -> Records:  # noqa: B008 (frozen)
    """Read every record of a file, or raise with everything that is wrong.

    Parameters
    ----------
    data : bytes or binary file
        The file as it was uploaded; a file must be able to seek.
    filename : str
        Its name; the ending (.jsonl, .ndjson, .json, .csv, .tsv, .txt, .parquet) tells the form.
    limits : Limits
        The most that is taken.

    Returns
    -------
    Records
        At least one record, in the order of the file, each with its line.

    Raises
    ------
    UnreadableFile
        With the first hundred problems and their total. No other exception comes from a malformed file.
    """
    problems = Problems()
    items = tuple(iterate_records(data, filename=filename, problems=problems, limits=limits))
    problems.raise_if_any()
    columns = dict.fromkeys(key for record in items for key in record.values)
    return Records(form=form_of(filename), columns=tuple(columns), items=items)


def iterate_records(
    data: Data,
    *,
    filename: str,
    problems: Problems,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Iterator[Record]:
    """Yield records one at a time, for files too large for memory; problems are added as they are found.

    The caller must use nothing of the file when `problems` is not empty at the end.
    """
    file = as_file(data)
    form = form_of(filename)
    check_content(file, limits, problems, is_parquet=form == "parquet")
    if not form:
        wanted = ", ".join(FORMATS)
        problems.note(f"The name of the file must end in one of {wanted}.", value=filename)
    if problems.total:
        return
    yield from counted(records_of_form(form, file, limits, problems), limits, problems)


def form_of(filename: str) -> str:
    return FORMATS.get(PurePath(filename).suffix.lower(), "")


def records_of_form(form: str, file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[Record]:
    if form == "jsonl":
        return read_jsonl(file, limits, problems)
    if form == "json":
        return read_json(file, limits, problems)
    if form == "text":
        return read_text(file, limits, problems)
    if form == "parquet":
        return read_parquet(file, limits, problems)
    return read_csv(file, "," if form == "csv" else "\t", limits, problems)


def counted(records: Iterator[Record], limits: Limits, problems: Problems) -> Iterator[Record]:
    """Pass records on until there are too many of them, or none."""
    rows = cells = 0
    for record in records:
        rows += 1
        cells += size_of(record)
        if rows > limits.rows:
            problems.note(f"More than {limits.rows:,} records. Split the file.", line=record.line)
            return
        if cells > limits.cells:
            problems.note(f"More than {limits.cells:,} values. Split the file.", line=record.line)
            return
        yield record
    if not rows and not problems.total:
        problems.note("The file contains no records (at most a header).", line=1)


def size_of(record: Record) -> int:
    """Return how many values a record holds, those one level down included."""
    return sum(len(value) if isinstance(value, dict | list) else 1 for value in record.values.values())
