"""Tables as other programs write them: semicolons, tabs under .csv, Windows' encoding; and as this site reads them."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from files.reading.content import BYTE_ORDER_MARK, Data, as_file

HEAD = 65_536
SCANNED = 5_000_000
IN_MEMORY = 5_000_000
LONGEST = 1_000_000
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows-1252 (Latin-1)"}
ENDINGS = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    encoding: str

    @property
    def words(self) -> str:
        """What the question says of it."""
        return f"columns separated by {SEPARATORS[self.delimiter]}, text in {ENCODINGS[self.encoding]}"


def foreign_dialect(data: Data, filename: str) -> Dialect | None:
    """The dialect of a table that is not the one its name promises (comma or tab, UTF-8); None for all other files."""
    expected = ENDINGS.get(PurePath(filename).suffix.lower())
    if expected is None:
        return None
    file = as_file(data)
    head = file.read(HEAD)
    file.seek(0)
    encoding = encoding_of(file)
    file.seek(0)
    if encoding is None:
        return None
    found = Dialect(delimiter_of(head.decode(encoding, errors="replace"), expected), encoding)
    return None if found == Dialect(expected, "utf-8") else found


def encoding_of(file: BinaryIO) -> str | None:
    """utf-8; cp1252 where the bytes are not that but could have been written on Windows; else None."""
    for encoding in ENCODINGS:
        file.seek(0)
        if can_be_read_as(encoding, file):
            return encoding
    return None


def can_be_read_as(encoding: str, file: BinaryIO) -> bool:
    """By the beginning of the file; what comes later is the reader's to refuse."""
    head = file.read(SCANNED)
    if b"\x00" in head:
        return False
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < SCANNED)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(head: str, expected: str) -> str:
    """The separator of the header, outside quotes; the expected one where it is there at all."""
    header = next((line for line in head.lstrip("\ufeff").splitlines() if line.strip()), "")
    outside = "".join(header.split('"')[::2])
    counts = Counter(character for character in outside if character in SEPARATORS)
    if counts[expected] or not counts:
        return expected
    return counts.most_common(1)[0][0]


def first_rows(data: Data, dialect: Dialect, most: int = 5) -> list[list[str]]:
    """The beginning of the table as the dialect reads it, for whoever is asked whether it is right."""
    head = as_file(data).read(HEAD).removeprefix(BYTE_ORDER_MARK).decode(dialect.encoding, errors="replace")
    return list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=dialect.delimiter), most))


def converted(data: Data, filename: str, dialect: Dialect) -> BinaryIO:
    """The same table as its name promises: RFC 4180 in UTF-8. Values are not changed; raises ``csv.Error``."""
    file = as_file(data)
    if file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
        file.seek(0)
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller's)
    written = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
    read = io.TextIOWrapper(file, encoding=dialect.encoding, newline="")
    csv.field_size_limit(LONGEST)
    try:
        rows = csv.reader(read, delimiter=dialect.delimiter, strict=True)
        csv.writer(written, delimiter=ENDINGS[PurePath(filename).suffix.lower()]).writerows(rows)
    finally:
        read.detach()
        written.detach()
    made.seek(0)
    return made  # type: ignore[return-value]
