"""Marriage and home as one sentence, and which attributes it has used up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from personas.text.english import Subject
from personas.text.labels import MARITAL_STATUS, label_key
from personas.text.person import Values, age_of, is_minor

# Census households are of people aged 15 and over; younger children are asked about no marriage.
MARRIAGEABLE = 15
NO_CHILDREN = "no related children"
CHILDREN = {
    "with related children under 5 years only": "children under 5",
    "with related children 5 to 17 years only": "children aged 5 to 17",
    "with related children under 5 years and 5 to 17 years": "children under 18, some of them under 5",
}


@dataclass(frozen=True)
class Home:
    """The sentence and the attributes that it says in full."""

    sentence: str = ""
    used: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Household:
    """What the census says of a household: whose it is, as far as one member can tell."""

    kind: str = ""
    has_children: bool = False


def home_of(values: Values, subject: Subject) -> Home:
    """Return one sentence from marital status, household and children; empty when none is known."""
    household = household_of(values)
    if is_minor(values) and marital_word(values) in ("", "single", "never married"):
        return child_home(household, subject)
    marital, lives = marital_word(values), household_clause(values, household, subject)
    children = children_phrase(values, household)
    used = {"marital status"} if marital else set()
    used |= {"household type"} if household.kind else set()
    used |= {"family presence and age"} if children or says_no_children(values, household) else set()
    parts = [part for part in (marital_clause(marital, subject), lives) if part]
    but = " but " if marital == "married" and household.kind == "alone" else " and "
    sentence = with_children(but.join(parts), children, household)
    return Home(f"{sentence}." if sentence else "", frozenset(used if sentence else ()))


def child_home(household: Household, subject: Subject) -> Home:
    if household.kind not in ("married", "unmarried couple", "family"):
        return Home("", frozenset({"marital status"}))
    return Home(f"{subject.says('lives')} with family.", frozenset({"marital status", "household type"}))


def marital_word(values: Values) -> str:
    """Return married, widowed, divorced, separated, single or never married; "" for anything else."""
    age = age_of(values)
    if age is not None and age < MARRIAGEABLE:
        return ""
    label = re.split(r", |-civ|-af|-spouse| \(", label_key(values.get("marital status", "")))[0].strip()
    return MARITAL_STATUS.get(label, "").casefold()


def marital_clause(marital: str, subject: Subject) -> str:
    if not marital:
        return ""
    return subject.says("has") + " never married" if marital == "never married" else f"{subject.says('is')} {marital}"


def household_of(values: Values) -> Household:
    label = label_key(values.get("household type", ""))
    has_children = "with children of the householder" in label
    if re.search(r"(?<!not )living alone", label):
        return Household("alone")
    if "only nonrelatives" in label or "not living alone" in label:
        return Household("shared")
    if label.startswith("married couple"):
        return Household("married", has_children)
    if label.startswith("cohabiting couple"):
        return Household("unmarried couple", has_children)
    is_family = label.startswith("other family") or "with relatives" in label or has_children
    return Household("family" if is_family else "", has_children)


def household_clause(values: Values, household: Household, subject: Subject) -> str:
    """Return "lives alone" and the like; "" for a couple's own home, which the marriage says."""
    married = marital_word(values) == "married"
    if household.kind == "alone":
        return lives("alone", subject, values)
    if household.kind == "shared":
        return lives("with housemates", subject, values)
    if household.kind == "unmarried couple":
        return lives("in an unmarried couple’s home", subject, values)
    if household.kind == "married" and not married:
        return lives("in a family home", subject, values)
    no_marriage_known = not marital_word(values)
    if household.kind == "family" and (married or no_marriage_known or not has_children(values, household)):
        return lives("in a family home", subject, values)
    return ""


def lives(where: str, subject: Subject, values: Values) -> str:
    verb = subject.verb("lives")
    return f"{verb} {where}" if marital_word(values) else f"{subject.word.capitalize()} {verb} {where}"


def children_phrase(values: Values, household: Household) -> str:
    """Return "children aged 5 to 17", "no children under 18", or "" when that is not known or said already."""
    label = label_key(values.get("family presence and age", ""))
    if household.kind == "alone":
        return ""
    if label in CHILDREN:
        return CHILDREN[label]
    if household.has_children:
        return "children under 18"
    return "no children under 18" if label == NO_CHILDREN else ""


def has_children(values: Values, household: Household) -> bool:
    return children_phrase(values, household) not in ("", "no children under 18")


def says_no_children(values: Values, household: Household) -> bool:
    """Who lives alone has no children at home: nothing is left to say."""
    return household.kind == "alone" and label_key(values.get("family presence and age", "")) == NO_CHILDREN


def with_children(sentence: str, children: str, household: Household) -> str:
    """Return the sentence with the children at home; nobody is said to be their parent."""
    if not children:
        return sentence
    children_at_home = re.sub(r"(?=,|$)", " at home", children, count=1)
    if not sentence:
        return f"There are {children_at_home}"
    if household.kind == "shared" or sentence.endswith(" never married"):
        return f"{sentence}; there are {children_at_home}"
    return f"{sentence} with {children}" if sentence.endswith(" home") else f"{sentence}, with {children_at_home}"
