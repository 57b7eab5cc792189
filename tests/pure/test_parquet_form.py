"""Parquet in: the same records as from the other forms, and no file of any bytes is more than a problem."""

import io
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from files.columns import DECIMAL, NUMBER, TEXT, Column
from files.parquet import write_parquet
from files.reading import Limits, Problems, UnreadableFile, iterate_records, read_records


def file_of(**columns):
    made = io.BytesIO()
    parquet.write_table(pa.table(columns), made)
    return made.getvalue()


def read(data, **limits):
    return read_records(data, filename="a.parquet", limits=Limits(**limits))


def test_values_come_as_the_text_that_json_would_have():
    data = file_of(
        id=["a", "007"],
        n=[1, None],
        x=[0.5, float("nan")],
        yes=[True, False],
        at=[datetime(2026, 1, 2, 3, 4, tzinfo=UTC), None],
        parts=[{"k": 1}, {"k": None}],
    )
    first, second = read(data)
    at = "2026-01-02T03:04:00+00:00"
    assert first.values == {"id": "a", "n": "1", "x": "0.5", "yes": True, "at": at, "parts": {"k": "1"}}
    assert second.values == {"id": "007", "n": None, "x": None, "yes": False, "at": None, "parts": {"k": None}}
    assert (first.line, second.line) == (1, 2)


def test_what_an_export_writes_can_be_read():
    made = io.BytesIO()
    columns = [Column("a", TEXT, "", str), Column("n", NUMBER, "", str), Column("p", DECIMAL, "", str)]
    write_parquet(made, [{"a": "x\u2028y", "n": 7, "p": 0.25}, {"a": "", "n": None, "p": None}], columns)
    assert [record.values for record in read(made.getvalue())] == [
        {"a": "x\u2028y", "n": "7", "p": "0.25"},
        {"a": "", "n": None, "p": None},
    ]


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        (file_of(a=["x"])[:-9], {}, "only a part"),
        (b"PAR1" + b"x" * 40 + b"PAR1", {}, "cannot be read"),
        (b"persona_id\na\n", {}, "not a Parquet file"),
        (file_of(a=["x"] * 9), {"rows": 5}, "More than 5 records"),
        (file_of(a=["x" * 999] * 400), {"file_bytes": 2_000}, "Split"),
        (file_of(**{"a": ["x"], "A": ["y"]}), {}, "same name"),
        (file_of(a=[b"\xff"]), {}, "bytes"),
        (file_of(a=["x\x00"]), {}, "NUL"),
        (file_of(a=pa.array([], pa.string())), {}, "no records"),
    ],
)
def test_file_that_is_not_sound_is_refused(data, limits, message):
    with pytest.raises(UnreadableFile, match=message):
        read(data, **limits)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 400), value=st.integers(0, 255))
def test_no_damaged_byte_is_more_than_a_problem(place, value):
    data = bytearray(file_of(id=["a", "b"], n=[1, 2]))
    data[place % len(data)] = value
    problems = Problems()
    list(iterate_records(bytes(data), filename="a.parquet", problems=problems))
