"""Age, sex and what follows from them: the noun, the pronouns. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from personas.text.english import HE, SHE, Subject, with_article
from personas.text.labels import label_key

FEMALE_WORDS = {"female", "f", "woman", "girl"}
MALE_WORDS = {"male", "m", "man", "boy"}
ADULT = 18
OLDEST = 120

Values = Mapping[str, str]


def age_of(values: Values) -> int | None:
    """Return the age in whole years, or None for text that is no age."""
    text = label_key(values.get("age", ""))
    if text == "under 1 year":
        return 0
    match = re.fullmatch(r"(\d{1,3})(?:\.0)?(?: years?(?: old)?)?", text, re.ASCII)
    return int(match[1]) if match and int(match[1]) <= OLDEST else None


def is_female(values: Values) -> bool | None:
    word = values.get("sex", "").casefold()
    return True if word in FEMALE_WORDS else False if word in MALE_WORDS else None


def is_minor(values: Values) -> bool:
    age = age_of(values)
    return age is not None and age < ADULT


def subject_of(values: Values, name: str = "") -> Subject:
    """Return she, he, or they; "they" never takes a verb of somebody's own text, "this person" does."""
    female = is_female(values)
    if female is None:
        return Subject("they", "them", "their", name or ("this child" if is_minor(values) else "this person"))
    return SHE if female else HE


def noun_phrase(values: Values) -> str:
    """Return "a 39-year-old man", or "" when neither age nor sex is known."""
    age, female = age_of(values), is_female(values)
    if age is None and female is None:
        return ""
    minor = age is not None and age < ADULT
    kind = {True: "girl" if minor else "woman", False: "boy" if minor else "man", None: "child" if minor else "person"}
    if age is None:
        return f"a {kind[female]}"
    if age == 0:
        return {True: "a baby girl", False: "a baby boy", None: "a baby"}[female]
    return with_article(f"{age}-year-old {kind[female]}")
