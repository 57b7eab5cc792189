"""A persona as people read it (a card) and as models read it (lines of text). Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from personas.attributes import GROUPS, HEALTH, Attributes, attribute_for, canonical_key, visible_pairs
from personas.big_five import BigFive, big_five_words, format_big_five, parse_big_five
from personas.opening import opening_sentence, short_summary

__all__ = [
    "BigFive",
    "Group",
    "Item",
    "PersonaCard",
    "format_big_five",
    "grouped_attributes",
    "opening_sentence",
    "parse_big_five",
    "persona_card",
    "persona_text",
    "short_summary",
]


@dataclass(frozen=True)
class Item:
    """One attribute on the card; `key` is its name in the data."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Group:
    """Attributes under one heading; a folded group is closed until it is asked for."""

    heading: str
    items: tuple[Item, ...]
    folded: bool = False


@dataclass(frozen=True)
class PersonaCard:
    """All that a page needs to show a persona."""

    opening: str
    summary: str
    groups: tuple[Group, ...]


def persona_card(attributes: Attributes, *, shown: Sequence[str] = (), person: str = "second") -> PersonaCard:
    """Return the card made of the shown attributes only: a hidden one is not told by the opening either."""
    visible = visible_pairs(attributes, shown)
    return PersonaCard(
        opening=opening_sentence(visible, person=person),
        summary=short_summary(visible),
        groups=tuple(grouped_attributes(visible)),
    )


def grouped_attributes(attributes: Attributes, shown: Sequence[str] = ()) -> list[Group]:
    """Return the attributes under headings a person would use.

    Parameters
    ----------
    attributes : mapping or pairs
        Names and values; absent values (nan, None, empty) are left out.
    shown : sequence of str, optional
        The names to show, in order; empty means all, in their own order.
    """
    items: dict[str, list[Item]] = {heading: [] for heading in GROUPS}
    for name, value in visible_pairs(attributes, shown):
        attribute = attribute_for(name)
        items[attribute.group].append(Item(attribute.key, attribute.label, readable_value(attribute.key, value)))
    return [Group(heading, tuple(found), heading == HEALTH) for heading, found in items.items() if found]


def persona_text(attributes: Attributes, *, shown: Sequence[str] = ()) -> str:
    """Return the persona as "key: value" lines for a prompt to a model: values as stored, one line each."""
    lines = [f"{canonical_key(name)}: {' '.join(value.split())}" for name, value in visible_pairs(attributes, shown)]
    return "\n".join(lines)


def readable_value(key: str, value: str) -> str:
    """Return a value in the words a reader expects; text written by people is left as it is."""
    return READABLE.get(key, str)(value.strip())


def readable_income(text: str) -> str:
    """Return "$129,000 a year" for a whole number of dollars, other text as it is."""
    match = re.fullmatch(r"\$?(-?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.0+)?", text, re.ASCII)
    if match is None:
        return text
    dollars = int(match[2].replace(",", ""))
    if dollars == 0:
        return "No income"
    return f"A loss of ${dollars:,} a year" if match[1] else f"${dollars:,} a year"


def readable_place(text: str) -> str:
    """Return "Pennsylvania" for the census label "Pennsylvania/PA"."""
    return re.sub(r"/[A-Z]{2}$", "", text)


def readable_marital_status(text: str) -> str:
    return re.sub(r" or under 15 years old$", "", text, flags=re.IGNORECASE)


def readable_employment(text: str) -> str:
    """Return the census's employment status in everyday words."""
    return EMPLOYMENT_WORDS.get(text.casefold(), text)


def readable_age(text: str) -> str:
    return text.removesuffix(".0")


EMPLOYMENT_WORDS = {
    "civilian employed, at work": "Employed",
    "civilian employed, with a job but not at work": "Employed, away from work at present",
    "armed forces, at work": "In the armed forces",
    "armed forces, with a job but not at work": "In the armed forces, away from work at present",
    "unemployed": "Out of work, looking for a job",
    "not in labor force": "Not working and not looking for work",
}

READABLE: dict[str, Callable[[str], str]] = {
    "age": readable_age,
    "employment status": readable_employment,
    "income": readable_income,
    "place of birth": readable_place,
    "marital status": readable_marital_status,
    "big five scores": big_five_words,
}
