"""Rows of whole numbers from a query into a numpy array, without a Python object per row where PostgreSQL allows it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

COLUMNS = ("rater", "question", "run", "choice", "side", "seat")
WIDTHS = (8, 8, 2, 2, 2, 2)
ROW = np.dtype([(name, f"i{width}") for name, width in zip(COLUMNS, WIDTHS, strict=True)])

# What PostgreSQL sends for millions of rows: one for each rater and run, with an array of its answers, each packed
# into one number. Sent one by one, two seconds go into counting messages.
ANSWERS_STATEMENT = """
COPY (SELECT rater, run, seat, array_agg(question * 64 + choice * 4 + side + 1)
FROM ({}) AS answers (rater, question, run, choice, side, seat) GROUP BY rater, run, seat) TO STDOUT (FORMAT BINARY)
"""
# The binary format: a header; for each row a field count, then each field's length and big-endian bytes; the trailer
# is a field count of -1. An array begins with dimensions, null flag, type, length and lower bound.
HEADER_BYTES = 19
HEAD = struct.Struct(">h iq ih ih i 3i ii")
LENGTH = 11  # where the array's length stands in HEAD
ANSWER = np.dtype([("bytes", ">i4"), ("packed", ">i8")])


def integer_rows(query: QuerySet) -> npt.NDArray[np.void]:
    """The query's six columns (two bigints, four smallints, none null) as a structured array of dtype ``ROW``.

    ``side`` is -1 to 2 and ``choice`` 0 to 15. The order of rows is any.
    """
    if connection.vendor == "postgresql":
        return _copied(query)
    rows = np.fromiter((tuple(row) for row in query.iterator(chunk_size=50_000)), dtype=ROW)
    return rows


def _copied(query: QuerySet) -> npt.NDArray[np.void]:
    sql, parameters = query.query.sql_with_params()
    # COPY takes no parameters of its own, so the driver quotes them into the text.
    statement = connection.ops.compose_sql(ANSWERS_STATEMENT.format(sql), parameters)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        data = b"".join(bytes(block) for block in copy)
    return _unpacked(list(_groups(data)))


def _groups(data: bytes) -> Iterator[tuple[int, int, int, npt.NDArray[np.int64]]]:
    """Yield rater, run, seat and the packed answers of each group."""
    place = HEADER_BYTES
    while data[place : place + 2] != b"\xff\xff":
        head = HEAD.unpack_from(data, place)
        place += HEAD.size
        answers = np.frombuffer(data, dtype=ANSWER, offset=place, count=head[LENGTH])
        place += answers.nbytes
        yield head[2], head[4], head[6], answers["packed"]


def _unpacked(groups: list[tuple[int, int, int, npt.NDArray[np.int64]]]) -> npt.NDArray[np.void]:
    sizes = np.array([len(group[3]) for group in groups], dtype=np.int64)
    rows = np.empty(int(sizes.sum()), dtype=ROW)
    for name, values in zip(("rater", "run", "seat"), zip(*(group[:3] for group in groups), strict=True), strict=False):
        rows[name] = np.repeat(np.array(values, dtype=np.int64), sizes)
    packed = np.concatenate([group[3] for group in groups]).astype(np.int64) if groups else np.empty(0, dtype=np.int64)
    rows["question"], rows["choice"], rows["side"] = packed >> 6, (packed >> 2) & 15, (packed & 3) - 1
    return rows
