"""Files that read well and say nonsense: ids twice, personas nobody knows, answers that are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.malformed.forms import PERSONAS, MalformedFile, Row, first_line_of, form_bytes, good_rows

Change = Callable[[Row], Row]


def without(*names: str) -> Change:
    return lambda row: {name: value for name, value in row.items() if name not in names}


def having(**fields) -> Change:
    return lambda row: {**row, **fields}


def renamed(old: str, new: str) -> Change:
    return lambda row: {new if name == old else name: value for name, value in row.items()}


# The change is made to the middle record. In CSV and text every value is text, so these make sense in every form.
BAD_PERSONAS: dict[str, Change] = {
    "id of the first persona": having(id="persona-01"),
    "empty id": having(id=""),
    "blank id": having(id="  "),
    "id with a space in front": having(id=" persona-02"),
    "id with a zero-width space": having(id="persona\u200b-02"),
    "id too long": having(id="p" * 201),
    "no value at all": having(age="", lifestyle="nan"),
    "only None": having(age="None", lifestyle=" "),
    "attribute too long": having(lifestyle="x" * 10_001),
}
BAD_JSON_PERSONAS: dict[str, Change] = {
    "null id": having(id=None),
    "list as id": having(id=["persona-02"]),
    "id and persona_id": having(persona_id="persona-02"),
    "true as a value": having(age=True),
    "list as a value": having(age=["39"]),
    "object as a value": having(age={"years": "39"}),
    "attribute twice by case": having(Age="40"),
    "attribute twice by underscore": having(**{"marital status": "Married", "marital_status": "Married"}),
    "name too long": having(**{"x" * 201: "1"}),
    "blank name": having(**{" ": "1"}),
    "unknown origin": having(origin={"age": "guess"}),
    "origin that is no text": having(origin={"age": ["census"]}),
    "origin of nothing": having(origin={"height": "census"}),
    "201 attributes": having(**{f"k{number}": "v" for number in range(201)}),
    "empty attributes": lambda row: {"id": row["id"], "attributes": {}},
    "attributes and more": lambda row: {"id": row["id"], "attributes": {"age": "39"}, "sex": "Male"},
    "persona text without a colon": lambda row: {"id": row["id"], "persona": "39 years"},
    "persona text with a key twice": lambda row: {"id": row["id"], "persona": "age: 39\nage: 40"},
}
BAD_QUESTIONS: dict[str, Change] = {
    "unknown persona": having(persona_id="persona-99"),
    "empty persona": having(persona_id=""),
    "persona by another case": having(persona_id="Persona-02"),
    "empty prompt id": having(prompt_id=""),
    "prompt id too long": having(prompt_id="p" * 201),
    "empty prompt": having(prompt=""),
    "prompt of spaces": having(prompt="   "),
    "prompt of zero-width spaces": having(prompt="\u200b\u200b"),
    "empty revised": having(revised=""),
    "empty baseline": having(baseline=""),
    "both answers the same": having(baseline="Yes, says persona-02."),
    "another prompt under the same id": having(prompt="Do friends come first?"),
    "the question twice": having(persona_id="persona-01"),
}
BAD_JSON_QUESTIONS: dict[str, Change] = {
    "true as a prompt": having(prompt=True),
    "list as a prompt": having(prompt=["Why?"]),
    "object as an answer": having(revised={"text": "Yes."}),
    "null prompt": having(prompt=None),
    "baseline and foil": having(foil="No.", foil_persona_id="persona-03"),
    "foil without its persona": lambda row: {**without("baseline")(row), "foil": "No."},
    "foil of the same persona": lambda row: {
        **without("baseline")(row),
        "foil": "No.",
        "foil_persona_id": row["persona_id"],
    },
    "foil of an unknown persona": lambda row: {
        **without("baseline")(row),
        "foil": "No.",
        "foil_persona_id": "persona-99",
    },
    "foil persona of a baseline": having(foil_persona_id="persona-03"),
    "foil among baselines": lambda row: {**without("baseline")(row), "foil": "No.", "foil_persona_id": "persona-03"},
    "topic too long": having(topic="x" * 201),
    "attention check maybe": having(attention_check="maybe", right_answer="revised"),
    "attention check without its answer": having(attention_check="yes"),
    "attention check with an odd answer": having(attention_check="yes", right_answer="left"),
    "right answer of a question": having(right_answer="revised"),
    "column twice by case": having(Prompt="Does family come first?"),
}
# A whole column is missing or misspelt: said once, at the first line.
BAD_PERSONA_COLUMNS: dict[str, Change] = {"no id column": without("id"), "id column misspelt": renamed("id", "key")}
BAD_QUESTION_COLUMNS: dict[str, Change] = {
    **{f"no column {name}": without(name) for name in ("persona_id", "prompt_id", "prompt", "revised", "baseline")},
    "revised misspelt": renamed("revised", "revisd"),
    "attention_check misspelt": having(attention_chek="no"),
}


def bad_meaning(kind: str) -> Iterator[MalformedFile]:
    everywhere, in_json = (BAD_PERSONAS, BAD_JSON_PERSONAS) if kind == PERSONAS else (BAD_QUESTIONS, BAD_JSON_QUESTIONS)
    for name, change in everywhere.items():
        for form in ("jsonl", "json", "csv", "txt"):
            yield changed_middle(kind, name, change, form)
    for name, change in in_json.items():
        for form in ("jsonl", "json"):
            yield changed_middle(kind, name, change, form)


def changed_middle(kind: str, name: str, change: Change, form: str) -> MalformedFile:
    rows = good_rows(kind)
    rows[1] = change(rows[1])
    return MalformedFile(f"{name} in {form}", f"file.{form}", form_bytes(form, rows), first_line_of(form, rows, 2))


def bad_columns(kind: str) -> Iterator[MalformedFile]:
    """The text form numbers its personas itself, so there a missing id is no fault."""
    changes = BAD_PERSONA_COLUMNS if kind == PERSONAS else BAD_QUESTION_COLUMNS
    for name, change in changes.items():
        for form in ("jsonl", "json", "csv") if kind == PERSONAS else ("jsonl", "json", "csv", "txt"):
            rows = [change(row) for row in good_rows(kind)]
            line = 1 if form == "csv" else first_line_of(form, rows, 1)
            yield MalformedFile(f"{name} in {form}", f"file.{form}", form_bytes(form, rows), line)
