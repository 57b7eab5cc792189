"""CSV that no spreadsheet runs and that comes back exactly; JSONL that is exact."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.columns import BOOLEAN, DECIMAL, NUMBER, TEXT, TIME, Column
from files.writing import cell, read_csv, write_csv, write_jsonl

COLUMNS = [
    Column("said", TEXT, "What was said.", str),
    Column("count", NUMBER, "How many.", str),
    Column("share", DECIMAL, "How much.", str),
    Column("is_so", BOOLEAN, "Whether.", str),
    Column("at", TIME, "When.", str),
]
NAMES = [column.name for column in COLUMNS]
ROW = {"said": "yes", "count": 3, "share": 0.25, "is_so": True, "at": "2026-01-02T03:04:05+00:00"}
texts = st.text(st.characters(exclude_categories=["Cs"]))
rows = st.fixed_dictionaries(
    {
        "said": texts,
        "count": st.none() | st.integers(),
        "share": st.none() | st.floats(allow_nan=False),
        "is_so": st.none() | st.booleans(),
        "at": st.none() | st.datetimes().map(lambda time: time.isoformat()),
    }
)


def test_write_csv_has_a_header_and_a_line_per_row():
    assert (
        "".join(write_csv([ROW], NAMES)) == "said,count,share,is_so,at\r\nyes,3,0.25,true,2026-01-02T03:04:05+00:00\r\n"
    )


def test_write_csv_of_nothing_has_its_header():
    assert "".join(write_csv([], NAMES)) == "said,count,share,is_so,at\r\n"


@pytest.mark.parametrize("start", list("=+-@\t\r\n\x00＝＋－＠"))
def test_write_csv_guards_what_a_spreadsheet_would_run(start):
    text = start + 'cmd|"/c calc"!A0'
    (_, row) = csv.reader(io.StringIO("".join(write_csv([ROW | {"said": text}], NAMES)), newline=""))
    assert row[0] == "'" + text


def test_write_csv_leaves_other_text_alone():
    assert cell("2 = 1+1, said 'she'") == "2 = 1+1, said 'she'"


def test_write_csv_leaves_numbers_alone():
    assert cell(-3) == "-3"


def test_read_csv_tells_a_guarded_text_from_one_that_was_written_so():
    for text in ["=1", "'=1", "''", "'tis"]:
        assert next(read_csv("".join(write_csv([ROW | {"said": text}], NAMES)), COLUMNS))["said"] == text


@given(st.lists(rows, max_size=5))
def test_read_csv_gives_back_what_was_written(written):
    assert list(read_csv("".join(write_csv(written, NAMES)), COLUMNS)) == written


@given(st.lists(rows, max_size=5))
def test_write_jsonl_gives_back_what_was_written(written):
    text = "".join(write_jsonl(written))
    assert [json.loads(line) for line in text.split("\n")[:-1]] == written
