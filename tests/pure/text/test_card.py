"""The card tells what the opening has not said, nothing absent or hidden, and the same words go to models."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.text import VERSION, Style, persona_card, persona_text
from personas.text.big_five import LEVELS, TRAITS, BigFive, big_five_words, format_big_five, parse_big_five
from personas.text.english import listed, with_article
from personas.text.samples import draw_personas
from tests.pure.text.people import CONSTRUCTION_MANAGER, PAPER_CHILD, PAPER_RETIREE

EXAMPLE = Path(__file__).resolve().parents[3] / "data" / "example-study" / "personas.jsonl"


def items_of(card):
    return {item.key: (item.label, item.text) for group in card.groups for item in group.items}


def test_groups_tell_what_the_opening_has_not_said():
    card = persona_card(PAPER_RETIREE)
    assert items_of(card) == {
        "big five scores": (
            "Character",
            "Very open and drawn to the new, loose about plans and order, very outgoing, blunt, and hardly ever upset",
        ),
        "detailed job description": ("Details", "Previously worked in a managerial position"),
        "education": ("Education", "Bachelor’s degree"),
        "health insurance": ("Health insurance", "Yes"),
        "household language": ("Language at home", "An East Asian or Pacific language"),
        "income": ("Income", "$178,900 a year"),
        "lifestyle": ("Lifestyle", "Active and outdoorsy"),
        "mannerisms": ("Mannerisms", "Often uses hand gestures while speaking"),
        "personal time": ("Free time", "Spends free time gardening or reading"),
        "race": ("Race", "Asian"),
        "ancestry": ("Ancestry", "Filipino"),
        "religion": ("Religion", "Christian"),
        "veteran status": ("Military service", "Never served"),
    }


def test_groups_of_the_persons_own_are_open():
    card = persona_card({"age": "39", "income": "129000", "religion": "Catholic", "race": "Asian", "tea": "Green"})
    assert [(group.heading, group.is_open) for group in card.groups] == [
        ("Beliefs", True),
        ("Work and home", False),
        ("Background", False),
        ("More", False),
    ]


def test_what_a_sentence_leaves_of_a_text_is_in_its_group():
    card = persona_card({"sex": "Male", "defining quirks": "Collects stamps. Writes lists; talks to plants"})
    assert card.opening == "You play a man. He collects stamps."
    assert items_of(card) == {"defining quirks": ("Quirks", "Writes lists. Talks to plants.")}


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({"disability": "Without a disability", "vision difficulty": "No", "hearing difficulty": "No"}, "None"),
        ({"disability": "With a disability", "vision difficulty": "No"}, "Yes"),
        (
            {"disability": "With a disability", "vision difficulty": "No", "hearing difficulty": "Yes"},
            "Difficulty hearing; no difficulty seeing",
        ),
        ({"cognitive difficulty": "Yes", "hearing difficulty": "Yes"}, "Difficulty hearing and concentrating"),
        ({"vision difficulty": "a little"}, "a little"),
    ],
)
def test_disability_and_difficulties_are_one_line(attributes, line):
    texts = list(items_of(persona_card(attributes)).values())
    assert texts == [("Disability", line)]


def test_last_job_is_said_to_be_the_last():
    person = {
        "employment status": "Unemployed",
        "occupation category": "Cooks",
        "class of worker": "State government employee",
    }
    assert items_of(persona_card(person)) == {
        "occupation category": ("Last job", "Cook"),
        "class of worker": ("Last worked for", "State government"),
    }


def test_citizenship_by_birth_is_told_by_the_birthplace():
    born = {"place of birth": "Ohio/OH", "citizenship": "Born in the United States"}
    assert items_of(persona_card(born)) == {}
    assert "citizenship" in items_of(persona_card(born | {"place of birth": "Mexico"}))


def test_absent_values_are_never_shown():
    card = persona_card({"age": "nan", "ideology": "None", "lifestyle": "", "disability": None})
    assert card.groups == ()
    assert persona_text({"age": "nan", "sex": "Female"}) == "You play a woman."


def test_none_is_told_where_it_is_an_answer():
    card = persona_card({"age": "40", "religion": "None", "pets": "none", "income": "None"})
    assert items_of(card) == {"religion": ("Religion", "None"), "pets": ("Pets", "none")}


def test_hidden_attributes_are_not_told_by_the_opening():
    card = persona_card(CONSTRUCTION_MANAGER, shown=["sex", "marital status"])
    assert (card.opening, card.line) == ("You play a man. He is married.", "You play a man.")


# --- The list, as in the paper --------------------------------------------------------------------
def test_list_has_every_attribute_in_order_and_rewrites_nothing():
    card = persona_card(PAPER_CHILD, style=Style.LIST)
    assert card.opening == ""
    assert [(item.label, item.text) for item in card.items] == [
        (name, value) for name, value in PAPER_CHILD.items() if value not in ("nan", "Not applicable")
    ]
    assert (card.line, card.name) == ("", "")  # the page says whom one plays


def test_list_begins_with_the_given_name():
    text = persona_text({"Age": "39", "income": "129000"}, style=Style.LIST, name="Robin", shown=["income", "age"])
    assert text == "name: Robin\nincome: 129000\nAge: 39"


# --- The text for models --------------------------------------------------------------------------
@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("person", [PAPER_CHILD, PAPER_RETIREE, CONSTRUCTION_MANAGER])
def test_text_for_models_has_the_words_that_raters_read(person, style):
    card = persona_card(person, style=style, name="Robin")
    read = [card.opening, *(part for item in card.items for part in (item.label, item.text))]
    read += [
        part for group in card.groups for part in (group.heading, *(p for i in group.items for p in (i.label, i.text)))
    ]
    words = persona_text(person, style=style, name="Robin").replace(":", " ").split()
    assert words == " ".join(read).replace(":", " ").split()


# --- The version ----------------------------------------------------------------------------------
# SHA-256 of the texts of the examples and of 50 drawn personas. Where a change of the words is meant: raise VERSION,
# and give the new digest.
DIGESTS = {4: "1a10a60e48ef1d60"}


def test_version_is_raised_with_the_words():
    rows = [json.loads(line) for line in EXAMPLE.read_text(encoding="utf-8").split("\n") if line]
    people = [*(row["attributes"] for row in rows), PAPER_CHILD, PAPER_RETIREE, *draw_personas(50, 1)]
    texts = [persona_text(person, style=style, name="Robin") for person in people for style in Style]
    digest = hashlib.sha256("\n\n".join(texts).encode()).hexdigest()[:16]
    assert {VERSION: digest} == DIGESTS


# --- Big Five -------------------------------------------------------------------------------------
@given(st.tuples(*[st.sampled_from(LEVELS)] * 5))
def test_big_five_parses_and_formats_without_change(levels):
    text = ", ".join(f"{trait}: {level}" for trait, level in zip(TRAITS, levels, strict=True))
    scores = parse_big_five(text)
    assert scores == BigFive(*levels)
    assert format_big_five(scores) == text
    words = big_five_words(text)
    assert words != text
    assert " and and " not in words
    assert words.count(", and about average") <= 1


@pytest.mark.parametrize("text", ["Not Applicable", "", "Openness: High", "Openness: Huge, Conscientiousness: Low"])
def test_big_five_that_is_not_whole_is_left_alone(text):
    assert parse_big_five(text) is None
    assert big_five_words(text) == text


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (
            ("Extremely High", "Average", "Low", "Average", "High"),
            "Very open and drawn to the new, rather quiet, often anxious, and about average in orderliness and warmth",
        ),
        (("Average",) * 5, "About average in all five traits of character"),
        (
            ("Average", "Average", "Average", "High", "Average"),
            "Warm and considerate, and about average in openness, orderliness, sociability and calmness",
        ),
        (("High", "High", "High", "Low", "Low"), "Open to new ideas, organized, outgoing, blunt and calm"),
    ],
)
def test_big_five_in_words(levels, words):
    assert big_five_words(format_big_five(BigFive(*levels))) == words


# --- English --------------------------------------------------------------------------------------
NOUNS = """
an engineer; a user researcher; an honest broker; a union organizer; an usher; an hourly worker; a one-man band; an heir
an 8-year-old; an 11-year-old; an 18-year-old; an 80-year-old; a 10-year-old; a 100-year-old; a European; an uninsured
a university teacher
"""


@pytest.mark.parametrize("noun", re.split(r"[;\n]\s*", NOUNS.strip()))
def test_article_goes_by_sound(noun):
    assert with_article(noun.split(" ", 1)[1]) == noun


def test_list_of_words():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b and c"]) == "a, and b and c"
