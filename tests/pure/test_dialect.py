"""Tables of other programs: recognised, and turned into what the reader takes without changing a value."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.reading import read_records
from files.reading.dialect import Dialect, converted, first_rows, foreign_dialect

ROWS = [["persona_id", "age", "core values"], ["p1", "39", "Café; „Mut“, Treue"], ["p2", "7", 'a "b"\r\nc']]


def written(rows, delimiter=";", encoding="cp1252"):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def converted_bytes(data, filename, dialect):
    with converted(data, filename, dialect) as made:
        return made.read()


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (written(ROWS), "a.csv", "columns separated by semicolons, text in Windows-1252 (Latin-1)"),
        (written(ROWS, encoding="utf-8"), "a.CSV", "columns separated by semicolons, text in UTF-8"),
        (written(ROWS, "\t", "utf-8-sig"), "a.csv", "columns separated by tabs, text in UTF-8"),
        (written(ROWS, ","), "a.csv", "columns separated by commas, text in Windows-1252 (Latin-1)"),
        (written(ROWS, ";"), "a.tsv", "columns separated by semicolons, text in Windows-1252 (Latin-1)"),
    ],
)
def test_foreign_table_is_recognised_and_converted(data, filename, words):
    dialect = foreign_dialect(data, filename)
    assert dialect.words == words
    assert first_rows(data, dialect) == ROWS
    made = converted_bytes(data, filename, dialect)
    assert [list(record.values.values()) for record in read_records(made, filename=filename)] == ROWS[1:]
    assert foreign_dialect(made, filename) is None


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (written(ROWS, ",", "utf-8"), "a.csv"),
        (written(ROWS, "\t", "utf-8"), "a.tsv"),
        (written(ROWS), "a.jsonl"),
        (b"id\nx;y\n", "a.csv"),
        (b'"a;b",c\n1,2\n', "a.csv"),
        (b"\xff\xfei\x00d\x00", "a.csv"),
        (b"id;x\n\x81\n", "a.csv"),
        (b"", "a.csv"),
    ],
)
def test_table_that_is_as_its_name_promises_or_no_table_is_left_alone(data, filename):
    assert foreign_dialect(data, filename) is None


CELLS = st.text(st.characters(codec="cp1252", exclude_characters="\x00"), max_size=8)


@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_conversion_changes_no_value(rows):
    data = written([("a", "b"), *rows])
    made = converted_bytes(data, "a.csv", Dialect(";", "cp1252")).decode()
    assert list(csv.reader(io.StringIO(made, newline=""))) == [["a", "b"], *map(list, rows)]
