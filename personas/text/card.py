"""A persona as people read it and as models read it: one card, and the same card as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from personas.attributes import Attributes, visible_pairs
from personas.text.groups import Group, Item, groups_of
from personas.text.opening import opening_of

# Raise it with every change of the words that raters read; a test compares the examples' texts with those of
# the version. A study keeps the version with which its first seat was taken.
VERSION = 4


class Style(StrEnum):
    """How a study shows its personas."""

    NARRATIVE = "narrative"
    LIST = "list"


@dataclass(frozen=True)
class PersonaCard:
    """All that a page needs to show a persona: as a narrative, or as the paper's list (then ``items``).

    A list has no ``line``: the page says whom one plays, in its own language.
    """

    opening: str
    line: str
    name: str = ""
    groups: tuple[Group, ...] = ()
    items: tuple[Item, ...] = ()


def persona_card(
    attributes: Attributes,
    *,
    shown: Sequence[str] = (),
    style: str = Style.NARRATIVE,
    name: str = "",
    person: str = "second",
) -> PersonaCard:
    """Return the card made of the shown attributes only: a hidden one is not told by the opening either.

    Parameters
    ----------
    attributes : mapping or pairs
        Names and values; absent values (nan, None, empty) are left out.
    shown : sequence of str, optional
        The names to show, in order; empty means all, in their own order.
    style : {"narrative", "list"}
        Sentences and groups, or the paper's way: every attribute in order, nothing rewritten.
    name : str, optional
        A name that the study gives the person.
    person : {"second", "third"}
        "You play a 39-year-old man ..." for raters and models, "A 39-year-old man ..." for researchers.
    """
    visible = visible_pairs(attributes, shown)
    if style == Style.LIST:
        return list_card(visible, name)
    opening = opening_of(visible, name=name, person=person)
    groups = groups_of(visible, used=opening.used, left=opening.left)
    return PersonaCard(opening.text, opening.line, name, groups=tuple(groups))


def list_card(visible: Sequence[tuple[str, str]], name: str) -> PersonaCard:
    """Return every attribute in order, its name and value as they are in the file."""
    items = [Item("name", "name", name)] if name else []
    items += [Item(key, key, " ".join(value.split())) for key, value in visible]
    return PersonaCard("", "", name, items=tuple(items))


def persona_text(
    attributes: Attributes, *, shown: Sequence[str] = (), style: str = Style.NARRATIVE, name: str = ""
) -> str:
    """Return the card as plain text for a model: the words that raters read, and no others."""
    card = persona_card(attributes, shown=shown, style=style, name=name)
    if card.items:
        return "\n".join(line_of(item) for item in card.items)
    return "\n\n".join([card.opening, *(group_text(group) for group in card.groups)])


def group_text(group: Group) -> str:
    return "\n".join([group.heading, *(line_of(item) for item in group.items)])


def line_of(item: Item) -> str:
    return f"{item.label}: {' '.join(item.text.split())}"
