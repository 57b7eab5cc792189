"""Which files of a folder are census files, told by their columns, and how to read them a piece at a time."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from personas.pums.dictionary import is_dictionary
from personas.pums.problems import CensusProblem

BLOCK = 8 << 20
"""Bytes of text in memory at once."""
LONGEST_HEADER = 100_000
BLANKS = ["", "b", "bb", "bbb", "bbbb", "bbbbb", "bbbbbb", "bbbbbbb", "N", "NA"]
PERSON_COLUMNS = ("SERIALNO", "PWGTP", "AGEP")
HOUSING_COLUMNS = ("SERIALNO", "WGTP")


@dataclass(frozen=True)
class CensusFile:
    """A CSV file, plain, gzipped, or a member of a ZIP file, with its columns as they are written."""

    path: Path
    member: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path.name}: {self.member}" if self.member else self.path.name

    def named(self, variable: str) -> str | None:
        """Return how this file writes the variable's name, or None where it has no such column."""
        return next((column for column in self.columns if canonical(column) == variable), None)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        if self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                yield file
        elif self.path.suffix == ".gz":
            with gzip.open(self.path, "rb") as file:
                yield file  # type: ignore[misc]
        else:
            with self.path.open("rb") as file:
                yield file


@dataclass(frozen=True)
class CensusFolder:
    """The census files of a folder, by what they hold."""

    path: Path
    persons: tuple[CensusFile, ...]
    housing: tuple[CensusFile, ...]
    dictionary: Path


def canonical(column: str) -> str:
    """Return a column's name without the ways in which files differ: case, quotes, a byte order mark."""
    return column.strip().strip('"').lstrip("\ufeff").strip().upper()


def find_files(folder: Path) -> CensusFolder:
    """Return the person, housing and dictionary files of a folder. Raises CensusProblem."""
    if not folder.is_dir():
        raise CensusProblem(f"There is no folder {folder}.")
    persons: list[CensusFile] = []
    housing: list[CensusFile] = []
    dictionaries: list[Path] = []
    for path in sorted(folder.iterdir()):
        for file, first_line in csv_files_in(path):
            names = {canonical(column) for column in file.columns}
            if is_dictionary(first_line) and not file.member:
                dictionaries.append(path)
            elif names.issuperset(PERSON_COLUMNS):
                persons.append(file)
            elif names.issuperset(HOUSING_COLUMNS):
                housing.append(file)
    if not persons:
        raise CensusProblem(
            f"{folder}: no person file was found. It is a CSV file, zipped or not, with the columns "
            f"{', '.join(PERSON_COLUMNS)}, such as psam_p06.csv."
        )
    if len(dictionaries) != 1:
        found = "none was found" if not dictionaries else f"found {', '.join(path.name for path in dictionaries)}"
        raise CensusProblem(
            f"{folder}: put one data dictionary beside the files, such as PUMS_Data_Dictionary_2023.csv of the same "
            f"year; {found}."
        )
    return CensusFolder(folder, tuple(persons), tuple(housing), dictionaries[0])


def csv_files_in(path: Path) -> Iterator[tuple[CensusFile, str]]:
    """Yield the CSV files that a path is or holds, each with its first line."""
    if path.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(path) as archive:
                members = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        except zipfile.BadZipFile as error:
            raise CensusProblem(f"{path.name}: not a sound ZIP file ({error}).") from error
        for member in members:
            yield with_columns(path, member)
    elif re.search(r"\.csv(\.gz)?$", path.name, re.IGNORECASE) and path.is_file():
        yield with_columns(path, "")


def with_columns(path: Path, member: str) -> tuple[CensusFile, str]:
    try:
        with CensusFile(path, member, ()).open() as file:
            line = file.readline(LONGEST_HEADER).decode("utf-8", "replace").strip()
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise CensusProblem(f"{path.name}: cannot be read ({error}).") from error
    return CensusFile(path, member, tuple(cell.strip().strip('"') for cell in line.split(","))), line


def batches(file: CensusFile, variables: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the variables that the file has, a few megabytes at a time, as Arrow arrays of text or whole numbers."""
    import pyarrow as pa
    from pyarrow import csv

    names = {variable: name for variable in variables if (name := file.named(variable)) is not None}
    types = {name: pa.string() if variable == "SERIALNO" else pa.int32() for variable, name in names.items()}
    options = csv.ConvertOptions(
        include_columns=list(names.values()), column_types=types, null_values=BLANKS, quoted_strings_can_be_null=True
    )
    # One thread: an error then names its row, and the site keeps the other core.
    reading = csv.ReadOptions(block_size=BLOCK, use_threads=False, column_names=list(file.columns), skip_rows=1)
    try:
        with file.open() as stream, csv.open_csv(stream, reading, convert_options=options) as reader:
            for batch in reader:
                yield {variable: batch.column(name) for variable, name in names.items()}
    except (pa.ArrowInvalid, OSError, EOFError, zipfile.BadZipFile) as error:
        raise CensusProblem(f"{file}: {words_of(str(error), file)}") from error


def words_of(error: str, file: CensusFile) -> str:
    """Return Arrow's complaint with the column's name in place of its number."""
    found = re.search(
        r"In CSV column #(\d+): (?:Row #(\d+): )?CSV conversion error to \w+: invalid value '(.*)'", error
    )
    if not found:
        return error
    column = file.columns[int(found[1])] if int(found[1]) < len(file.columns) else f"#{found[1]}"
    line = f"line {int(found[2]):,}, " if found[2] else ""
    return f"{line}column {column}: {found[3]!r} is not a whole number."
