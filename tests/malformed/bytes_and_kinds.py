"""Files that are no UTF-8 text, or no text at all."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Iterator

from tests.malformed.forms import FORMS, MalformedFile, first_line_of, form_bytes, good_rows

# name -> bytes that cannot stand in a UTF-8 text
BAD_BYTES = {
    "latin-1 letter": b"caf\xe9",
    "lone continuation": b"x\x80y",
    "overlong slash": b"\xc0\xaf",
    "surrogate in bytes": b"\xed\xa0\x80",
    "cut emoji": b"\xf0\x9f\x98",
    "beyond Unicode": b"\xf5\x80\x80\x80",
    "0xFF": b"\xff",
    "NUL": b"a\x00b",
}


def bad_bytes(kind: str) -> Iterator[MalformedFile]:
    """The bytes stand in the middle record, so there are good lines on both sides."""
    rows = good_rows(kind)
    marked = [dict(row) for row in rows]
    last_key = list(marked[1])[-1]
    marked[1][last_key] = "MARK"
    for form in FORMS:
        data = form_bytes(form, marked)
        line = data[: data.index(b"MARK")].count(b"\n") + 1
        for name, wrong in BAD_BYTES.items():
            yield MalformedFile(f"{name} in {form}", f"file.{form}", data.replace(b"MARK", wrong), line)


def other_kinds_of_file(kind: str) -> Iterator[MalformedFile]:
    """Archives, documents, other encodings, nothing: the file as a whole is wrong."""
    rows = good_rows(kind)
    for form in FORMS:
        good = form_bytes(form, rows)
        for name, data in wrapped(good, f"file.{form}").items():
            yield MalformedFile(f"{name} named {form}", f"file.{form}", data, None)
    for ending in ("xlsx", "parquet", "gz", "md", ""):
        yield MalformedFile(f"ending {ending!r}", f"file.{ending}".rstrip("."), form_bytes("csv", rows), None)


def wrapped(good: bytes, filename: str) -> dict[str, bytes]:
    text = good.decode()
    return {
        "nothing": b"",
        "blank lines": b"\n \n\r\n",
        "byte order mark only": b"\xef\xbb\xbf",
        "UTF-16": text.encode("utf-16"),
        "UTF-16 big-endian without mark": text.encode("utf-16-be"),
        "UTF-16 little-endian without mark": text.encode("utf-16-le"),
        "UTF-32": text.encode("utf-32"),
        "gzip": gzip.compress(good, mtime=0),
        "bzip2": bz2.compress(good),
        "xz": lzma.compress(good),
        "zip": zip_of({filename: good}),
        "Excel workbook": zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
        "zip bomb": zip_of({filename: b"0" * 20_000_000}),
        "Parquet": b"PAR1" + good + b"PAR1",
        "PDF": b"%PDF-1.7\n" + good,
        "SQLite": b"SQLite format 3\x00" + good,
        "log-in page": b"<!DOCTYPE html>\n<title>Log in</title>\n",
        "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    }


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def too_large(kind: str) -> Iterator[MalformedFile]:
    """One value and one record beyond the limits."""
    rows = good_rows(kind)
    key = list(rows[1])[-1]
    for size, name in ((200_001, "value"), (1_100_000, "record")):
        grown = [dict(row) for row in rows]
        grown[1][key] = "x" * size
        for form in FORMS:
            line = first_line_of(form, rows, 2) + (len(rows[1]) - 1 if form == "txt" else 0)
            yield MalformedFile(f"{name} too long in {form}", f"file.{form}", form_bytes(form, grown), line)
