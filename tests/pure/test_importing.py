"""Questions from a file: exact, or a problem that names line, column and value."""

import json

import pytest

from annotation.importing import COLUMNS, QuestionReader
from annotation.terms import ALTERNATIVE, REVISED
from files.reading import Problems, UnreadableFile

PEOPLE = ["p1", "p2"]
ROW = {"persona_id": "p1", "prompt_id": "q1", "prompt": "Why?", "revised": "Because.", "baseline": "It depends."}
FOIL = {
    "persona_id": "p1",
    "prompt_id": "q1",
    "prompt": "Why?",
    "revised": "Because.",
    "foil": "Never.",
    "foil_persona_id": "p2",
}
CHECK = ROW | {"persona_id": "", "prompt_id": "c1", "attention_check": True, "right_answer": "revised"}


def jsonl(*rows):
    return "\n".join(json.dumps(row) for row in rows).encode()


class Read:
    """What a reader found in a file that is sound."""

    def __init__(self, data, filename="q.jsonl"):
        reader = QuestionReader(Problems(), persona_keys=PEOPLE)
        self.rows = tuple(reader.rows(data, filename))
        reader.problems.raise_if_any()
        self.kind, self.unused_columns, self.notes = reader.kind, reader.unused_columns, reader.notes


def read(*rows):
    return Read(jsonl(*rows))


def problems_of(*rows):
    with pytest.raises(UnreadableFile) as caught:
        read(*rows)
    return [(problem.line, problem.column, problem.value) for problem in caught.value.problems]


def test_question_file_reads_a_baseline_row():
    file = read(ROW | {"topic": "life"})
    (row,) = file.rows
    assert file.kind == "baseline"
    assert row.content == ("Why?", "Because.", "It depends.", "", "life", "")
    assert (row.line, row.persona_key, row.prompt_key) == (1, "p1", "q1")


def test_question_file_reads_a_foil_row():
    (row,) = read(FOIL).rows
    assert (row.kind, row.alternative, row.foil_persona_key) == ("foil", "Never.", "p2")


def test_question_file_keeps_text_exactly():
    exact = {"prompt": " 007 \u2028 is None?\r\n", "revised": "nan", "baseline": "\U0001f600 null", "topic": "=1+1"}
    (row,) = read(ROW | exact).rows
    assert {"prompt": row.prompt, "revised": row.revised, "baseline": row.alternative, "topic": row.topic} == exact


def test_question_file_takes_columns_in_any_case():
    assert read({key.upper(): value for key, value in ROW.items()}).rows == read(ROW).rows


def test_question_file_reads_csv_with_its_header():
    data = b"persona_id,prompt_id,prompt,revised,baseline\np2,007,Why?,Yes,No\n"
    (row,) = Read(data, "q.csv").rows
    assert (row.line, row.prompt_key) == (2, "007")


@pytest.mark.parametrize("yes", [True, "yes", "1", "True", 1])
def test_question_file_reads_an_attention_check(yes):
    row = read(ROW, CHECK | {"attention_check": yes}).rows[1]
    assert (row.persona_key, row.right_answer) == ("", REVISED)


@pytest.mark.parametrize("word", ["baseline", "alternative", "Baseline"])
def test_question_file_reads_a_check_whose_right_answer_is_the_other_one(word):
    assert read(CHECK | {"right_answer": word}).rows[0].right_answer == ALTERNATIVE


def test_question_file_takes_a_check_with_its_other_answer_in_the_foil_column():
    check = {**FOIL, "prompt_id": "c1", "foil_persona_id": "", "attention_check": "yes", "right_answer": "foil"}
    file = read(ROW, check)
    assert (file.kind, file.rows[1].right_answer, file.rows[1].foil_persona_key) == ("baseline", ALTERNATIVE, "")


def test_question_file_reads_old_names_of_columns_and_says_so():
    old = {("prompt_key" if name == "prompt_id" else name): value for name, value in ROW.items()}
    file = read(old)
    assert file.rows == read(ROW).rows
    assert file.notes == ("“prompt_key” is now called prompt_id; it was read.",)


def test_question_file_names_columns_it_does_not_use():
    assert read(ROW | {"written_by": "me"}).unused_columns == ("written_by",)


def test_question_file_notes_a_foil_that_is_not_the_other_personas_revision():
    other = FOIL | {"persona_id": "p2", "foil_persona_id": "p1", "revised": "Ever.", "foil": "Because."}
    assert "line 1" in read(FOIL, other).notes[0]


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"persona_id": "p9"}, "persona_id", "p9"),
        ({"persona_id": ""}, "persona_id", ""),
        ({"persona_id": " p1"}, "persona_id", " p1"),
        ({"prompt_id": None}, "prompt_id", "None"),
        ({"prompt_id": "x" * 201}, "prompt_id", "x" * 80 + "…"),
        ({"prompt": " \n\u200b"}, "prompt", r" \n\u200b"),
        ({"revised": ""}, "revised", ""),
        ({"revised": ["Because."]}, "revised", "['Because.']"),
        ({"revised": True}, "revised", "True"),
        ({"revised": "It depends."}, "baseline", "It depends."),
        ({"baseline": ""}, "baseline", ""),
        ({"foil": "Never."}, "foil", "Never."),
        ({"foil_persona_id": "p2"}, "foil_persona_id", "p2"),
        ({"topic": "x" * 201}, "topic", "x" * 80 + "…"),
        ({"attention_check": "perhaps"}, "attention_check", "perhaps"),
        ({"right_answer": "revised"}, "right_answer", "revised"),
        ({"attention_check": "yes"}, "right_answer", ""),
        ({"attention_check": "yes", "right_answer": "foil"}, "right_answer", "foil"),
        ({"attention_check": "yes", "right_answer": "A"}, "right_answer", "A"),
        ({"Prompt": "twice"}, "Prompt", "twice"),
    ],
)
def test_question_file_names_the_column_of_a_wrong_value(change, column, value):
    other = ROW | {"prompt_id": "q0", "prompt": "Well?"}
    assert problems_of(other, ROW | change) == [(2, column, value)]


@pytest.mark.parametrize(
    ("change", "value"),
    [({"foil_persona_id": "p1"}, "p1"), ({"foil_persona_id": "p9"}, "p9"), ({"foil_persona_id": ""}, "")],
)
def test_question_file_names_a_wrong_foil_persona(change, value):
    assert problems_of(FOIL | change) == [(1, "foil_persona_id", value)]


def test_question_file_refuses_two_kinds_in_one_file():
    assert problems_of(ROW, FOIL | {"prompt_id": "q2"}) == [(2, "foil", "Never.")]


def test_question_file_refuses_the_same_question_twice():
    assert problems_of(ROW, ROW) == [(2, "prompt_id", "q1")]


def test_question_file_refuses_two_texts_under_one_prompt_id():
    assert problems_of(ROW, ROW | {"persona_id": "p2", "prompt": "Who?"}) == [(2, "prompt", "Who?")]


def test_question_file_names_all_missing_columns():
    assert [column for _, column, _ in problems_of({"persona_id": "p1"})] == [
        "prompt_id",
        "prompt",
        "revised",
        "baseline",
    ]


def test_question_file_refuses_a_misspelt_column_rather_than_passing_it_over():
    assert problems_of(ROW | {"attention_chek": "yes"}) == [(1, "attention_chek", "")]


def test_question_file_refuses_a_misspelt_column_beside_the_right_one():
    assert problems_of(ROW | {"revized": "x"}) == [(1, "revized", "")]


@pytest.mark.parametrize("column", ["persona_id", "prompt_id"])
def test_question_file_refuses_a_hidden_character_in_an_id(column):
    assert problems_of(ROW | {column: "p\u200b1"})[0] == (1, column, "p\\u200b1")


def test_question_file_reports_every_faulty_row():
    assert [line for line, _, _ in problems_of(ROW | {"prompt": ""}, ROW | {"revised": ""}, ROW)] == [1, 2]


def test_columns_are_documented():
    assert all(column.help.endswith(".") for column in COLUMNS)
