"""A persona reads as plain English, tells nothing that is absent or hidden, and goes to models as it is stored."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.big_five import LEVELS, TRAITS, BigFive, big_five_words, format_big_five, parse_big_five
from personas.occupations import occupation_noun, with_article
from personas.render import grouped_attributes, opening_sentence, persona_card, persona_text, short_summary

CONSTRUCTION_MANAGER = {
    "age": "39",
    "sex": "Male",
    "employment status": "Civilian employed, at work",
    "class of worker": "Employee of a private for-profit company or business",
    "occupation category": "Construction managers",
    "marital status": "Married",
    "household type": "Married couple household",
    "family presence and age": "With related children 5 to 17 years only",
}
# The two complete examples of the paper's appendix C, as far as the sentence uses them.
PAPER_RETIREE = {
    "age": "73",
    "class of worker": "Retired",
    "detailed job description": "Retired, previously worked in a managerial position",
    "employment status": "Not in labor force",
    "family presence and age": "With related children 5 to 17 years only",
    "household type": "Married couple household, no children of the householder less than 18",
    "marital status": "Married",
    "occupation category": "nan",
    "sex": "Female",
}
PAPER_CHILD = {
    "age": "10",
    "class of worker": "Not applicable",
    "detailed job description": "Student",
    "employment status": "Unemployed",
    "family presence and age": "With related children under 5 years and 5 to 17 years",
    "household type": "Married couple household with children of the householder less than 18",
    "marital status": "Never married or under 15 years old",
    "occupation category": "Student",
    "sex": "Female",
}


# --- The opening sentence -------------------------------------------------------------------------
def test_opening_sentence_in_second_and_third_person():
    rest = "a 39-year-old man, a construction manager, married, with children aged 5 to 17 at home."
    assert opening_sentence(CONSTRUCTION_MANAGER) == f"You are {rest}"
    assert opening_sentence(CONSTRUCTION_MANAGER, person="third") == f"This is {rest}"


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        (PAPER_RETIREE, "You are a 73-year-old woman, retired, married, with children aged 5 to 17 at home."),
        (PAPER_CHILD, "You are a 10-year-old girl, a student, living in a family household."),
        ({}, "You are the person described below."),
        ({"age": "nan", "sex": "None"}, "You are the person described below."),
        ({"age": "old", "sex": "?", "marital status": "Complicated"}, "You are the person described below."),
        ({"age": "8"}, "You are an 8-year-old child."),
        ({"age": "0", "sex": "Female"}, "You are a baby girl."),
        ({"age": "73.0", "sex": "F"}, "You are a 73-year-old woman."),
        ({"age": "85", "sex": "Non-binary"}, "You are an 85-year-old person."),
        ({"sex": "male", "occupation category": "Engineer"}, "You are a man, an engineer."),
        ({"occupation category": "Clergy"}, "You are a person, a member of the clergy."),
        ({"age": "30", "employment status": "Unemployed"}, "You are a 30-year-old person, looking for work."),
        ({"age": "70", "employment status": "Not in labor force"}, "You are a 70-year-old person, not in paid work."),
        (
            {"age": "25", "employment status": "Armed forces, at work"},
            "You are a 25-year-old person, in the armed forces.",
        ),
        (
            {"age": "25", "employment status": "Civilian employed, at work"},
            "You are a 25-year-old person, in paid work.",
        ),
        (
            {
                "sex": "Male",
                "marital status": "Widowed",
                "household type": "Nonfamily household, male householder living alone",
            },
            "You are a man, widowed, living alone.",
        ),
        (
            {
                "age": "19",
                "marital status": "Never married or under 15 years old",
                "household type": "Married couple household",
            },
            "You are a 19-year-old person, never married, living in a family household.",
        ),
        (
            {"age": "50", "marital status": "Married", "family presence and age": "No related children"},
            "You are a 50-year-old person, married, with no children under 18 at home.",
        ),
        (
            {"age": "40", "family presence and age": "With related children under 5 years and 5 to 17 years"},
            "You are a 40-year-old person, with children both under 5 and aged 5 to 17 at home.",
        ),
        (
            {"age": "40", "household type": "Male householder, no spouse/partner present, only nonrelatives present"},
            "You are a 40-year-old person, sharing a household with people outside the family.",
        ),
        (
            {
                "age": "56",
                "occupation category": "First-line supervisors of retail sales workers",
                "class of worker": "Self-employed in own not incorporated business, professional practice, or farm",
            },
            "You are a 56-year-old person, self-employed as a supervisor of retail sales workers.",
        ),
    ],
)
def test_opening_sentence_says_only_what_is_known(attributes, sentence):
    assert opening_sentence(attributes) == sentence


def test_short_summary_has_no_articles():
    assert short_summary(CONSTRUCTION_MANAGER) == "39-year-old man, construction manager, married"
    assert short_summary({}) == "This person"


@given(st.dictionaries(st.sampled_from(sorted(CONSTRUCTION_MANAGER)), st.text(max_size=60)))
def test_opening_sentence_is_one_sentence_whatever_the_values(attributes):
    sentence = opening_sentence(attributes)
    assert sentence.startswith("You are ")
    assert sentence.endswith(".")
    assert short_summary(attributes)


@pytest.mark.parametrize(
    ("title", "noun"),
    [
        ("Construction managers", "construction manager"),
        ("MGR-Chief Executives And Legislators", "chief executive or legislator"),
        ("Shipping, receiving, and inventory clerks", "shipping, receiving, and inventory clerk"),
        ("Laborers and freight, stock, and material movers, hand", "laborer or freight, stock, and material mover"),
        ("Purchasing agents, except wholesale, retail, and farm products", "purchasing agent"),
        ("Inspectors, testers, sorters, samplers, and weighers", "inspector, tester, sorter, sampler or weigher"),
        ("Bus drivers, school", "bus driver (school)"),
        (
            "RPR-Bus And Truck Mechanics And Diesel Engine Specialists",
            "bus and truck mechanic or diesel engine specialist",
        ),
        ("Nurse practitioners, and nurse midwives", "nurse practitioner or nurse midwife"),
        ("Other engineers", "engineer"),
        ("Computer occupations, all other", "computer worker"),
        ("Cleaners of vehicles and equipment", "cleaner of vehicles and equipment"),
        ("Helpers--production workers", "helper to production workers"),
        ("Waiters and waitresses", "waiter or waitress"),
        ("Clergy", "member of the clergy"),
        ("Engineer", "engineer"),
        ("Military, rank not specified", ""),
    ],
)
def test_occupation_noun_is_one_person(title, noun):
    assert occupation_noun(title) == noun


def test_occupation_noun_follows_sex_and_description():
    assert occupation_noun("Waiters and waitresses", female=True) == "waitress"
    assert occupation_noun("Producers and directors", description="A theater director in Vermont.") == "director"


@pytest.mark.parametrize(
    "noun", ["an engineer", "a user researcher", "an honest broker", "a union organizer", "an usher"]
)
def test_article_goes_by_sound(noun):
    assert with_article(noun.split(" ", 1)[1]) == noun


# --- The card -------------------------------------------------------------------------------------
def test_grouped_attributes_stand_under_headings_with_health_folded():
    groups = grouped_attributes(
        {
            "age": "39",
            "income": "129000",
            "religion": "Catholic",
            "hearing difficulty": "No",
            "core values": "Thrift",
            "tea": "Green",
        }
    )
    assert [(group.heading, group.folded) for group in groups] == [
        ("Values", False),
        ("Beliefs", False),
        ("Work and home", False),
        ("Background", False),
        ("More", False),
        ("Health", True),
    ]
    assert groups[2].items[0].text == "$129,000 a year"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Income", "0", "No income"),
        ("income", "-5400", "A loss of $5,400 a year"),
        ("income", "$1,200.00", "$1,200 a year"),
        ("income", "about a lot", "about a lot"),
        ("income", "²", "²"),
        ("place of birth", "Pennsylvania/PA", "Pennsylvania"),
        ("place of birth", "Mexico", "Mexico"),
        ("marital status", "Never married or under 15 years old", "Never married"),
        ("employment status", "Not in labor force", "Not working and not looking for work"),
        ("big five scores", "a riddle", "a riddle"),
        ("lifestyle", " <b>calm</b> ", "<b>calm</b>"),
    ],
)
def test_value_is_shown_in_readable_words(name, value, text):
    assert grouped_attributes({name: value})[0].items[0].text == text


def test_absent_values_are_never_shown():
    card = persona_card({"age": "nan", "religion": "None", "lifestyle": "", "disability": None})
    assert card.groups == ()
    assert persona_text({"age": "nan", "sex": "Female"}) == "sex: Female"


def test_hidden_attributes_are_not_told_by_the_opening():
    card = persona_card(CONSTRUCTION_MANAGER, shown=["sex", "marital status"])
    assert (card.opening, card.summary) == ("You are a man, married.", "Man, married")


def test_persona_text_is_one_line_per_attribute_as_stored():
    text = persona_text(
        [["Age", "39"], ["income", "129000"], ["lifestyle", "calm,\nmostly"]], shown=["lifestyle", "age"]
    )
    assert text == "lifestyle: calm, mostly\nage: 39"


# --- Big Five -------------------------------------------------------------------------------------
@given(st.tuples(*[st.sampled_from(LEVELS)] * 5))
def test_big_five_parses_and_formats_without_change(levels):
    text = ", ".join(f"{trait}: {level}" for trait, level in zip(TRAITS, levels, strict=True))
    scores = parse_big_five(text)
    assert scores == BigFive(*levels)
    assert format_big_five(scores) == text
    assert big_five_words(text) != text


@pytest.mark.parametrize("text", ["Not Applicable", "", "Openness: High", "Openness: Huge, Conscientiousness: Low"])
def test_big_five_that_is_not_whole_is_left_alone(text):
    assert parse_big_five(text) is None
    assert big_five_words(text) == text


def test_big_five_in_words():
    scores = BigFive("Extremely High", "Average", "Low", "Average", "High")
    assert big_five_words(format_big_five(scores)) == (
        "Very open and drawn to the new, rather quiet, often anxious; about average in orderliness and warmth"
    )
    assert big_five_words(format_big_five(BigFive(*["Average"] * 5))) == "About average in all five traits"


# --- The bundled personas -------------------------------------------------------------------------
EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "example-study" / "personas.jsonl"
OPENINGS = Path(__file__).parent / "example_openings.txt"


def test_example_personas_open_with_the_sentences_that_were_read():
    rows = [json.loads(line) for line in EXAMPLE.read_text(encoding="utf-8").split("\n") if line]
    lines = [f"{row['id']}: {opening_sentence(row['attributes'])}" for row in rows]
    assert lines == OPENINGS.read_text(encoding="utf-8").splitlines()
