"""Column names, ids and single values of an import: one vocabulary, one spelling checker."""

from datetime import UTC, datetime

import pytest

from files.reading import Fields, Header, ImportColumn, Problems, Record
from files.reading.column_readers import decimal, identifier, is_blank, text, time, whole_number, yes_or_no
from files.reading.hidden import hidden_character
from files.reading.spelling import misspelt, similar

NOW = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (
    ImportColumn("prompt_id", "The id.", identifier, is_required=True),
    ImportColumn("revised", "The text.", text, is_required=True),
    ImportColumn("answered_at", "The time.", time),
    ImportColumn("run", "The run.", whole_number(1, 99)),
    ImportColumn("probability", "How sure.", decimal(1)),
    ImportColumn("attention_check", "A check?", yes_or_no),
)


def fields_of(**values):
    return Fields(Record(7, values), Header(COLUMNS, Problems(), prefix="model_", now=NOW))


def problem_of(name, value):
    """Return (column, message) of what is wrong with one value; None when nothing is."""
    fields = fields_of(**{name: value})
    fields[name]
    assert len(fields.header.problems) <= 1
    return next(((problem.column, problem.message) for problem in fields.header.problems), None)


def test_fields_read_every_kind_of_value():
    fields = fields_of(
        prompt_id="q1", Run="3", probability="0.5", attention_check=True, answered_at="2025-12-31T23:00:00+01:00"
    )
    names = ("prompt_id", "revised", "run", "probability", "attention_check", "answered_at")
    expected = ["q1", "", 3, 0.5, True, datetime(2025, 12, 31, 22, tzinfo=UTC)]
    assert [fields[name] for name in names] == expected
    assert fields.is_sound


def test_fields_note_the_first_problem_of_a_column_only():
    fields = fields_of(prompt_id=None)
    fields["prompt_id"], fields["prompt_id"]
    assert [problem.message for problem in fields.header.problems] == ["This must not be empty."]
    assert not fields.is_sound


@pytest.mark.parametrize("value", ["1999-12-31T23:59:59Z", "2026-01-02T00:00:01Z", "0001-01-01T00:00:00+14:00"])
def test_time_outside_the_range_is_a_problem_with_the_range(value):
    assert problem_of("answered_at", value) == ("answered_at", "Expected a time from 2000-01-01 to 2026-01-02.")


@pytest.mark.parametrize("value", ["2000-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2025-06-01T12:00:00-14:00"])
def test_time_inside_the_range_is_taken(value):
    assert problem_of("answered_at", value) is None


# --- Misspelt and missing columns ------------------------------------------------------------------
def header_problems(*names):
    header = Header(COLUMNS, Problems(), prefix="model_")
    for name in names:
        header.name_of(name, 1)
    header.note_missing(names, 1)
    return [(problem.column, problem.message) for problem in header.problems]


def test_header_refuses_a_misspelt_column_beside_the_right_one():
    ((column, message),) = header_problems("prompt_id", "revised", "revized")
    assert column == "revized"
    assert "Did you mean revised?" in message


def test_header_notes_a_misspelt_required_column_once():
    ((column, message),) = header_problems("Prompt ID", "revised")
    assert (column, "Did you mean prompt_id?" in message) == ("Prompt ID", True)


def test_header_suggests_a_similar_column_for_a_missing_one():
    assert header_problems("prompt", "revised") == [
        ("prompt_id", "There is no column prompt_id. Did you mean the column “prompt”?")
    ]


def test_header_keeps_columns_of_other_names():
    assert header_problems("prompt_id", "revised", "year", "model_seed") == []


@pytest.mark.parametrize(("name", "meant"), [("annotater", "annotator"), ("Annotator ", "annotator"), ("kind", "")])
def test_misspelt_names_a_column_that_is_close(name, meant):
    assert misspelt(name, ["annotator", "persona_id"]) == meant


def test_similar_names_nothing_that_is_far():
    assert similar("choice", ["persona", "text"]) == ""


# --- Hidden characters -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u200b", "ZERO WIDTH SPACE"),
        ("\u200d", "ZERO WIDTH JOINER"),
        ("\ufeff", "ZERO WIDTH NO-BREAK SPACE"),
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u2067", "RIGHT-TO-LEFT ISOLATE"),
        ("\u00a0", "NO-BREAK SPACE"),
        ("\u00ad", "SOFT HYPHEN"),
        ("\ufe0f", "VARIATION SELECTOR-16"),
        ("\u3164", "HANGUL FILLER"),
        ("\x07", "a control character"),
    ],
)
def test_identifier_names_a_character_that_cannot_be_seen(character, name):
    code = f"U+{ord(character):04X}"
    expected = f"The id contains {code} {name} (character 3), which cannot be seen. Remove it."
    assert problem_of("prompt_id", f"q1{character}x") == ("prompt_id", expected)
    assert is_blank(character)


@pytest.mark.parametrize("value", ["q1", "Zoë 7", "用户-1", "مثال", "a/b:c"])
def test_identifier_takes_what_can_be_seen(value):
    assert problem_of("prompt_id", value) is None
    assert hidden_character(value) == ""


@pytest.mark.parametrize("value", [" q1", "q1 "])
def test_identifier_refuses_a_space_at_an_end(value):
    assert problem_of("prompt_id", value) == ("prompt_id", "The id begins or ends with a space.")
