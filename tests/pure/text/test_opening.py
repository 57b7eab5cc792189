"""The opening says who, where from, work and home, then values and a quirk, in correct English and once each."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.text import persona_card, short_summary
from tests.pure.text.people import CONSTRUCTION_MANAGER, PAPER_CHILD, PAPER_RETIREE

EXAMPLE = Path(__file__).resolve().parents[3] / "data" / "example-study" / "personas.jsonl"
OPENINGS = Path(__file__).parent / "example_openings.txt"


def opening(attributes, **options):
    return persona_card(attributes, **options).opening


def test_opening_in_second_and_third_person():
    rest = "39-year-old man who works as a construction manager. He is married, with children aged 5 to 17 at home."
    assert opening(CONSTRUCTION_MANAGER) == f"You play a {rest}"
    assert opening(CONSTRUCTION_MANAGER, person="third") == f"A {rest}"


def test_opening_of_the_papers_two_personas():
    assert opening(PAPER_RETIREE) == (
        "You play a 73-year-old woman, born in the Philippines and now a U.S. citizen, who is retired. She is married, "
        "with children aged 5 to 17 at home. Politically, she is liberal and a Democrat. She enjoys gardening and has "
        "a green thumb."
    )
    assert opening(PAPER_CHILD) == (
        "You play a 10-year-old girl from California who is a student. She lives with family. She believes in fairness "
        "and kindness. She prefers to express herself through drawing."
    )


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({}, "You play the person described here."),
        ({"age": "nan", "sex": "None"}, "You play the person described here."),
        ({"age": "old", "sex": "?", "marital status": "Complicated"}, "You play the person described here."),
        ({"age": "8"}, "You play an 8-year-old child."),
        ({"age": "11"}, "You play an 11-year-old child."),
        ({"age": "18", "sex": "M"}, "You play an 18-year-old man."),
        ({"age": "100"}, "You play a 100-year-old person."),
        ({"age": "0", "sex": "Female"}, "You play a baby girl."),
        ({"age": "Under 1 year", "place of birth": "Ohio/OH"}, "You play a baby from Ohio."),
        ({"age": "73.0", "sex": "F"}, "You play a 73-year-old woman."),
        ({"age": "85", "sex": "Non-binary"}, "You play an 85-year-old person."),
        ({"sex": "male", "occupation category": "Engineer"}, "You play a man who works as an engineer."),
        ({"occupation category": "Clergy"}, "You play someone who is a member of the clergy."),
        ({"occupation category": "MIL-Military, Rank Not Specified"}, "You play someone who is a service member."),
        ({"age": "30", "employment status": "Unemployed"}, "You play a 30-year-old person who is looking for work."),
        ({"employment status": "Not in labor force"}, "You play someone who is not in paid work."),
        ({"employment status": "Armed forces, at work"}, "You play someone who serves in the armed forces."),
        ({"employment status": "Civilian employed, at work"}, "You play someone who is in paid work."),
        ({"sex": "Male", "place of birth": "District of Columbia/DC"}, "You play a man from Washington, D.C."),
        ({"sex": "Male", "place of birth": "Philippines"}, "You play a man born in the Philippines."),
        ({"sex": "Male", "place of birth": "Georgia/GA"}, "You play a man from Georgia."),
        ({"sex": "Male", "place of birth": "Georgia"}, "You play a man born in Georgia."),
        ({"place of birth": "a village"}, "You play the person described here."),
        (
            {"occupation category": "Cooks", "class of worker": "Self-employed in own incorporated business"},
            "You play someone who is self-employed as a cook.",
        ),
        (
            {
                "occupation category": "First-line supervisors of retail sales workers",
                "class of worker": "Self-employed in own not incorporated business, professional practice, or farm",
            },
            "You play someone who is self-employed in retail sales.",
        ),
    ],
)
def test_first_sentence_says_only_what_is_known(attributes, sentence):
    assert opening(attributes) == sentence


@pytest.mark.parametrize(
    ("description", "clause"),
    [
        ("Registered nurse on a surgical floor; nights.", "is a registered nurse on a surgical floor"),
        ("Runs a ward.", "works as a registered nurse"),
    ],
)
def test_job_is_named_in_the_descriptions_own_words_where_it_has_them(description, clause):
    person = {"sex": "Female", "occupation category": "Registered nurses", "detailed job description": description}
    assert opening(person) == f"You play a woman who {clause}."


def test_retired_person_is_what_the_description_says():
    person = {"employment status": "Not in labor force", "detailed job description": "Retired history teacher; writes."}
    assert opening(person) == "You play someone who is a retired history teacher."
    person["detailed job description"] = "Retired; was a teacher."
    assert opening(person) == "You play someone who is retired."


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        (
            {"marital status": "Widowed", "household type": "Nonfamily household: Male householder: Living alone"},
            "He is widowed and lives alone.",
        ),
        (
            {"marital status": "Married", "household type": "Nonfamily household, male householder living alone"},
            "He is married but lives alone.",
        ),
        (
            {"marital status": "Never married or under 15 years old", "household type": "Married couple household"},
            "He has never married and lives in a family home.",
        ),
        (
            {"marital status": "Married", "family presence and age": "No related children"},
            "He is married, with no children under 18 at home.",
        ),
        (
            {"family presence and age": "With related children under 5 years and 5 to 17 years"},
            "There are children under 18 at home, some of them under 5.",
        ),
        (
            {"household type": "Male householder, no spouse/partner present, only nonrelatives present"},
            "He lives with housemates.",
        ),
        (
            {
                "marital status": "Divorced",
                "household type": "Cohabiting couple household with children of the householder less than 18",
            },
            "He is divorced and lives in an unmarried couple’s home with children under 18.",
        ),
    ],
)
def test_second_sentence_is_home(attributes, sentence):
    assert opening({"age": "40", "sex": "Male", **attributes}) == f"You play a 40-year-old man. {sentence}"


@pytest.mark.parametrize(
    ("core_values", "sentence"),
    [
        ("Family, Hard Work, God", "What matters most to her is family, hard work and God."),
        ("Islam; study; live and let live", "What matters most to her is Islam, study, and live and let live."),
        ("Family", "What matters most to her is family."),
        ("Believes that people come first", "She believes that people come first."),
        ("Family comes first. Always.", "What matters most to her: Family comes first. Always."),
    ],
)
def test_values_make_a_sentence(core_values, sentence):
    assert opening({"sex": "Female", "core values": core_values}) == f"You play a woman. {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Keeps lists.", "He keeps lists."),
        ("Never opens mail", "He never opens mail."),
        ("Stacks of half-read books in every room", "One quirk: stacks of half-read books in every room."),
        ("Elvis wigs", "One quirk: Elvis wigs."),
        ("He hums.", "He hums."),
    ],
)
def test_quirk_makes_a_sentence(text, sentence):
    assert opening({"sex": "Male", "defining quirks": text}) == f"You play a man. {sentence}"


def test_person_of_unknown_sex_is_they():
    person = {"age": "40", "marital status": "Married", "core values": "Thrift", "defining quirks": "Keeps lists"}
    assert opening(person).endswith("They are married. What matters most to them is thrift. They keep lists.")
    two_verbs = person | {"defining quirks": "Keeps lists and loses them"}
    assert opening(two_verbs).endswith("This person keeps lists and loses them.")


def test_character_fills_an_opening_that_would_be_too_short():
    person = {
        "sex": "Female",
        "big five scores": "Openness: High, Conscientiousness: Average, Extraversion: Average, Agreeableness: Average, "
        "Neuroticism: Low",
        "defining quirks": "Hums.",
    }
    assert opening(person) == (
        "You play a woman. She is open to new ideas, calm, and about average in orderliness, sociability and warmth. "
        "She hums."
    )


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"age": "50", "education": "Grade 9"}, "He left school after ninth grade."),
        ({"age": "17", "education": "Grade 9"}, "He finished ninth grade."),
        ({"age": "19", "education": "12th grade - no diploma"}, "He reached twelfth grade but has no diploma."),
        ({"age": "40", "education": "Doctorate degree"}, "He has a doctorate."),
        ({"age": "40", "education": "Something else"}, ""),
        ({"age": "4", "education": "No schooling completed"}, ""),
        ({"age": "60", "veteran status": "On active duty in the past, but not now"}, "He is a veteran."),
        ({"age": "60", "household language": "Spanish"}, "Spanish is spoken at home."),
    ],
)
def test_background_fills_an_opening_of_census_attributes(attributes, sentence):
    noun = f"{attributes['age']}-year-old {'boy' if int(attributes['age']) < 18 else 'man'}"
    assert opening({"sex": "Male"} | attributes) == f"You play a {noun}. {sentence}".strip()


def test_background_agrees_with_they():
    text = opening({"education": "1 or more years of college credit, no degree"})
    assert text == "You play the person described here. They went to college but have no degree."


def test_given_name_comes_first():
    assert opening(CONSTRUCTION_MANAGER, name="Robin").startswith("You play Robin, a 39-year-old man who works as")
    assert opening({"marital status": "Married"}, name="Robin") == "You play Robin. They are married."


def test_line_for_a_phone_is_the_first_sentence_without_the_place():
    assert persona_card(PAPER_RETIREE).line == "You play a 73-year-old woman who is retired."
    assert persona_card({}).line == "You play the person described here."


def test_short_summary_has_no_articles():
    assert short_summary(CONSTRUCTION_MANAGER) == "39-year-old man, construction manager, married"
    assert short_summary({}) == "This person"


@given(st.dictionaries(st.sampled_from(sorted(PAPER_RETIREE)), st.text(max_size=60)))
def test_opening_begins_and_ends_as_a_sentence_whatever_the_values(attributes):
    text = opening(attributes)
    assert text.startswith("You play ")
    assert text[-1] in ".!?…\"'”’)]"
    assert short_summary(attributes)


def test_example_personas_open_with_the_sentences_that_were_read():
    rows = [json.loads(line) for line in EXAMPLE.read_text(encoding="utf-8").split("\n") if line]
    lines = [f"{row['id']}: {opening(row['attributes'])}" for row in rows]
    assert lines == OPENINGS.read_text(encoding="utf-8").splitlines()
