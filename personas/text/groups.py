"""What the opening has not said, under headings a person would use, in plain words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from personas.attributes import (
    BELIEFS,
    DAILY_LIFE,
    GROUPS,
    PERSONALITY,
    VALUES,
    Attribute,
    Pairs,
    attribute_for,
    canonical_key,
)
from personas.text.big_five import big_five_words
from personas.text.english import capitalized, listed
from personas.text.industries import plain_industry
from personas.text.labels import label_key, plain_label
from personas.text.occupations import occupation_noun
from personas.text.person import Values, is_female
from personas.text.places import is_a_territory, is_in_the_states, place_phrase, plain_ancestry
from personas.text.work import is_at_work

# What is most the person's own.
OPEN_GROUPS = (VALUES, BELIEFS, DAILY_LIFE, PERSONALITY)
DIFFICULTIES = {
    "vision difficulty": "seeing",
    "hearing difficulty": "hearing",
    "cognitive difficulty": "concentrating",
}
LAST = {
    "occupation category": "Last job",
    "class of worker": "Last worked for",
    "industry category": "Last industry",
    "detailed job description": "Details",
}
# What the census says where there is nothing to say.
FILLERS = {"not applicable", "retired", "student", "unemployed"}


@dataclass(frozen=True)
class Item:
    """One line of a group; `key` is its attribute's name in the data."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Group:
    """Attributes under one heading; a group that is not open is one click away."""

    heading: str
    items: tuple[Item, ...]

    @property
    def is_open(self) -> bool:
        return self.heading in OPEN_GROUPS


def groups_of(
    pairs: Pairs, *, used: frozenset[str] = frozenset(), left: Mapping[str, str] | None = None
) -> list[Group]:
    """Return the attributes that are not used up, in the order given, under the headings of the registry.

    Parameters
    ----------
    pairs : list of (name, value)
        The attributes that are shown and have a value.
    used : frozenset of str
        Canonical names of the attributes that the opening has said in full.
    left : mapping, optional
        What the opening has left of an attribute's text, "" for nothing.
    """
    values = {canonical_key(name): value.strip() for name, value in pairs}
    values |= left or {}
    items: dict[str, list[Item]] = {heading: [] for heading in GROUPS}
    for name, _ in pairs:
        attribute = attribute_for(name)
        text = text_of(attribute.key, values)
        if text and (attribute.key not in used or (left or {}).get(attribute.key)):
            items[attribute.group].append(Item(attribute.key, label_of(attribute, values), text))
    return [Group(heading, tuple(found)) for heading, found in items.items() if found]


def label_of(attribute: Attribute, values: Values) -> str:
    if attribute.key in LAST and not is_at_work(values):
        return LAST[attribute.key]
    return attribute.label


def text_of(key: str, values: Values) -> str:
    """Return the attribute in plain words; "" where another line says it."""
    if key in DIFFICULTIES or key == "disability":
        return health_line(key, values)
    if is_said_by_another(key, values):
        return ""
    return readable_value(key, values[key], values)


def is_said_by_another(key: str, values: Values) -> bool:
    """Say whether an attribute adds nothing to another that is shown."""
    value = label_key(values[key])
    if key == "citizenship":
        place = values.get("place of birth", "")
        in_territory = value.startswith("born in puerto rico") and is_a_territory(place)
        return in_territory or (value == "born in the united states" and is_in_the_states(place))
    if key == "ancestry":
        race = plain_label("race", values.get("race", ""))
        return race is not None and plain_ancestry(values[key]).casefold() == race.casefold()
    return key in ("class of worker", "industry category", "occupation category", "veteran status") and value in FILLERS


# --- Health: one line for disability and the difficulties ------------------------------------------
def health_line(key: str, values: Values) -> str:
    """Return all of disability and difficulties on the line of the first of them; "" on the lines of the others."""
    asked = [name for name in ("disability", *DIFFICULTIES) if name in values]
    known = [name for name in asked if is_yes_or_no(values[name])]
    if key not in known:
        return plain_label(key, values[key]) or values[key]
    return difficulties_line(values, known) if key == known[0] else ""


def is_yes_or_no(value: str) -> bool:
    return label_key(value) in ("yes", "no", "with a disability", "without a disability")


def difficulties_line(values: Values, known: list[str]) -> str:
    """Return "Difficulty hearing; no difficulty seeing"; "None" says that there is no difficulty either."""
    named = [name for name in known if name in DIFFICULTIES]
    has = [DIFFICULTIES[name] for name in named if label_key(values[name]) == "yes"]
    lacks = [DIFFICULTIES[name] for name in named if label_key(values[name]) == "no"]
    if "disability" in known and not has:
        return "None" if label_key(values["disability"]) in ("without a disability", "no") else "Yes"
    parts = []
    parts += [f"difficulty {listed(has)}"] if has else []
    parts += [f"no difficulty {listed(lacks, 'or')}"] if lacks else []
    return capitalized("; ".join(parts))


# --- Values in plain words -------------------------------------------------------------------------
def readable_value(key: str, value: str, values: Values | None = None) -> str:
    """Return a value in the words a reader expects; what has no rule is shown as it is."""
    if key == "occupation category":
        return readable_occupation(value, values or {})
    plain = plain_label(key, value)
    return plain if plain is not None else READABLE.get(key, str)(value.strip())


def readable_occupation(text: str, values: Values) -> str:
    description = values.get("detailed job description", "")
    return capitalized(occupation_noun(text, female=is_female(values), description=description)) or text


def readable_income(text: str) -> str:
    """Return "$129,000 a year" for a whole number of dollars, other text as it is."""
    match = re.fullmatch(r"\$?(-?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.0+)?", text, re.ASCII)
    if match is None:
        return text
    dollars = int(match[2].replace(",", ""))
    if dollars == 0:
        return "None"
    return f"A loss of ${dollars:,} a year" if match[1] else f"${dollars:,} a year"


def readable_place(text: str) -> str:
    """Return "Pennsylvania" for the census label "Pennsylvania/PA"."""
    return capitalized(place_phrase(text) or text)


def readable_age(text: str) -> str:
    return text.removesuffix(".0")


def readable_religion(text: str) -> str:
    return "Christian" if text.casefold() == "other christian" else text


READABLE: dict[str, Callable[[str], str]] = {
    "age": readable_age,
    "ancestry": plain_ancestry,
    "income": readable_income,
    "industry category": plain_industry,
    "place of birth": readable_place,
    "religion": readable_religion,
    "big five scores": big_five_words,
}
