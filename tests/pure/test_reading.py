"""Reading is exact: what is in the file is in the record, or the file is refused with its line."""

import csv
import io
import json
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.reading import FileProblem, Limits, Problems, UnreadableFile, iterate_records, printable, read_records

ODD_TEXTS = [
    "None",
    "007",
    "5f1b2c3d4e5f6a7b8c9d0e1f",
    "123456789012345678901234",
    "nan",
    " x ",
    "👩‍👩‍👧",
    "שלום",
    "a\u2028b\u2029c\u0085d",
    "=1+1",
]
# Any text a file can hold: no halves of surrogate pairs, no NUL.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


def problems_of(data: bytes, filename: str, limits: Limits | None = None) -> list[FileProblem]:
    with pytest.raises(UnreadableFile) as caught:
        read_records(data, filename=filename, limits=limits or Limits())
    return caught.value.problems


def csv_bytes(rows: list[list[str]], terminator: str = "\n") -> bytes:
    out = io.StringIO(newline="")
    # Python 3.11 leaves a lone carriage return unquoted, so everything is quoted.
    csv.writer(out, lineterminator=terminator, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


# --- What is taken --------------------------------------------------------------------------------
def test_records_from_jsonl():
    records = read_records(b'{"id": "a", "age": 39}\n\n{"id": "b", "age": null}\n', filename="p.jsonl")
    assert [(record.line, record.values) for record in records] == [
        (1, {"id": "a", "age": "39"}),
        (3, {"id": "b", "age": None}),
    ]
    assert records.columns == ("id", "age")


def test_records_from_a_json_list_know_their_lines():
    records = read_records(b'[\n  {"id": "a"},\n\n  {"id": "b"}\n]\n', filename="p.json")
    assert [(record.line, record.values["id"]) for record in records] == [(2, "a"), (4, "b")]


def test_records_from_a_list_inside_an_object():
    records = read_records(b'{"personas": [{"id": "a"}]}', filename="p.json")
    assert [record.values for record in records] == [{"id": "a"}]


def test_records_from_csv():
    records = read_records(b'id, age \r\na,"line one\r\nline two"\r\nb,\r\n', filename="P.CSV")
    assert [(record.line, record.values) for record in records] == [
        (2, {"id": "a", "age": "line one\r\nline two"}),
        (4, {"id": "b", "age": ""}),
    ]


def test_records_from_tsv():
    records = read_records(b"id\tage\na\t1,5\n", filename="p.tsv")
    assert records.items[0].values == {"id": "a", "age": "1,5"}


def test_records_from_key_value_text():
    records = read_records(b"id: a\nlifestyle: calm: mostly\n\n\nid: b\nage:  4\n", filename="p.txt")
    assert [(record.line, record.values) for record in records] == [
        (1, {"id": "a", "lifestyle": "calm: mostly"}),
        (5, {"id": "b", "age": " 4"}),
    ]


@pytest.mark.parametrize("number", ["7", "-0.50", "1e5", "1E+400", "123456789012345678901234"])
def test_json_number_stays_as_it_is_written(number):
    assert read_records(f'{{"a": {number}}}'.encode(), filename="p.jsonl").items[0].values == {"a": number}


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_survives_in_every_form(text):
    line = json.dumps({"id": "a", "x": text}, ensure_ascii=False)
    files = {
        "p.jsonl": line.encode(),
        "p.json": f"[{line}]".encode(),
        "p.csv": csv_bytes([["id", "x"], ["a", text]]),
        "p.txt": f"id: a\nx: {text}\n".encode(),
    }
    read = {name: read_records(data, filename=name).items[0].values["x"] for name, data in files.items()}
    assert read == dict.fromkeys(files, text)


@pytest.mark.parametrize("filename", ["p.jsonl", "p.json", "p.csv", "p.txt"])
def test_byte_order_mark_is_no_part_of_the_first_key(filename):
    data = {"p.jsonl": b'{"id": "a"}', "p.json": b'[{"id": "a"}]', "p.csv": b"id\na\n", "p.txt": b"id: a\n"}[filename]
    assert read_records(b"\xef\xbb\xbf" + data, filename=filename).items[0].values == {"id": "a"}


@pytest.mark.parametrize("filename", ["p.jsonl", "p.json", "p.txt", "p.csv"])
def test_crlf_and_lf_files_read_the_same(filename):
    data = {
        "p.jsonl": b'{"id": "a"}\n{"id": "b"}\n',
        "p.json": b'[{"id": "a"},\n{"id": "b"}]\n',
        "p.txt": b"id: a\nx: 1\n\nid: b\nx: 2\n",
        "p.csv": b"id,x\na,1\nb,2\n",
    }[filename]
    assert read_records(data.replace(b"\n", b"\r\n"), filename=filename) == read_records(data, filename=filename)


# --- Round trips ----------------------------------------------------------------------------------
@given(st.lists(st.dictionaries(texts.filter(bool), texts | st.none(), min_size=1, max_size=5), min_size=1, max_size=5))
def test_jsonl_and_json_round_trip_exactly(rows):
    for ascii_only in (True, False):
        lines = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows).encode()
        assert [record.values for record in read_records(lines, filename="p.jsonl")] == rows
    document = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    assert [record.values for record in read_records(document, filename="p.json")] == rows


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_csv_round_trips_exactly(rows, terminator):
    data = csv_bytes([["id", "a", "b"], *[[f"r{n}", *row] for n, row in enumerate(rows)]], terminator)
    read = read_records(data, filename="p.csv")
    assert [(record.values["a"], record.values["b"]) for record in read] == rows


@given(texts.filter(lambda text: "\n" not in text and not text.endswith("\r")))
def test_key_value_text_round_trips_exactly(text):
    read = read_records(f"id: a\nx: {text}\n".encode(), filename="p.txt")
    assert read.items[0].values == {"id": "a", "x": text}


# --- What is refused, and where -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (b'{"a": 1, "a": 2}', None, "appears twice"),
        (b'{"a": NaN}', None, "NaN is not JSON"),
        (b'{"a": -Infinity}', None, "-Infinity is not JSON"),
        (b'{"a": "\\ud800"}', "a", "surrogate"),
        (b'{"\\udfff": "x"}', "\\udfff", "surrogate"),
        (b'{"a": "\\u0000"}', "a", "NUL"),
        (b'{"a": "\x00"}', 8, "NUL"),
        (b"{'a': 1}", 2, "double quotes"),
        (b'{"a": "x', 7, "never closed"),
        (b'{"a": "\xff"}', 8, "not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', 8, "not UTF-8"),
        (b"[1]", None, "found a list"),
        (b"null", None, "found null"),
        (b"true", None, "found true or false"),
        (b'{"a": 1} {"a": 2}', 10, "follows the end"),
        (b'\xef\xbb\xbf{"a": 1}', 1, "byte order mark"),
        (b'{"": 1}', None, "key is empty"),
        (b'{"a": ' + b"9" * 10_000 + b"}", None, "10,000 digits"),
        (b"[" * 100_000, None, "too deep"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "a", "20 levels"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', "a", "300,000 characters"),
        (b'{"a": "' + b"x" * 1_000_001 + b'"}', None, "bytes in one record"),
        (b'{"a": [' + b"1," * 5_000 + b"1]}", None, "values in one record"),
    ],
)
def test_bad_jsonl_line_is_named_with_its_place(line, column, words):
    (problem,) = problems_of(b'{"a": "fine"}\n' + line + b"\n", "p.jsonl")
    assert (problem.line, problem.column) == (2, column)
    assert words in problem.message


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b'[{"a": 1},\n{"a": 2}\n{"a": 3}]', 3, "Expected a comma"),
        (b'[{"a": 1},\n{"a": 2},\n]', 2, "Remove the comma"),
        (b'[{"a": 1},\n"b"]', 2, "found a text"),
        (b'[{"a": 1},\n{"b": tru}]', 2, "expecting value"),
        (b'[{"a": 1},\n{"b":\n\n"x}]', 4, "never closed"),
        (b'[{"a": 1}]\nx', 2, "Nothing may follow"),
        (b'[{"a": 1}\n\n', 1, "the list is not closed"),
        (b'[{"a": 1},', 1, "value"),
        (b'{"a": 1}\n{"a": 2}', 1, "name the file .jsonl"),
        (b'{"p": [{"a": 1}],\n"q": 1}', 1, "one key only"),
        (b"[]", 1, "no records"),
        (b"[" * 100_000, 1, "too deep"),
        (b"7", 1, "Expected a list"),
        (b'[{"a": 1},\n{"b": "\xff"}]', 2, "not UTF-8"),
    ],
)
def test_bad_json_document_is_named_with_its_line(data, line, words):
    problem = problems_of(data, "p.json")[0]
    assert problem.line == line
    assert words in problem.message


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b'id,a\n1,x\n2,"open\n3,y\n4,z\n', 3, 3, "never closed"),
        (b'id,a\n1,"x"y\n', 2, 3, "followed by 'y'"),
        (b'id,a\n1,"x\ny"z\n', 2, 3, "followed by 'z'"),
        (b'id,a\n1,"x\ny",2\n', 2, None, "3 values"),
        (b'id,a\n1,x"y\n', 2, 4, "A quote inside a value"),
        (b"id,a\n1\n", 2, "a", "1 values, but the header has 2"),
        (b"id,a\n1,2,3\n", 2, None, "3 values, but the header has 2"),
        (b"id,a\r1,2\r", 1, 5, "lone carriage return"),
        (b"id,a,A\n1,2,3\n", 1, "number 3", "same name as column 2"),
        (b"id,,a\n1,2,3\n", 1, "number 2", "no name"),
        (b"id;a\n1;2\n", 1, None, "separated by commas"),
        (b"id\n", 1, None, "no records"),
        (b"id,a\n1,\xe9\n", 2, 3, "not UTF-8"),
        (b"id,a\n1,x\x00\n", 2, 4, "NUL"),
        (b"id,a\n1," + b"x" * 200_001 + b"\n", 2, "a", "200,001 characters"),
        (b"id,a\n1," + b"x" * 3_000_000 + b"\n", 2, 1, "More than 1,000,000 bytes in one row"),
        (b'id,a\n1,"' + b"x\n" * 600_000 + b'"\n', 2, 3, "Is the quote that opens here not closed?"),
    ],
)
def test_bad_csv_is_named_with_its_place(data, line, column, words):
    problem = problems_of(data, "p.csv")[0]
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"id: a\nno colon here\n", 2, "Expected key: value"),
        (b"id: a\n: x\n", 2, "Expected key: value"),
        (b"id: a\nage: 1\nid: b\n", 3, "already on line 1"),
        (b"id: a\nAge: 1\nage: 2\n", 3, "already on line 2"),
        (b"id: a\nx: \xff\n", 2, "not UTF-8"),
        (b"id: a\nx: " + b"y" * 200_001, 2, "200,002 characters"),
        (b"id: a\n" + b"x: yzy\n" * 200_000, 166_667, "without a blank line"),
    ],
)
def test_bad_key_value_text_is_named_with_its_line(data, line, words):
    problem = problems_of(data, "p.txt")[0]
    assert problem.line == line
    assert words in problem.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04....xl/workbook.xml", "Excel workbook"),
        (b"PK\x03\x04....", "zip archive"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b"PAR1....", "end in .parquet"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0....", "old Excel"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b"<!DOCTYPE html><title>Log in", "web page"),
        ("id,a\n".encode("utf-16"), "UTF-16"),
        ("id,a\n".encode("utf-16-be"), "UTF-16"),
        ("id,a\n".encode("utf-32"), "UTF-32"),
    ],
)
@pytest.mark.parametrize("filename", ["p.jsonl", "p.csv"])
def test_another_kind_of_file_is_said_to_be_one(data, words, filename):
    (problem,) = problems_of(data, filename)
    assert problem.line is None
    assert words in problem.message


def test_unknown_ending_of_the_name_is_refused():
    assert "must end in" in problems_of(b"id,a\n1,2\n", "p.xlsx")[0].message


def test_file_over_the_limit_is_refused():
    assert "Split it" in problems_of(b"x" * 11, "p.csv", Limits(file_bytes=10))[0].message
    assert "more than 3 lines" in problems_of(b"a\n\n\n\nb", "p.csv", Limits(lines=3))[0].message


def test_too_many_rows_or_values_are_refused():
    data = b'{"a": [1, 2]}\n' * 3
    assert "More than 2 records" in problems_of(data, "p.jsonl", Limits(rows=2))[0].message
    assert "More than 5 values" in problems_of(data, "p.jsonl", Limits(cells=5))[0].message


@pytest.mark.parametrize(
    ("filename", "data"),
    [("p.jsonl", b"x\n" * 50), ("p.csv", b"a,b\n" + b"1\n" * 50), ("p.txt", b"x\n\n" * 50)],
)
def test_reading_stops_when_nearly_all_is_wrong(filename, data):
    """A file of millions of bad lines must not keep a worker busy for minutes."""
    with pytest.raises(UnreadableFile) as caught:
        read_records(data, filename=filename, limits=Limits(rows=10))
    assert caught.value.total == 11


def test_every_bad_line_is_counted_and_a_hundred_are_reported():
    with pytest.raises(UnreadableFile) as caught:
        read_records(b"nonsense\n" * 250, filename="p.jsonl")
    assert (caught.value.total, len(caught.value.problems)) == (250, 100)
    assert caught.value.report()[-1] == "... and 150 more"


def test_good_records_pass_while_bad_ones_are_noted():
    problems = Problems()
    records = list(iterate_records(b'{"a": 1}\nbad\n{"a": 3}\n', filename="p.jsonl", problems=problems))
    assert [record.line for record in records] == [1, 3]
    assert [problem.line for problem in problems] == [2]


# --- The report itself ----------------------------------------------------------------------------
def test_problem_reads_as_a_sentence():
    record = read_records(b"id,sex\na,robot\n", filename="p.csv").items[0]
    assert str(record.problem("sex", "Expected Male or Female.")) == (
        "line 2, column sex: Expected Male or Female. (found: robot)"
    )


def test_printable_hides_what_would_garble_a_terminal():
    assert printable("a\x1b[31m\n\ud800\u202e") == "a\\x1b[31m\\n\\ud800\\u202e"
    assert printable("x" * 100) == "x" * 80 + "…"


@given(st.binary(max_size=200), st.sampled_from(["p.jsonl", "p.json", "p.csv", "p.tsv", "p.txt"]))
def test_any_bytes_are_read_or_refused_and_nothing_else(data, filename):
    problems = Problems()
    records = list(iterate_records(data, filename=filename, problems=problems))
    assert problems.total or records


# --- Reading as a stream ---------------------------------------------------------------------------
class CountedFile(io.BytesIO):
    """A file that knows how much of it was read at a time."""

    longest = 0

    def read(self, size=-1):
        return self.counted(super().read(size))

    def readline(self, size=-1):
        return self.counted(super().readline(size))

    def counted(self, found):
        self.longest = max(self.longest, len(found))
        return found


@pytest.mark.parametrize("filename", ["p.jsonl", "p.json", "p.csv", "p.txt"])
def test_file_is_never_read_whole(filename):
    body = {
        "p.jsonl": b'{"id": "a", "x": "y"}\n' * 9_000,
        "p.json": b"[" + b'{"id": "a", "x": "y"},' * 8_999 + b'{"id": "a"}]',
        "p.csv": b"id,x\n" + b"a,y\n" * 50_000,
        "p.txt": b"id: a\nx: y\n\n" * 15_000,
    }[filename]
    file = CountedFile(body)
    problems = Problems()
    count = sum(1 for _ in iterate_records(file, filename=filename, problems=problems))
    assert (count >= 9_000, problems.total) == (True, 0)
    assert file.longest <= 65_536 < len(body)


def test_json_on_one_line_knows_the_character_of_a_fault_far_behind():
    data = b'[{"id": "a"},' * 1 + b'{"id": "b"},' * 300_000 + b'{"id": tru}]'
    (problem,) = problems_of(data, "p.json", Limits(rows=1_000_000))
    assert (problem.line, problem.column) == (1, len(data) - len("tru}]") + 1)


def test_json_knows_the_line_of_a_fault_far_behind():
    data = b"[" + b'{"id":\n"b"},\n' * 200_000 + b'{"id": tru}]'
    (problem,) = problems_of(data, "p.json", Limits(rows=1_000_000))
    assert (problem.line, problem.column) == (400_001, 8)


@pytest.mark.parametrize("record", [b'{"id": "' + b"x" * 2_000_000 + b'"}', b'{"id": [' + b"1," * 900_000 + b"1]}"])
def test_json_record_longer_than_the_window_is_refused(record):
    (problem,) = problems_of(b'[{"id": "a"},\n' + record + b"]", "p.json")
    assert (problem.line, problem.message) == (2, "More than 1,000,000 bytes in one record.")


@given(st.lists(st.text("é漢\U0001f600x\n", max_size=40), min_size=1), st.integers(1, 7))
def test_json_characters_cut_between_pieces_are_whole(texts, piece):
    document = json.dumps([{"x": text} for text in texts], ensure_ascii=False).encode()
    with patch("files.reading.content.PIECE", piece):
        problems = Problems()
        records = list(iterate_records(document, filename="p.json", problems=problems))
    assert [record.values["x"] for record in records] == texts


def test_json_names_every_byte_that_is_not_utf8():
    found = problems_of(b'[{"id": "\xff"},\n {"id": "\xc3"}, {"id": "\xe2\x82"}]', "p.json")
    assert [(problem.line, problem.column) for problem in found][:2] == [(1, 10), (2, 10)]


def test_reading_stops_after_a_thousand_problems():
    with pytest.raises(UnreadableFile) as caught:
        read_records(b"[" + b"7," * 3_000 + b"7]", filename="p.json")
    assert (caught.value.total, caught.value.stopped, len(caught.value.problems)) == (1_000, True, 100)
    assert caught.value.report()[-1] == "Reading stopped after 1,000 problems; there may be more."
