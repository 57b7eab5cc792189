"""Correct English for any combination of attributes: a thousand drawn personas, the examples and the paper's."""

import json
import re
from pathlib import Path

import pytest

from personas.attributes import is_absent
from personas.text import persona_card, persona_text
from personas.text.labels import TABLES, label_key
from personas.text.samples import POOLS, draw_personas
from tests.pure.text.people import PAPER_CHILD, PAPER_RETIREE

EXAMPLE = Path(__file__).resolve().parents[3] / "data" / "example-study" / "personas.jsonl"
EXAMPLES = [json.loads(line)["attributes"] for line in EXAMPLE.read_text(encoding="utf-8").split("\n") if line]
DRAWN = draw_personas(1000, seed=20240717)
PERSONAS = [*(list(person.items()) for person in (*EXAMPLES, PAPER_CHILD, PAPER_RETIREE)), *DRAWN]

# What broken grammar and unwritten values look like.
FORBIDDEN = re.compile(
    r"""
    \bnan\b | \bNone\b(?!;) | N/A | \(b\) | n\.e\.c | \ball\ other\b | \bnec\b        # values that say nothing
    | householder | related\ children | labor\ force | civilian | not-for-profit      # the census's own words
    | \b\w+\ alone\b(?<!lives\ alone)(?<!live\ alone) | Two\ or\ More | credential | (?-i:\b[A-Z]{3}-[A-Z])
    | (?-i:/[A-Z]{2}\b) | not\ specified
    | \b(a|an|the|and|or|who|with|from|in|is|are|has|have|of|to|at)\ \1\b             # a word twice
    | \ba\ (8|11|18)\d?\b(?!\d) | \ba\ [aeio](?!ne\b) | \ban\ [bcdfgjklmnpqrstvwxyz]\w{2}
    | \ban\ (1[02-79]|[2-79]\d?|100)-
    | \bthey\ (is|has|lives|values|was)\b | \b(he|she)\ (are|have|live|value)\b
    | \b(he|she|they)\ (He|She|They)\b
    | \ who\ (?!is|works|serves|builds|lives)\w+ | ,\ who\ who | ,\.|\.\.|,,|;\.|\ ,|\ \.|\ {2}
    | \bchildren\ children | \bat\ home\ at\ home | \bwork\ as\b(?!\ )
    | \bYou\ are\b | \bperson\ person\b
    """,
    re.VERBOSE | re.IGNORECASE,
)

SENTENCE_END = re.compile(r"[.!?](?= [A-Z]|$)")
# The status that begins a job description; the first sentence says it.
STATUS = re.compile(r"^(retired|not working( for pay at present)?|looking for work|student)\b", re.IGNORECASE)


def opening_of(person):
    return persona_card(person).opening


def test_openings_have_no_forbidden_fragment():
    found = {}
    for person in PERSONAS:
        match = FORBIDDEN.search(opening_of(person))
        if match:
            found[opening_of(person)] = match[0]
    assert found == {}


def test_openings_are_one_to_six_whole_sentences():
    for person in PERSONAS:
        text = opening_of(person)
        assert re.match(r"You play [\w ]", text)
        assert text.endswith((".", "!", "?"))
        assert re.search(r"(?<!U\.S)[.!?] [a-z]", text) is None, text
        assert 1 <= len(re.findall(SENTENCE_END, text)) <= 6


@pytest.mark.parametrize("person", [*EXAMPLES, PAPER_CHILD, PAPER_RETIREE])
def test_example_and_paper_openings_are_three_to_five_sentences(person):
    assert 3 <= len(re.findall(SENTENCE_END, opening_of(person))) <= 5


def test_no_attribute_is_told_twice():
    for person in PERSONAS:
        card = persona_card(person)
        told = [item.key for group in card.groups for item in group.items]
        assert len(told) == len(set(told))
        for group in card.groups:
            for item in group.items:
                longer = item.text if len(item.text.split()) > 2 else None
                assert longer is None or longer.casefold().rstrip(".") not in card.opening.casefold(), (longer, person)


def test_every_attribute_is_told_once():
    """Each distinct word of the persona's own text is in the opening or in a group; nothing gets lost."""
    own = {"defining quirks", "mannerisms", "lifestyle", "core values", "religion", "detailed job description"}
    for person in PERSONAS:
        text = persona_text(person).casefold()
        for name, value in person:
            if name in own and not is_absent(value):
                words = re.findall(r"\w+", STATUS.sub("", value).casefold())
                lost = [word for word in words if word not in text and word.rstrip("s") not in text]
                assert lost in ([], ["has"], ["other"]), (value, text)


def test_no_census_label_is_shown_raw():
    """A label whose plain form differs is in no text, except inside somebody's own words."""
    for person in PERSONAS:
        items = {item.key: item.text for group in persona_card(person).groups for item in group.items}
        for name, value in person:
            plain = TABLES.get(name, {}).get(label_key(value))
            if plain is not None and name in items and label_key(plain) != label_key(value):
                assert re.search(rf"(?<!\w ){re.escape(value)}\b", items[name]) is None


def test_same_persona_has_the_same_text_every_time():
    assert [persona_text(person) for person in draw_personas(50, 3)] == [persona_text(p) for p in draw_personas(50, 3)]


def test_draws_use_every_value_of_the_pools():
    drawn = {pair for person in DRAWN for pair in person}
    assert drawn == {(name, value) for name, pool in POOLS.items() for value in pool}
