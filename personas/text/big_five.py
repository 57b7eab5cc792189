"""Big Five levels: one string in the data, plain words on the page. Pure: no Django."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from personas.text.english import capitalized, listed

# The order of the paper's one-string form (BFI-2 scales; Soto and John 2017).
TRAITS = ("Openness", "Conscientiousness", "Extraversion", "Agreeableness", "Neuroticism")
LEVELS = ("Extremely Low", "Low", "Average", "High", "Extremely High")

# trait -> words for the four levels that say something, from extremely low to extremely high
WORDS = {
    "Openness": (
        "very set in familiar ways",
        "fond of the familiar",
        "open to new ideas",
        "very open and drawn to the new",
    ),
    "Conscientiousness": ("very disorganized", "loose about plans and order", "organized", "extremely organized"),
    "Extraversion": ("very quiet and reserved", "rather quiet", "outgoing", "very outgoing"),
    "Agreeableness": (
        "very blunt and hard to win over",
        "blunt",
        "warm and considerate",
        "very warm and giving",
    ),
    "Neuroticism": ("hardly ever upset", "calm", "often anxious", "very anxious and easily upset"),
}
AVERAGE_WORDS = {
    "Openness": "openness",
    "Conscientiousness": "orderliness",
    "Extraversion": "sociability",
    "Agreeableness": "warmth",
    "Neuroticism": "calmness",
}


@dataclass(frozen=True)
class BigFive:
    """A level for each of the five traits, each one of LEVELS."""

    openness: str
    conscientiousness: str
    extraversion: str
    agreeableness: str
    neuroticism: str


def parse_big_five(text: str) -> BigFive | None:
    """Return the five levels of "Openness: High, Conscientiousness: ...", or None when any is missing or unknown."""
    found: dict[str, str] = {}
    for part in text.split(","):
        trait, _, level = part.partition(":")
        found[trait.strip().title()] = level.strip().title()
    if set(found) != set(TRAITS) or not set(found.values()) <= set(LEVELS):
        return None
    return BigFive(*(found[trait] for trait in TRAITS))


def format_big_five(scores: BigFive) -> str:
    """Return the one-string form, in the order O-C-E-A-N."""
    return ", ".join(f"{trait}: {level}" for trait, level in zip(TRAITS, astuple(scores), strict=True))


def big_five_words(text: str) -> str:
    """Return the scores as plain words; text that is not the known form comes back as it is."""
    predicate = big_five_predicate(text)
    return text if predicate is None else capitalized(predicate)


def big_five_predicate(text: str) -> str | None:
    """Return what follows "she is": "organized and outgoing, and about average in warmth"; None for other text."""
    scores = parse_big_five(text)
    if scores is None:
        return None
    levels = list(zip(TRAITS, astuple(scores), strict=True))
    marked = [words_for(trait, level) for trait, level in levels if level != "Average"]
    average = [AVERAGE_WORDS[trait] for trait, level in levels if level == "Average"]
    if not marked:
        return "about average in all five traits of character"
    if average:
        comma = "," if len(marked) > 1 or " and " in marked[0] else ""
        return f"{', '.join(marked)}{comma} and about average in {listed(average)}"
    # "Warm and considerate" at the end of a list is its own "and".
    return ", ".join(marked) if " and " in marked[-1] else listed(marked)


def words_for(trait: str, level: str) -> str:
    return dict(zip((level for level in LEVELS if level != "Average"), WORDS[trait], strict=True))[level]
