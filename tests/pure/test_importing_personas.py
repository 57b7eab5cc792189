"""A file of personas is taken whole or refused with every fault by line, column and value."""

import hashlib
import json

import pytest

from files.reading import Problems, UnreadableFile
from personas.importing import PersonaReader


def read_all(data: bytes, filename: str, shown=()) -> tuple[list, PersonaReader]:
    reader = PersonaReader(Problems(), shown=shown)
    return list(reader.drafts(data, filename)), reader


def read_personas(data: bytes, *, filename: str) -> list:
    return read_all(data, filename)[0]


def lines(*rows: dict) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def problems_of(data: bytes, filename: str = "p.jsonl") -> list[tuple[int | None, str | int | None, str]]:
    with pytest.raises(UnreadableFile) as caught:
        read_personas(data, filename=filename)
    return [(problem.line, problem.column, problem.message) for problem in caught.value.problems]


def test_personas_from_nested_jsonl():
    row = {"id": "p1", "attributes": {"age": 39, "Sex": "Male", "fertility": None}, "origin": {"AGE": "census"}}
    (draft,) = read_personas(lines(row), filename="p.jsonl")
    assert (draft.line, draft.key) == (1, "p1")
    assert draft.attributes == [("age", "39"), ("Sex", "Male")]
    assert draft.origins == {"age": "census"}


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b'{"persona_id": "p1", "age": "39", "sex": "nan"}', "p.jsonl"),
        (b'[{"id": "p1", "age": 39, "sex": "nan"}]', "p.json"),
        (b"id,age,sex\np1,39,nan\n", "p.csv"),
        (b"ID\tage\tsex\np1\t39\tnan\n", "p.tsv"),
        (b"id: p1\nage: 39\nsex: nan\n", "p.txt"),
        (b'{"id": "p1", "persona": "age: 39\\nsex: nan\\n"}', "p.jsonl"),
        (b'id,persona\np1,"age: 39\nsex: nan"\n', "p.csv"),
    ],
)
def test_personas_from_every_form_are_the_same(data, filename):
    (draft,) = read_personas(data, filename=filename)
    assert (draft.key, draft.attributes) == ("p1", [("age", "39"), ("sex", "nan")])


def test_text_form_without_ids_is_numbered():
    drafts = read_personas(b"age: 39\n\nage: 40\n", filename="p.txt")
    assert [draft.key for draft in drafts] == ["persona-001", "persona-002"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"attributes": {"age": "1"}}', (1, None, "no column is named id")),
        (b'{"id": "a", "age": "1"}\n{"id": "a", "age": "1"}', (2, "id", "already on line 1")),
        (b'{"id": "a", "age": "1"}\n{"id": "", "age": "1"}', (2, "id", "needs an id")),
        (b'{"id": null, "age": "1"}', (1, "id", "needs an id")),
        (b'{"id": " a", "age": "1"}', (1, "id", "begins or ends")),
        (b'{"id": "a\\tb", "age": "1"}', (1, "id", "cannot be seen")),
        (b'{"id": "' + b"x" * 201 + b'", "age": "1"}', (1, "id", "201 characters")),
        (b'{"id": "a", "persona_id": "b", "age": "1"}', (1, "persona_id", "already an id in id")),
        (b'{"id": "a", "age": "1", "AGE": "2"}', (1, "AGE", "same attribute as 'age'")),
        (b'{"id": "a", "retired": true}', (1, "retired", "such as Yes")),
        (b'{"id": "a", "age": ["1"]}', (1, "age", "found a list or an object")),
        (b'{"id": "a", " ": "1"}', (1, " ", "needs a name")),
        (b'{"id": "a", "age": "nan"}', (1, None, "no attribute with a value")),
        (b'{"id": "a", "attributes": {}}', (1, None, "no attribute with a value")),
        (b'{"id": "a", "attributes": {"age": "1"}, "sex": "Male"}', (1, "sex", "move it inside attributes")),
        (b'{"id": "a", "age": "1", "origin": {"age": "guess"}}', (1, "origin", "Unknown origin of 'age'")),
        (b'{"id": "a", "age": "1", "origin": {"sex": "census"}}', (1, "origin", "does not exist")),
        (b'{"id": "a", "life": "' + b"x" * 10_001 + b'"}', (1, "life", "10,001 characters")),
        (json.dumps({"id": "a"} | {f"k{n}": "v" for n in range(201)}).encode(), (1, None, "201 attributes")),
        (b'{"id": "a", "persona": "age: 1\\nage: 2"}', (1, "persona", "no key twice")),
    ],
)
def test_persona_that_is_not_sound_is_named(data, problem):
    found = problems_of(data)[0]
    assert found[:2] == problem[:2]
    assert problem[2] in found[2]


def test_every_problem_of_a_file_is_reported_in_its_order():
    data = b"id,age,sex\na,1,x\n,2,x\na,3,x\nb,,\n"
    assert [line for line, _, _ in problems_of(data, "p.csv")] == [3, 4, 5]


def test_later_record_without_an_id_is_named():
    found = problems_of(b'{"id": "a", "age": "1"}\n{"age": "2"}')
    assert found == [(2, "id", "Every persona needs an id, and it must not be empty.")]


def test_more_different_attributes_than_a_table_may_have_columns_are_refused():
    rows = [{"id": f"p{n}"} | {f"k{n}-{m}": "v" for m in range(100)} for n in range(11)]
    assert problems_of(lines(*rows)) == [(11, None, "More than 1,000 different attributes in the file.")]


def test_shown_attributes_must_be_there_and_once():
    data = b"id,Age,sex\na,1,nan\n"
    assert read_all(data, "p.csv", ["AGE"])[1].shown == ["age"]
    with pytest.raises(UnreadableFile, match="no persona has this one") as caught:
        read_all(data, "p.csv", ["age", "sex", "Age"])
    assert [problem.value for problem in caught.value.problems] == ["sex", "Age"]


def test_content_hash_is_of_what_is_there():
    def content_hash(data, filename, shown=()):
        return read_all(data, filename, shown)[1].content_hash

    csv = content_hash(b"id,age,sex\na,1,\n", "p.csv")
    assert csv == content_hash(b'{"id": "a", "age": 1}', "p.jsonl")
    assert csv != content_hash(b'{"id": "a", "age": 2}', "p.jsonl")
    assert csv != content_hash(b"id,age,sex\na,1,\n", "p.csv", ["age"])


def test_content_hash_stays_what_it_was():
    """A file imported before an upgrade must be recognised after it."""
    personas = [["a", [["age", "1"], ["sex", "x"]], []], ["b", [["age", "2"]], [["age", "census"]]]]
    whole = json.dumps([personas, ["age"]], ensure_ascii=False, separators=(",", ":"))
    rows = [{"id": "a", "age": 1, "sex": "x"}, {"id": "b", "age": 2, "origin": {"age": "census"}}]
    reader = read_all(lines(*rows), "p.jsonl", ["Age"])[1]
    assert reader.content_hash == hashlib.sha256(whole.encode()).hexdigest()
