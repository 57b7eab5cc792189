"""Rows of whole numbers from a query into a numpy array, without a Python object per row where PostgreSQL allows it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

COLUMNS = ("rater", "question", "run", "choice", "side", "seat")
WIDTHS = (8, 8, 2, 2, 2, 2)
ROW = np.dtype([(name, f"i{width}") for name, width in zip(COLUMNS, WIDTHS, strict=True)])

# PostgreSQL's binary COPY: a header, then per row a field count and per field its length and big-endian bytes.
HEADER_BYTES = 19
WIRE = np.dtype(
    [("fields", ">i2")]
    + [
        field
        for name, w in zip(COLUMNS, WIDTHS, strict=True)
        for field in ((f"{name}_length", ">i4"), (name, f">i{w}"))
    ]
)


def integer_rows(query: QuerySet) -> npt.NDArray[np.void]:
    """The query's six columns (two bigints, four smallints, none null) as a structured array of dtype ``ROW``."""
    if connection.vendor == "postgresql":
        return _copied(query)
    rows = np.fromiter((tuple(row) for row in query.iterator(chunk_size=50_000)), dtype=ROW)
    return rows


def _copied(query: QuerySet) -> npt.NDArray[np.void]:
    sql, parameters = query.query.sql_with_params()
    # COPY takes no parameters of its own, so the driver quotes them into the text.
    statement = connection.ops.compose_sql(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", parameters)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        data = b"".join(bytes(block) for block in copy)
    # The trailer is a field count of -1.
    wire = np.frombuffer(data, dtype=WIRE, offset=HEADER_BYTES, count=(len(data) - HEADER_BYTES - 2) // WIRE.itemsize)
    rows = np.empty(wire.size, dtype=ROW)
    for name in COLUMNS:
        rows[name] = wire[name]
    return rows
