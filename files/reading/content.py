"""The bytes of a file: whether they are the text they claim to be, and their lines, read a piece at a time."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

from files.reading.problems import Problems, printable
from files.reading.records import Limits

# A whole file in memory, or one that can be read and rewound.
Data = bytes | BinaryIO
PIECE = 65_536
NUL = "A NUL character here; text must not contain one."
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TEXT_WANTED = "Upload plain text (JSONL, JSON, CSV, TSV or key: value text) in UTF-8."

PARQUET = b"PAR1"
# First bytes -> what the file is.
SIGNATURES: list[tuple[bytes, str]] = [
    (b"\x1f\x8b", "a gzip archive. Unpack it first"),
    (b"BZh", "a bzip2 archive. Unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive. Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive. Unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive. Unpack it first"),
    (PARQUET, "a Parquet file. Its name must end in .parquet"),
    (b"ARROW1", "an Arrow file. Convert it to JSONL or CSV first"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file. Save the sheet as CSV (UTF-8)"),
    (b"SQLite format 3\x00", "an SQLite database. Export the table as CSV"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"{\\rtf", "an RTF document. Save it as plain text"),
    (b"version https://git-lfs", "a Git LFS pointer, not the data. Fetch the file itself"),
    (b"\xff\xfe\x00\x00", "UTF-32 text. Save it as UTF-8"),
    (b"\x00\x00\xfe\xff", "UTF-32 text. Save it as UTF-8"),
    (b"\xff\xfe", "UTF-16 text. Save it as UTF-8 (in Excel: CSV UTF-8)"),
    (b"\xfe\xff", "UTF-16 text. Save it as UTF-8 (in Excel: CSV UTF-8)"),
]


def as_file(data: Data) -> BinaryIO:
    """Return the file at its beginning; bytes become a file in memory."""
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    file.seek(0)
    return file


def size_of_file(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def sha256_of(data: Data) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    file = as_file(data)
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def check_content(file: BinaryIO, limits: Limits, problems: Problems, *, is_parquet: bool = False) -> None:
    """Note what makes the file as a whole unusable: too big, empty, or another kind of file."""
    size = size_of_file(file)
    if size > limits.file_bytes:
        problems.note(too_big(size, limits))
        return
    head = file.read(PIECE)
    file.seek(max(0, size - PIECE))
    tail = file.read(PIECE)
    file.seek(0)
    kind = other_kind_of_file(head, tail)
    if is_parquet:
        if not (head.startswith(PARQUET) and tail.endswith(PARQUET)):
            problems.note("This is not a Parquet file, or only a part of one.")
    elif kind:
        problems.note(f"This is {kind}. {TEXT_WANTED}")
    elif not head.removeprefix(BYTE_ORDER_MARK).strip() and size <= PIECE:
        problems.note("The file is empty.")


def too_big(size: int, limits: Limits) -> str:
    reason = f" ({limits.file_bytes_from})" if limits.file_bytes_from else ""
    return f"The file has {size:,} bytes; the limit is {limits.file_bytes:,}{reason}. Split it."


def other_kind_of_file(data: bytes, tail: bytes) -> str:
    """Return what the file is when it is not UTF-8 text, else ''. Archives are never unpacked."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        # The directory of a zip archive is at its end.
        return kind_of_zip(data + tail)
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return kind
    start = data.removeprefix(BYTE_ORDER_MARK)[:64].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "a web page or XML file (perhaps a log-in page saved in place of the data)"
    return "UTF-16 text without its mark. Save it as UTF-8" if looks_like_utf16(data) else ""


def kind_of_zip(data: bytes) -> str:
    if b"xl/" in data:
        return "an Excel workbook. Save the sheet as CSV (UTF-8)"
    if b"word/" in data:
        return "a Word document. Save it as plain text (UTF-8)"
    return "a zip archive. Unpack it first"


def looks_like_utf16(data: bytes) -> bool:
    """Say whether every second byte of the start is NUL, as in Western text saved as UTF-16."""
    start = data[:64]
    halves = (start[0::2], start[1::2])
    return len(start) >= 4 and any(half.count(0) >= 0.8 * len(half) for half in halves)


def byte_lines(
    file: BinaryIO, limits: Limits, problems: Problems, *, keep_ends: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line), cut at \\n only: U+2028 and its like are text, not line ends.

    Of a line longer than a record may be, only the beginning is yielded, one byte more than the limit.
    """
    number = 0
    while line := file.readline(limits.record_bytes + len(BYTE_ORDER_MARK) + 2):
        number += 1
        if number > limits.lines:
            problems.note(f"The file has more than {limits.lines:,} lines. Split it.")
            return
        if not line.endswith(b"\n"):
            skip_rest_of_line(file)
        line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
        yield number, line if keep_ends else line.removesuffix(b"\n").removesuffix(b"\r")


def skip_rest_of_line(file: BinaryIO) -> None:
    while (piece := file.readline(PIECE)) and not piece.endswith(b"\n"):
        pass


def decoded(line: bytes, number: int, problems: Problems) -> str | None:
    """Return a line as text, or note where it stops being UTF-8 or has a NUL, and return None."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        note_bad_byte(line, error.start, problems, line=number, column=column)
        return None
    if "\x00" in text:
        problems.note(NUL, line=number, column=text.index("\x00") + 1, value=text)
        return None
    return text


def note_bad_byte(
    piece: bytes, start: int, problems: Problems, *, line: int, column: int, bytes_before: int = 0
) -> None:
    """Say which byte of the line is not UTF-8, and how to correct the file."""
    around = piece[max(0, start - 20) : start + 20].decode("utf-8", "backslashreplace")
    problems.note(
        f"Byte {bytes_before + start + 1} of this line (0x{piece[start]:02X}) is not UTF-8. Save the file as UTF-8.",
        line=line,
        column=column,
        value=printable(around),
    )


class PieceDecoder:
    """Decodes a file in pieces, however long its lines are; notes every piece that is not UTF-8 or has a NUL.

    What cannot be decoded is replaced, so that reading can continue to the next problem.
    """

    def __init__(self, file: BinaryIO, limits: Limits, problems: Problems) -> None:
        self.file = file
        self.limits = limits
        self.problems = problems
        self.line = 1
        self.start_line()

    def start_line(self) -> None:
        self.bytes_before, self.characters_before, self.carried = 0, 0, b""

    def __iter__(self) -> Iterator[str]:
        self.file.seek(len(BYTE_ORDER_MARK) if self.file.read(3) == BYTE_ORDER_MARK else 0)
        while piece := self.file.readline(PIECE):
            yield self.decoded(self.carried + piece)
            if piece.endswith(b"\n"):
                self.line += 1
                self.start_line()
            if self.line > self.limits.lines:
                self.problems.note(f"The file has more than {self.limits.lines:,} lines. Split it.")
                return
        if self.carried:
            self.note_bad_byte(self.carried, 0)

    def decoded(self, piece: bytes) -> str:
        """Return the text of a piece; the bytes of a character that it cuts in two are kept for the next one."""
        try:
            text, used = codecs.utf_8_decode(piece, "strict", False)
        except UnicodeDecodeError as error:
            self.note_bad_byte(piece, error.start)
            text, used = piece.decode("utf-8", "replace"), len(piece)
        if "\x00" in text:
            column = self.characters_before + text.index("\x00") + 1
            self.problems.note(NUL, line=self.line, column=column, value=text)
            text = text.replace("\x00", " ")
        self.bytes_before += used
        self.characters_before += len(text)
        self.carried = piece[used:]
        return text

    def note_bad_byte(self, piece: bytes, start: int) -> None:
        column = self.characters_before + len(piece[:start].decode("utf-8")) + 1
        note_bad_byte(piece, start, self.problems, line=self.line, column=column, bytes_before=self.bytes_before)
