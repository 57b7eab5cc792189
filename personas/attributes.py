"""The attributes a persona can have: the paper's 33 in its order, known extras, and any other. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# Headings a person would use, in the order in which they stand on the page.
VALUES, BELIEFS, DAILY_LIFE, PERSONALITY = "Values", "Beliefs", "Daily life", "Personality"
WORK_AND_HOME, BACKGROUND, HEALTH, MORE = "Work and home", "Background", "Health", "More"
GROUPS = (VALUES, BELIEFS, DAILY_LIFE, PERSONALITY, WORK_AND_HOME, BACKGROUND, MORE, HEALTH)

# Where a value can come from; an import says it per attribute.
ORIGINS = ("census", "procedural", "model", "written", "manual")

# Written by other programs where there is no value. Stored as it came, never shown.
NONE = "none"
ABSENT = {"", "nan", NONE, "null", "<na>", "not applicable"}

Pairs = list[tuple[str, str]]
Attributes = Mapping[str, str | None] | Iterable[Sequence[str | None]]


@dataclass(frozen=True)
class Attribute:
    """What is known about one attribute; `source` is '' for those the registry does not know."""

    key: str
    label: str
    group: str
    source: str = ""


# Appendix A of the paper (arXiv 2407.17387), in its order. 24 are census fields, 9 are not.
PAPER_ATTRIBUTES = (
    Attribute("age", "Age", BACKGROUND, "census"),
    Attribute("sex", "Sex", BACKGROUND, "census"),
    Attribute("race", "Race", BACKGROUND, "census"),
    Attribute("ancestry", "Ancestry", BACKGROUND, "census"),
    Attribute("household language", "Language at home", BACKGROUND, "census"),
    Attribute("education", "Education", BACKGROUND, "census"),
    Attribute("employment status", "Employment", WORK_AND_HOME, "census"),
    Attribute("class of worker", "Works for", WORK_AND_HOME, "census"),
    Attribute("industry category", "Industry", WORK_AND_HOME, "census"),
    Attribute("occupation category", "Occupation", WORK_AND_HOME, "census"),
    Attribute("detailed job description", "At work", WORK_AND_HOME, "written"),
    Attribute("income", "Income", WORK_AND_HOME, "census"),
    Attribute("marital status", "Marital status", WORK_AND_HOME, "census"),
    Attribute("household type", "Household", WORK_AND_HOME, "census"),
    Attribute("family presence and age", "Children at home", WORK_AND_HOME, "census"),
    Attribute("place of birth", "Born in", BACKGROUND, "census"),
    Attribute("citizenship", "Citizenship", BACKGROUND, "census"),
    Attribute("veteran status", "Military service", BACKGROUND, "census"),
    Attribute("disability", "Disability", HEALTH, "census"),
    Attribute("health insurance", "Health insurance", HEALTH, "census"),
    Attribute("big five scores", "Character", PERSONALITY, "procedural"),
    Attribute("defining quirks", "Quirks", PERSONALITY, "procedural"),
    Attribute("mannerisms", "Mannerisms", PERSONALITY, "procedural"),
    Attribute("personal time", "Free time", DAILY_LIFE, "written"),
    Attribute("lifestyle", "Lifestyle", DAILY_LIFE, "written"),
    Attribute("ideology", "Outlook", BELIEFS, "written"),
    Attribute("political views", "Politics", BELIEFS, "written"),
    Attribute("religion", "Religion", BELIEFS, "written"),
    Attribute("cognitive difficulty", "Disability", HEALTH, "census"),
    Attribute("ability to speak english", "Speaks English", BACKGROUND, "census"),
    Attribute("vision difficulty", "Disability", HEALTH, "census"),
    Attribute("fertility", "Birth in the past year", HEALTH, "census"),
    Attribute("hearing difficulty", "Disability", HEALTH, "census"),
)

# In the paper's human study but not among its 33.
EXTRA_ATTRIBUTES = (
    Attribute("core values", "Core values", VALUES, "procedural"),
    Attribute("entertainment preferences", "Likes to watch, read and hear", DAILY_LIFE, "written"),
)

KNOWN = {attribute.key: attribute for attribute in PAPER_ATTRIBUTES + EXTRA_ATTRIBUTES}


def canonical_key(name: str) -> str:
    """Return the name by which two spellings of an attribute are the same: case, _ and spaces do not count."""
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def attribute_for(name: str) -> Attribute:
    """Return the registry's attribute of that name, or a plain one under the heading for others."""
    key = canonical_key(name)
    label = re.sub(r"[\s_]+", " ", name).strip()
    return KNOWN.get(key) or Attribute(key, label[:1].upper() + label[1:], MORE)


def is_absent(value: str | None, name: str = "") -> bool:
    """Say whether a value only says that there is none (nan, None, empty); such a value is never shown.

    ``name`` is the attribute's: for some, "None" is an answer (``none_is_an_answer``).
    """
    if value is None:
        return True
    text = value.strip().casefold()
    if text == NONE and name and none_is_an_answer(name):
        return False
    # "N/A (less than 16 years old)" and the like are the Census's own words for "not asked".
    return text in ABSENT or text.startswith("n/a")


def none_is_an_answer(name: str) -> bool:
    """Say whether "None" tells something: of religion, and of attributes that only the file knows.

    The Census writes it where it did not ask, and sentences on work, outlook and habits cannot be made of it.
    """
    key = canonical_key(name)
    return key == "religion" or key not in KNOWN


def is_none(value: str | None) -> bool:
    return value is not None and value.strip().casefold() == NONE


def attribute_pairs(attributes: Attributes) -> Pairs:
    """Return (name, value) of every attribute that has a value, in the given order."""
    pairs = attributes.items() if isinstance(attributes, Mapping) else attributes
    return [
        (name, value) for name, value in pairs if name is not None and value is not None and not is_absent(value, name)
    ]


def visible_pairs(attributes: Attributes, shown: Sequence[str] = ()) -> Pairs:
    """Return the attributes that are shown, in the order of `shown`; all of them when `shown` is empty."""
    pairs = attribute_pairs(attributes)
    if not shown:
        return pairs
    by_key = {canonical_key(name): (name, value) for name, value in pairs}
    return [by_key[key] for key in map(canonical_key, shown) if key in by_key]


def values_by_key(attributes: Attributes) -> dict[str, str]:
    """Return the values that are there by their canonical key, without space around them."""
    return {canonical_key(name): value.strip() for name, value in attribute_pairs(attributes)}
