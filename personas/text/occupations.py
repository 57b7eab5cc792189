"""A census occupation title as a noun for one person: "Construction managers" -> "construction manager". Pure."""

from __future__ import annotations

import re

from personas.text.english import listed
from personas.text.labels import label_key
from personas.text.occupation_nouns import NOUNS

# Words that end in s and are not the plural of a kind of person.
# fmt: off
NOT_PLURAL = {
    "activities", "arts", "benefits", "bus", "claims", "commodities", "communications", "electronics",
    "furnishings", "gas", "goods", "materials", "news", "operations", "products", "programs", "promotions",
    "relations", "resources", "sales", "sciences", "securities", "series", "services", "sports", "systems",
    "telecommunications", "textiles", "tools", "trades", "utilities",
}
# fmt: on
PEOPLE_IN_ICS = {"critics", "mechanics", "medics", "paramedics"}
IRREGULAR = {"clergy": "member of the clergy", "midwives": "midwife", "personnel": "member of the staff"}
PAIRS_BY_SEX = {"waiter": "waitress", "host": "hostess", "actor": "actress"}
QUALIFIER = re.compile(r",? *\b(all other|including|except)\b.*$|, (other|hand|nec)$|\s*\(.*?\)", re.IGNORECASE)
GROUP_CODE = re.compile(r"^[A-Z]{3}-")
UNNEEDED_START = re.compile(r"^(other|miscellaneous|first-line) ")
SEPARATOR = re.compile(r",\s*and\s+|,\s*|\s+and\s+")
HELPERS = re.compile(r"^helpers--(.+)$")


def occupation_noun(title: str, *, female: bool | None = None, description: str = "") -> str:
    """Return what one person of this occupation is, without an article.

    Titles that name two kinds of worker give both ("producer or director"), or the one of them that
    the person's own job description names. A phrase that is no plural comes back in lower case, a list
    that names no kind of person as ''.
    """
    known = known_noun(title)
    if known is not None:
        return named_kind(known, description)
    helped = HELPERS.match(plain_title(title))
    if helped:
        return f"helper to {helped[1]}"
    head, of, rest = plain_title(title).partition(" of ")
    kinds = kinds_of_worker(head)
    named = [kind for kind in kinds if is_named(kind, description)]
    return listed(named if len(named) == 1 else by_sex(kinds, female), "or") + of + rest


def known_noun(title: str) -> str | None:
    """Return the noun of the table, or None for a title that follows the rule."""
    return NOUNS.get(label_key(title))


def named_kind(nouns: str, description: str) -> str:
    """Return the one of "producer or director" that the person's own job description names, else both."""
    named = [kind for kind in nouns.split(" or ") if is_named(kind, description)]
    return named[0] if len(named) == 1 else nouns


def is_named(kind: str, description: str) -> bool:
    return re.search(rf"\b{re.escape(kind)}s?\b", description.casefold()) is not None


def plain_title(title: str) -> str:
    """Return the title without group code and qualifiers, in lower case except for abbreviations."""
    text = QUALIFIER.sub("", GROUP_CODE.sub("", title.strip())).strip(" ,")
    text = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in text.split())
    return re.sub(r"\boccupations$", "workers", UNNEEDED_START.sub("", text))


def kinds_of_worker(text: str) -> list[str]:
    """Split "laborers and freight, stock, and material movers" where a kind of person ends, one noun each."""
    kinds: list[str] = []
    adjectives: list[str] = []
    for part in SEPARATOR.split(text):
        noun = singular_part(part)
        if noun is None:
            adjectives.append(part)
        else:
            kinds.append(adjective_list([*adjectives, noun]))
            adjectives = []
    if adjectives:
        return kinds_with_rest(kinds, adjectives)
    return kinds


def kinds_with_rest(kinds: list[str], rest: list[str]) -> list[str]:
    """What follows the last kind of person narrows it; a title without any stays as it is, if it is one phrase."""
    if kinds:
        return [*kinds[:-1], f"{kinds[-1]} ({listed(rest)})"]
    return rest if len(rest) == 1 else []


def adjective_list(words: list[str]) -> str:
    """Return "shipping, receiving and inventory clerk" for the words before and the noun."""
    return listed(words)


def singular_part(part: str) -> str | None:
    """Return the part for one person, or None when it names no person ("freight", "sales")."""
    before, _, word = part.rpartition(" ")
    single = singular(word)
    return None if single is None else f"{before} {single}".strip()


def singular(word: str) -> str | None:
    """Return the singular of a plural in -s, or None for any other word."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word in PEOPLE_IN_ICS:
        return word[:-1]
    if not word.endswith("s") or word.endswith(("ss", "ics")) or word in NOT_PLURAL:
        return None
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(ss|ch|sh|x)es$", word):
        return word[:-2]
    return word[:-1]


def by_sex(kinds: list[str], female: bool | None) -> list[str]:
    """Keep the one of "waiter or waitress" that fits, where the person's sex is known."""
    if female is None or len(kinds) != 2 or PAIRS_BY_SEX.get(kinds[0]) != kinds[1]:
        return kinds
    return [kinds[1] if female else kinds[0]]
