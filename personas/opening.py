"""Who this person is, in one plain sentence from age, sex, work and home. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping

from personas.attributes import Attributes, values_by_key
from personas.occupations import occupation_noun, with_article

FEMALE_WORDS = {"female", "f", "woman", "girl"}
MALE_WORDS = {"male", "m", "man", "boy"}
ADULT = 18
# What is said of a marital status, by how the Census (and people) write it; anything else stays out of the sentence.
MARITAL_WORDS = {
    "married": "married",
    "now married": "married",
    "widowed": "widowed",
    "divorced": "divorced",
    "separated": "separated",
    "never married": "never married",
    "single": "single",
}
CHILDREN = re.compile(r"\b(?:with )(?:related |own )?children (.+?)(?: only)?$", re.IGNORECASE)

Values = Mapping[str, str]


def opening_sentence(attributes: Attributes, *, person: str = "second") -> str:
    """Return one sentence that says who this is, from what is known.

    Parameters
    ----------
    attributes : mapping or pairs
        Names and values; absent and unknown values are left out of the sentence.
    person : {"second", "third"}
        "You are a 39-year-old man, ..." or "This is a 39-year-old man, ...".
    """
    start = {"second": "You are", "third": "This is"}[person]
    values = values_by_key(attributes)
    phrases = [noun_phrase(values), work_phrase(values), marital_phrase(values), home_phrase(values)]
    if not any(phrases):
        return f"{start} the person described below."
    return f"{start} {', '.join(phrase for phrase in [phrases[0] or 'a person', *phrases[1:]] if phrase)}."


def short_summary(attributes: Attributes) -> str:
    """Return "39-year-old man, construction manager, married" for a line that has room for little."""
    values = values_by_key(attributes)
    phrases = [noun_phrase(values), work_phrase(values), marital_phrase(values)]
    text = ", ".join(re.sub(r"^an? ", "", phrase) for phrase in phrases if phrase)
    return text[:1].upper() + text[1:] if text else "This person"


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
    return f"{'an' if sounds_like_eight(age) else 'a'} {age}-year-old {kind[female]}"


def sounds_like_eight(age: int) -> bool:
    return age in (8, 11, 18) or 80 <= age <= 89


def age_of(values: Values) -> int | None:
    """Return the age in years, or None for text that is no age."""
    match = re.fullmatch(r"(\d{1,3})(?:\.0)?(?: years?(?: old)?)?", values.get("age", ""), re.ASCII)
    return int(match[1]) if match and int(match[1]) <= 120 else None


def is_female(values: Values) -> bool | None:
    word = values.get("sex", "").casefold()
    return True if word in FEMALE_WORDS else False if word in MALE_WORDS else None


def is_minor(values: Values) -> bool:
    age = age_of(values)
    return age is not None and age < ADULT


def work_phrase(values: Values) -> str:
    """Return what the person does: "a construction manager", "retired", "looking for work"."""
    status = values.get("employment status", "").casefold()
    if is_student(values):
        return "a student"
    if is_retired(values):
        return "retired"
    if is_minor(values) and not values.get("occupation category"):
        return ""
    if status.startswith("armed forces"):
        return "in the armed forces"
    if status.startswith("unemployed"):
        return "looking for work"
    if status.startswith("not in labo"):
        return "not in paid work"
    return job_phrase(values)


def is_student(values: Values) -> bool:
    named = (values.get("occupation category", ""), values.get("employment status", ""))
    described = values.get("detailed job description", "").casefold()
    return any(value.casefold() in ("student", "a student") for value in named) or described.startswith("student")


def is_retired(values: Values) -> bool:
    """Say whether the person is said to be retired; being old and out of work does not say it."""
    keys = ("employment status", "class of worker", "occupation category", "detailed job description")
    return any(re.match(r"(now |semi-)?retired\b", values.get(key, "").casefold()) for key in keys)


def job_phrase(values: Values) -> str:
    """Return the occupation with its article; "in paid work" when only that is known."""
    title, description = values.get("occupation category", ""), values.get("detailed job description", "")
    noun = occupation_noun(title, female=is_female(values), description=description) if title else ""
    own = values.get("class of worker", "").casefold().startswith("self-employed")
    if not noun or len(noun) > 100:
        employed = "employed" in values.get("employment status", "").casefold()
        return "self-employed" if own else "in paid work" if employed else ""
    if own and noun.startswith("supervisor of "):
        # "A self-employed supervisor" reads wrong: these are owners of small shops and firms.
        return f"self-employed as {with_article(noun)}"
    return with_article(f"self-employed {noun}" if own and "self-employed" not in noun else noun)


def marital_phrase(values: Values) -> str:
    """Return the marital status as an adult would say it; children are not called "never married"."""
    if is_minor(values):
        return ""
    words = values.get("marital status", "").casefold()
    words = re.split(r" or under |,|-civ|-af|-spouse| \(", words)[0].strip()
    return MARITAL_WORDS.get(words, "")


def home_phrase(values: Values) -> str:
    """Return who is at home: alone, with children, in a family; "" when that is not known."""
    household = values.get("household type", "").casefold()
    if "living alone" in household:
        return "living alone"
    if "nonrelatives" in household:
        return "sharing a household with people outside the family"
    children = "" if is_minor(values) else children_phrase(values, household)
    if lives_in_another_family_home(values, household):
        return "living in a family household" + (f" with {children}" if children else "")
    if household.startswith("cohabiting"):
        return f"in the household of an unmarried couple{f' with {children}' if children else ''}"
    if not children and values.get("family presence and age", "").casefold() == "no related children":
        return "" if is_minor(values) else "with no children under 18 at home"
    return f"with {children} at home" if children else ""


def lives_in_another_family_home(values: Values, household: str) -> bool:
    """Say whether the household is a family's but not surely the person's own: then the children may not be theirs."""
    of_a_couple = household.startswith("married couple")
    of_a_family = of_a_couple or household.startswith("other family") or "relatives" in household
    if is_minor(values):
        return of_a_family or "householder" in household
    if marital_phrase(values) == "married":
        return False
    return of_a_couple or (of_a_family and not children_of(values))


def children_of(values: Values) -> str:
    """Return "under 5", "aged 5 to 17" or "both under 5 and aged 5 to 17" from the census words, else ""."""
    match = CHILDREN.search(values.get("family presence and age", ""))
    ages = match[1].removesuffix(" years").replace(" years", "") if match else ""
    ages = re.sub(r"\b(\d+ to \d+)", r"aged \1", ages)
    return f"both {ages}" if " and " in ages else ages


def children_phrase(values: Values, household: str) -> str:
    """Return "children aged 5 to 17", also when only the household's own words tell of children."""
    ages = children_of(values)
    if ages:
        return f"children {ages}"
    return "children under 18" if "with children of the householder less than 18" in household else ""
