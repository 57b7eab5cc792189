"""Personas from elsewhere: an example of each layout, made by us, all the way to the one renderer."""

import json

import pyarrow
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command

from personas.models import PersonaSet

pytestmark = pytest.mark.django_db
NEMOTRON = {
    "uuid": "0f8b2f5e", "professional_persona": "Keeps the books of a small bakery.", "sports_persona": "Bowls.",
    "arts_persona": "Sings in a choir.", "travel_persona": "Visits her sister.", "culinary_persona": "Bakes.",
    "persona": "A bookkeeper who sings.", "cultural_background": "Norwegian", "skills_and_expertise": "Sums.",
    "skills_and_expertise_list": "['sums']", "hobbies_and_interests": "Knits socks.",
    "hobbies_and_interests_list": "['knitting']", "career_goals_and_ambitions": "None left.", "sex": "Female",
    "age": 61, "marital_status": "widowed", "education_level": "high_school", "bachelors_field": None,
    "occupation": "bookkeeper", "city": "Duluth", "state": "MN", "zipcode": "55802", "country": "USA",
}  # fmt: skip
EDSL = {"agent_list": [{"name": "Ann", "traits": {"age": 30, "political_views": "Independent"}, "edsl_version": "1"},
                       {"name": None, "traits": {"age": 44, "sex": "Male"}}]}  # fmt: skip
PERSONA = [{"persona": "age: 50\nsex: Male\nbig five scores: Not Applicable\n", "instruction": n} for n in "ab"]


def convert(tmp_path, layout, name, text):
    (tmp_path / name).write_text(text)
    call_command("convert_personas", tmp_path / name, tmp_path / "out.jsonl", layout=layout)
    call_command("import_personas", tmp_path / "out.jsonl", name=layout)
    return list(PersonaSet.objects.get(name=layout).personas.all())


def test_nemotron_rows_keep_all_that_is_said_once(tmp_path):
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([NEMOTRON]), tmp_path / "n.parquet")
    call_command("convert_personas", tmp_path / "n.parquet", tmp_path / "out.jsonl", layout="nemotron")
    call_command("import_personas", tmp_path / "out.jsonl", name="nemotron")
    [persona] = PersonaSet.objects.get().personas.all()
    values = dict(persona.attributes)
    assert (persona.key, values["age"], values["education"]) == ("0f8b2f5e", "61", "high_school")
    assert values["personal time"] == "Knits socks."
    assert persona.origins["age"] == "census"
    assert persona.origins["personal time"] == "model"
    assert "zipcode" not in values
    assert "bachelors field" not in values
    assert "61-year-old woman" in persona.text()


def test_edsl_agents_keep_names_and_traits(tmp_path):
    ann, other = convert(tmp_path, "edsl", "agents.json", json.dumps(EDSL))
    assert (ann.key, dict(ann.attributes)["political views"]) == ("Ann", "Independent")
    assert other.key == "agent-00002"


def test_persona_rows_give_each_persona_once_without_absent_values(tmp_path):
    [persona] = convert(tmp_path, "persona", "p.jsonl", "".join(json.dumps(row) + "\n" for row in PERSONA))
    assert dict(persona.attributes) == {"age": "50", "sex": "Male"}


def test_persona_table_with_a_column_for_each_attribute(tmp_path):
    [persona] = convert(tmp_path, "persona", "p.csv", "age,sex,religion\n41,Female,nan\n")
    assert dict(persona.attributes) == {"age": "41", "sex": "Female"}


@pytest.mark.parametrize(
    ("layout", "name", "text", "words"),
    [
        ("nemotron", "a.jsonl", '{"age": 3}\n', "Record 1: a persona of Nemotron"),
        ("edsl", "a.json", "[{}]", "Record 1: an agent has"),
        ("edsl", "a.json", '{"agents": 1}', "expected a list of objects"),
        ("persona", "a.jsonl", '{"said": "x"}\n', "Record 1: no attribute of the paper"),
        ("persona", "a.jsonl", "", "no persona was found"),
        ("persona", "a.jsonl", "{", "a.jsonl: "),
    ],
)
def test_file_of_another_layout_is_refused(tmp_path, layout, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(CommandError, match=words):
        call_command("convert_personas", tmp_path / name, tmp_path / "out.jsonl", layout=layout)
    assert not (tmp_path / "out.jsonl").exists()
