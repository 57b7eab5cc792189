"""Annotations from a file: exact, or a problem that names line, column and value."""

import json
from datetime import UTC, datetime

import pytest

from annotation.annotation_rows import COLUMNS, AnnotationReader
from annotation.verdicts import StudyRules
from files.reading import Problems

ROW = {"annotator": "m", "persona_id": "p1", "prompt_id": "q1", "choice": "revised"}
REQUIRED = [column.name for column in COLUMNS if column.is_required]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULES = StudyRules("baseline", allows_no_preference=False)


def jsonl(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


def read(*rows, kind="", data=None, filename="a.jsonl"):
    problems = Problems()
    reader = AnnotationReader(RULES, problems, kind=kind)
    found = list(reader.rows(jsonl(*rows) if data is None else data, filename))
    assert not list(problems)
    return found


def problems_of(*rows, kind="", data=None, filename="a.jsonl"):
    problems = Problems()
    list(AnnotationReader(RULES, problems, kind=kind, now=NOW).rows(jsonl(*rows) if data is None else data, filename))
    return [(problem.line, problem.column, problem.value) for problem in problems]


def test_rows_of_a_minimal_file():
    (row,) = read(ROW)
    assert (row.line, row.kind, row.annotator, row.persona_key, row.prompt_key) == (1, "model", "m", "p1", "q1")
    assert (row.choice, row.shown_first, row.raw_verdict, row.justification) == ("revised", "", "", "")
    assert (row.probability, row.run, row.seconds, row.answered_at, row.metadata) == (None, 1, None, None, {})


def test_rows_of_a_full_file():
    given = {
        "choice": "B",
        "shown_first": "baseline",
        "kind": "external",
        "run": 3,
        "justification": " =1+1\u2028\U0001f600\n",
        "probability": 0.125,
        "seconds": 31.25,
        "answered_at": "2024-05-01T12:00:00Z",
        "model_version": "7",
        "metadata": {"temperature": 0, "tags": ["x"]},
    }
    (row,) = read(ROW | given)
    assert (row.choice, row.shown_first, row.kind, row.run) == ("revised", "alternative", "external", 3)
    assert (row.justification, row.probability, row.seconds) == (given["justification"], 0.125, 31.25)
    assert row.answered_at == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert row.metadata == {"model_version": "7", "temperature": "0", "tags": ["x"]}


def test_rows_are_the_same_from_csv():
    data = b"Annotator,persona_id,prompt_id,choice,shown_first,probability\r\nm,p1,q1,A,baseline,0.5\r\nm,p1,q2,,,\r\n"
    first, second = read(data=data, filename="a.csv")
    assert (first.line, first.choice, first.shown_first, first.probability) == (2, "alternative", "alternative", 0.5)
    assert (second.line, second.choice, second.raw_verdict, second.probability) == (3, "unparsable", "", None)


def test_rows_take_the_order_as_text_or_list():
    in_words, as_list = read(
        ROW | {"choice": "A", "order": "baseline, revised"}, ROW | {"order": ["revised", "baseline"]}
    )
    assert (in_words.choice, in_words.shown_first, as_list.shown_first) == ("alternative", "alternative", "revised")


def test_rows_take_sample_for_run():
    assert [row.run for row in read(ROW | {"sample": "2"}, ROW | {"run": 2, "sample": 2})] == [2, 2]


def test_rows_keep_a_models_garbage_with_its_words():
    rows = read(*(ROW | {"choice": words} for words in ("garbage", "", "[[A]]", None)))
    assert [(row.choice, row.raw_verdict) for row in rows] == [
        ("unparsable", "garbage"),
        ("unparsable", ""),
        ("unparsable", "[[A]]"),
        ("unparsable", ""),
    ]


def test_rows_refuse_a_persons_garbage():
    assert problems_of(ROW | {"choice": "garbage"}, kind="external") == [(1, "choice", "garbage")]


@pytest.mark.parametrize("name", REQUIRED)
def test_rows_name_the_line_that_lacks_a_column(name):
    row = {key: value for key, value in ROW.items() if key != name}
    assert problems_of(ROW, row) == [(2, name, "")]


@pytest.mark.parametrize("name", REQUIRED)
def test_rows_name_the_column_a_table_lacks_once(name):
    names = [column for column in REQUIRED if column != name]
    data = ("\n".join([",".join(names), "x,y,z", "x,y,z"])).encode()
    assert problems_of(data=data, filename="a.csv") == [(1, name, "")]


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"annotator": " "}, "annotator", " "),
        ({"annotator": "x" * 201}, "annotator", "x" * 80 + "…"),
        ({"persona_id": None}, "persona_id", "None"),
        ({"prompt_id": ["q1"]}, "prompt_id", "['q1']"),
        ({"choice": "foil"}, "choice", "foil"),
        ({"choice": "A"}, "choice", "A"),
        ({"choice": "tie"}, "choice", "tie"),
        ({"choice": True}, "choice", "True"),
        ({"shown_first": "left"}, "shown_first", "left"),
        ({"order": "revised"}, "order", "revised"),
        ({"shown_first": "revised", "order": "baseline, revised"}, "order", "baseline, revised"),
        ({"kind": "robot"}, "kind", "robot"),
        ({"run": 0}, "run", "0"),
        ({"run": "1.5"}, "run", "1.5"),
        ({"run": "10000"}, "run", "10000"),
        ({"run": 1, "sample": 2}, "sample", "2"),
        ({"probability": "1.01"}, "probability", "1.01"),
        ({"probability": "nan"}, "probability", "nan"),
        ({"probability": "high"}, "probability", "high"),
        ({"seconds": "-1"}, "seconds", "-1"),
        ({"seconds": "inf"}, "seconds", "inf"),
        ({"answered_at": "yesterday"}, "answered_at", "yesterday"),
        ({"answered_at": "2024-05-01T12:00:00"}, "answered_at", "2024-05-01T12:00:00"),
        ({"answered_at": "1999-12-31T23:59:59Z"}, "answered_at", "1999-12-31T23:59:59Z"),
        ({"answered_at": "9999-12-31T23:59:59-14:00"}, "answered_at", "9999-12-31T23:59:59-14:00"),
        ({"answered_at": "0001-01-01T00:00:00+14:00"}, "answered_at", "0001-01-01T00:00:00+14:00"),
        ({"answered_at": "2026-01-03T00:00:00Z"}, "answered_at", "2026-01-03T00:00:00Z"),
        ({"metadata": "x"}, "metadata", "x"),
        ({"justification": {"text": "x"}}, "justification", "{'text': 'x'}"),
        ({"Choice": "revised"}, "Choice", "revised"),
        ({"show_first": "revised"}, "show_first", ""),
        ({"annotater": "m"}, "annotater", ""),
        ({"annotator": "m\u200b"}, "annotator", "m\\u200b"),
        ({"prompt_id": "\u202eq1"}, "prompt_id", "\\u202eq1"),
    ],
)
def test_rows_name_line_column_and_value_of_a_fault(changes, column, value):
    assert problems_of(ROW, ROW | changes) == [(2, column, value)]


def test_rows_refuse_a_kind_that_the_import_was_not_told():
    assert problems_of(ROW | {"kind": "model"}, kind="external") == [(1, "kind", "model")]


def test_rows_report_columns_they_do_not_use():
    reader = AnnotationReader(RULES, Problems())
    list(reader.rows(jsonl(ROW | {"topic": "life"}, ROW | {"model_seed": 1}), "a.jsonl"))
    assert list(reader.unused_columns) == ["topic"]


def test_rows_read_old_names_of_columns_and_say_so():
    reader = AnnotationReader(RULES, Problems())
    old = {"persona": ROW["persona_id"], "Prompt": ROW["prompt_id"]}
    rest = {name: value for name, value in ROW.items() if name not in ("persona_id", "prompt_id")}
    (row,) = reader.rows(jsonl(rest | old), "a.jsonl")
    assert (row.persona_key, row.prompt_key) == (ROW["persona_id"], ROW["prompt_id"])
    assert reader.old_names[0] == "“persona” is now called persona_id; it was read."
    assert not reader.problems.total


def test_rows_do_not_use_an_old_name_next_to_the_new_one():
    reader = AnnotationReader(RULES, Problems())
    (row,) = reader.rows(jsonl(ROW | {"prompt": "Should I move to a farm?"}), "a.jsonl")
    assert row.prompt_key == ROW["prompt_id"]
    assert (list(reader.unused_columns), reader.old_names) == (["prompt"], ())


def test_columns_are_all_explained():
    assert REQUIRED == ["annotator", "persona_id", "prompt_id", "choice"]
    assert all(column.help.endswith(".") for column in COLUMNS)
