"""Is this the text file it claims to be? Looked at before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator

from files.reading.problems import Problems, printable
from files.reading.records import Limits

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
TEXT_WANTED = "Hand in plain text (JSONL, JSON, CSV, TSV or key: value text) in UTF-8."

# First bytes -> what the file is.
SIGNATURES: list[tuple[bytes, str]] = [
    (b"\x1f\x8b", "a gzip archive. Unpack it first"),
    (b"BZh", "a bzip2 archive. Unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive. Unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive. Unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive. Unpack it first"),
    (b"PAR1", "a Parquet file. Convert it to JSONL or CSV first"),
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


def check_content(data: bytes, limits: Limits, problems: Problems) -> None:
    """Note what makes the bytes as a whole unusable: too big, empty, or another kind of file."""
    if len(data) > limits.file_bytes:
        problems.note(f"The file has {len(data):,} bytes; the most that is taken is {limits.file_bytes:,}. Split it.")
        return
    if data.count(b"\n") > limits.lines:
        problems.note(f"The file has more than {limits.lines:,} lines. Split it.")
        return
    kind = other_kind_of_file(data)
    if kind:
        problems.note(f"This is {kind}. {TEXT_WANTED}")
    elif not data.removeprefix(BYTE_ORDER_MARK).strip():
        problems.note("The file is empty.")


def other_kind_of_file(data: bytes) -> str:
    """Return what the file is when it is not UTF-8 text, else ''. Archives are never unpacked."""
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return kind_of_zip(data)
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


def byte_lines(data: bytes, *, keep_ends: bool = False) -> Iterator[tuple[int, bytes]]:
    """Yield (number, line), cut at \\n only: U+2028 and its like are text, not line ends."""
    start, number = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line = data[start : end + 1]
        yield number, line if keep_ends else line.removesuffix(b"\n").removesuffix(b"\r")
        start, number = end + 1, number + 1


def decoded(line: bytes, number: int, problems: Problems) -> str | None:
    """Return a line as text, or note where it stops being UTF-8 or holds a NUL, and return None."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        note_bad_byte(line, number, error, problems)
        return None
    if "\x00" in text:
        column = text.index("\x00") + 1
        problems.note("A NUL character stands here; text must not hold one.", line=number, column=column, value=text)
        return None
    return text


def note_bad_byte(line: bytes, number: int, error: UnicodeDecodeError, problems: Problems) -> None:
    """Say which byte of the line is not UTF-8, and how to mend the file."""
    column = len(line[: error.start].decode("utf-8")) + 1
    around = line[max(0, error.start - 20) : error.start + 20].decode("utf-8", "backslashreplace")
    byte = line[error.start]
    problems.note(
        f"Byte {error.start + 1} of this line (0x{byte:02X}) is not UTF-8. Save the file as UTF-8.",
        line=number,
        column=column,
        value=printable(around),
    )


def decoded_whole(data: bytes, problems: Problems) -> str | None:
    """Return a whole file as text; note every line that cannot be decoded."""
    lines = [decoded(line, number, problems) for number, line in byte_lines(data, keep_ends=True)]
    return None if problems.total else "".join(line for line in lines if line is not None)
