"""Two checks of a revision: is it longer than the answer, and does it quote the persona's attributes?"""

from __future__ import annotations

import re

from personas.attributes import Attributes, attribute_pairs, canonical_key

# Values that say nothing when they are met in a text.
COMMON = {"yes", "no", "none", "male", "female", "married", "well", "very well", "employed", "unemployed", "american"}
SHORTEST = 4
GROUP_CODE = re.compile(r"^[A-Z]{3}-")
MOST_WORDS = 8


def length_ratio(revision: str, answer: str) -> float:
    """Return the words of the revision for each word of the answer."""
    return len(revision.split()) / max(1, len(answer.split()))


def leaked_attributes(revision: str, attributes: Attributes, *, prompt: str, answer: str) -> list[str]:
    """Return the attributes whose value the revision quotes and neither the prompt nor the answer does."""
    found = []
    for name, value in attribute_pairs(attributes):
        if any(quotes(revision, part) and not quotes(f"{prompt}\n{answer}", part) for part in parts_of(name, value)):
            found.append(canonical_key(name))
    return found


def parts_of(name: str, value: str) -> list[str]:
    """Return what would give the value away: an age with its years, else its parts that are specific enough."""
    if canonical_key(name) == "age":
        return [f"{value}-year-old", f"{value} years old", f"age {value}", f"aged {value}"]
    if canonical_key(name) == "income":
        return [f"{int(value):,}", value] if value.isdecimal() and len(value) >= SHORTEST else []
    parts = [part.strip() for part in re.split(r"[,;/.]", GROUP_CODE.sub("", value))]
    return [part for part in parts if is_specific(part)]


def is_specific(part: str) -> bool:
    return len(part) >= SHORTEST and part.casefold() not in COMMON and len(part.split()) <= MOST_WORDS


def quotes(text: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part.casefold())}(?!\w)", text.casefold()) is not None
