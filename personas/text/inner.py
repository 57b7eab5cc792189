"""What a person values and does, in sentences made of the attributes' own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from personas.text.background import language, schooling, service
from personas.text.big_five import big_five_predicate
from personas.text.english import (
    Subject,
    capitalized,
    ended,
    in_the_plural,
    listed,
    sentences_of,
    starts_with_verb,
    with_small_start,
    word_count,
)
from personas.text.labels import label_key
from personas.text.person import Values
from personas.text.told import Told
from personas.text.verbs import ADVERBS, AMBIGUOUS

# A longer text of somebody's own stays whole in its group.
LONGEST = 30
MOST_VALUES, LONGEST_VALUE = 8, 7
OUTLOOKS = {"liberal", "conservative", "moderate", "progressive", "centrist", "libertarian", "socialist"} | {
    "very liberal",
    "very conservative",
    "slightly liberal",
    "slightly conservative",
}
PARTIES = {"democrat": "a Democrat", "republican": "a Republican", "independent": "an independent"}
OWN_SUBJECT = re.compile(r"(he|she|they) ", re.IGNORECASE)
# Words of a list of values that keep their capital inside a sentence.
NAMES = set(
    """
    africa african allah america american asian bible biblical black buddha buddhism buddhist catholic catholicism
    christ christian christianity democrat democratic english god hindu hinduism hispanic i indigenous islam israel
    jesus jewish judaism latina latino lord lutheran methodist mormon muslim native orthodox protestant quran
    republican russian sikh sikhism south spanish texas torah
    """.split()
)
NAME_ENDINGS = re.compile(r"(ian|ican|ese)$")
# The first words of a quirk that are surely no name.
SMALL_STARTS = set(
    """
    a an and any at early his her in its long many no of on one plenty some stacks such the their too this very when
    """.split()
)


Teller = Callable[[Values, Subject], Told]


def inner_sentences(values: Values, subject: Subject, *, fewest: int) -> list[Told]:
    """Return a sentence on values and one on a quirk; more of their kind where fewer than ``fewest`` are known."""
    told = [first_told(values, subject, (core_values, outlook)), first_told(values, subject, (quirk, mannerism))]
    for teller in (character, outlook, mannerism, lifestyle, free_time):
        if sum(bool(one.sentence) for one in told) >= fewest:
            break
        more = teller(values, subject)
        if more.sentence and not any(more.used & one.used for one in told):
            # The quirk stays last: it is what one remembers.
            told.insert(-1, more)
    for teller in (schooling, service, language):
        if sum(bool(one.sentence) for one in told) >= fewest:
            break
        told.insert(0, teller(values, subject))
    return [one for one in told if one.sentence]


def first_told(values: Values, subject: Subject, tellers: tuple[Teller, ...]) -> Told:
    return next((told for told in (teller(values, subject) for teller in tellers) if told.sentence), Told())


# --- Values and beliefs ---------------------------------------------------------------------------
def core_values(values: Values, subject: Subject) -> Told:
    """Return "What matters most to her is order, faith and thrift.", also from words that are no list."""
    text = values.get("core values", "").strip(" .")
    if not text or word_count(text) > LONGEST:
        return Told()
    used = frozenset({"core values"})
    if starts_with_verb(text):
        return Told(own_words(text, subject), used)
    items = [re.sub(r"^and ", "", item.strip()) for item in re.split(r"[,;]", text) if item.strip()]
    is_list = len(items) <= MOST_VALUES and all(word_count(item) <= LONGEST_VALUE for item in items)
    if not is_list or re.search(r"[.()]", text):
        return Told(ended(f"What matters most to {subject.object}: {text}"), used)
    return Told(f"What matters most to {subject.object} is {listed([as_value(item) for item in items])}.", used)


def as_value(item: str) -> str:
    """Return the item as it stands inside a sentence: "Hard Work" in small letters, "Islam" as it is."""
    return " ".join(word if is_name(word) else with_small_start(word) for word in item.split())


def is_name(word: str) -> bool:
    bare = re.split(r"['’-]", word.casefold())[0].strip(",.")
    return bare in NAMES or NAME_ENDINGS.search(bare) is not None


def outlook(values: Values, subject: Subject) -> Told:
    """Return "Politically, she is liberal and a Democrat.", or an ideology that is a sentence but for its subject."""
    ideology, party = (values.get(key, "") for key in ("ideology", "political views"))
    adjective, membership = label_key(ideology), PARTIES.get(label_key(party), "")
    if adjective in OUTLOOKS:
        used = {"ideology"} | ({"political views"} if membership else set())
        predicate = listed([part for part in (adjective, membership) if part])
        return Told(f"Politically, {subject.word} {subject.verb('is')} {predicate}.", frozenset(used))
    return in_own_words(values, subject, "ideology")


# --- Character, habits ----------------------------------------------------------------------------
def character(values: Values, subject: Subject) -> Told:
    predicate = big_five_predicate(values.get("big five scores", ""))
    return Told(f"{subject.says('is')} {predicate}.", frozenset({"big five scores"})) if predicate else Told()


def quirk(values: Values, subject: Subject) -> Told:
    return in_own_words(values, subject, "defining quirks", frame="One quirk")


def mannerism(values: Values, subject: Subject) -> Told:
    return in_own_words(values, subject, "mannerisms")


def lifestyle(values: Values, subject: Subject) -> Told:
    return in_own_words(values, subject, "lifestyle")


def free_time(values: Values, subject: Subject) -> Told:
    return in_own_words(values, subject, "personal time")


def in_own_words(values: Values, subject: Subject, key: str, *, frame: str = "") -> Told:
    """Return the attribute's first sentence with a subject, or after "One quirk:"; the rest is left for its group."""
    parts = [part for sentence in sentences_of(values.get(key, "")) for part in re.split(r";\s+", sentence)]
    if not parts or word_count(parts[0]) > LONGEST:
        return Told()
    sentence = own_words(parts[0], subject)
    if not sentence and frame:
        sentence = ended(f"{frame}: {with_small_start(parts[0]) if begins_small(parts[0]) else parts[0]}")
    left = {key: " ".join(ended(capitalized(part)) for part in parts[1:])}
    return Told(sentence, frozenset({key}), left) if sentence else Told()


def own_words(text: str, subject: Subject) -> str:
    """Return "She keeps a notebook." for "Keeps a notebook"; "" for a text that is no such sentence."""
    if OWN_SUBJECT.match(text):
        return ended(capitalized(text))
    if not starts_with_verb(text):
        return ""
    plural = in_the_plural(text) if subject.is_plural and not subject.has_name else None
    return ended(f"They {plural}" if plural else f"{capitalized(subject.called)} {with_small_start(text)}")


def begins_small(text: str) -> bool:
    """Say whether the first word is surely no name."""
    first = text.split(maxsplit=1)[0].casefold().strip(",.;:")
    return first in SMALL_STARTS or first in ADVERBS or first in AMBIGUOUS
