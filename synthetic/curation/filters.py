"""The paper's rules on prompts (section 3.2): a question mark, at least five words; and which prompts repeat others."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

FEWEST_WORDS = 5


class Dropped(StrEnum):
    """Why a prompt is not kept, in the order in which the reasons are tried."""

    NO_QUESTION_MARK = "no question mark"
    TOO_SHORT = "fewer than five words"
    NOT_CONTESTED = "not contested"


def dropped_by_rule(text: str) -> str:
    """Return why the rules drop a prompt, or "" for one they keep. Words are what white space separates.

    >>> dropped_by_rule("Is there a god?")
    'fewer than five words'
    >>> dropped_by_rule("Should the rich pay more tax?")
    ''
    """
    if "?" not in text:
        return Dropped.NO_QUESTION_MARK
    return Dropped.TOO_SHORT if len(text.split()) < FEWEST_WORDS else ""


def normal_form(text: str) -> str:
    """Return a text without differences of case and space."""
    return " ".join(text.casefold().split())


def duplicates(texts: Sequence[str]) -> list[int | None]:
    """Return for each text the place of the first with the same normal form; None for the first itself."""
    first: dict[str, int] = {}
    found: list[int | None] = []
    for place, text in enumerate(texts):
        original = first.setdefault(normal_form(text), place)
        found.append(None if original == place else original)
    return found
