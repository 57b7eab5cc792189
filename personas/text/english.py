"""The English that the persona's sentences are put together with: lists, articles, subjects, verbs. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from personas.text.verbs import ADVERBS, AMBIGUOUS, MODALS, PLURALS, THIRD_PERSON

VOWEL_SOUND = re.compile(r"[aeiou]|hour|honest|heir|honor")
CONSONANT_SOUND = re.compile(r"uni(?!n|m)|use|usu|util|eu|one\b|once")
NUMBER_WITH_VOWEL_SOUND = re.compile(r"(8\d*|11|18)\b")


@dataclass(frozen=True)
class Subject:
    """Who a sentence is about: its pronouns, and what it is called where a pronoun would need a plural verb."""

    word: str
    object: str
    possessive: str
    called: str

    @property
    def has_name(self) -> bool:
        return self.called[:1].isupper()

    @property
    def is_plural(self) -> bool:
        return self.word == "they"

    def verb(self, third_person: str) -> str:
        """Return the verb that follows the pronoun: "is" for she, "are" for they."""
        return {"is": "are", "has": "have"}.get(third_person, third_person[:-1]) if self.is_plural else third_person

    def says(self, third_person: str) -> str:
        """Return "She is", "They are"."""
        return f"{self.word.capitalize()} {self.verb(third_person)}"


SHE = Subject("she", "her", "her", "she")
HE = Subject("he", "him", "his", "he")


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"; with a last comma where a part has its own "and"."""
    if len(words) < 2:
        return "".join(words)
    needs_comma = any(f" {conjunction} " in word for word in words)
    last = f"{',' if needs_comma else ''} {conjunction} {words[-1]}"
    return ", ".join(words[:-1]) + last


def with_article(noun: str) -> str:
    """Return the noun with "a" or "an", by its sound as far as spelling tells."""
    return f"{'an' if starts_with_vowel_sound(noun) else 'a'} {noun}"


def starts_with_vowel_sound(text: str) -> bool:
    first = text.casefold()
    if first[:1].isdigit():
        return NUMBER_WITH_VOWEL_SOUND.match(first) is not None
    return VOWEL_SOUND.match(first) is not None and CONSONANT_SOUND.match(first) is None


def capitalized(text: str) -> str:
    """Return the text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def with_small_start(text: str) -> str:
    """Return the text with its first letter in lower case, unless the first word is an acronym or "I"."""
    first = re.split(r"[\s'’]", text, maxsplit=1)[0]
    is_fixed = first == "I" or any(letter.isupper() or letter.isdigit() for letter in first[1:])
    return text if is_fixed else text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """Return the text as one sentence: with a full stop unless it ends in a mark of its own."""
    text = text.rstrip(" ,;:")
    return text if re.search(r"[.!?…][\"'”’)]*$", text) else f"{text}."


def in_the_plural(text: str) -> str | None:
    """Return "keep a notebook" for "Keeps a notebook"; None where another verb would have to change with the first."""
    words = text.split()
    place = next((n for n, word in enumerate(words) if word.casefold() not in ADVERBS), 0)
    stem = PLURALS.get(words[place].casefold())
    others = {word.casefold().strip(",.;:") for word in words[place + 1 :]}
    if stem is None or others & THIRD_PERSON:
        return None
    return " ".join([*(word.casefold() for word in words[:place]), stem, *words[place + 1 :]])


def starts_with_verb(text: str) -> bool:
    """Say whether the text reads on after "She": "Keeps a notebook", "Never opens mail", "Cannot whistle"."""
    words = re.findall(r"[\w'’-]+[,.;:]?", text.casefold().replace("’", "'"))
    while words and words[0] in ADVERBS:
        words = words[1:]
    if not words or words[0][-1] in ",;:":
        return False
    first, following = words[0].rstrip("."), words[1] if len(words) > 1 else ""
    if first in AMBIGUOUS and following in AMBIGUOUS_BEFORE:
        return False
    return first in MODALS or first in THIRD_PERSON


# After these "stacks", "walks" or "names" is a noun: "stacks of books", "walks with friends, films".
AMBIGUOUS_BEFORE = {"of", "are", "is", "and", "or", "from", ""}


def sentences_of(text: str) -> list[str]:
    """Split where a sentence ends; "7 a.m., and" and "Dr. Lee" stay together as far as spelling tells."""
    return [part.strip() for part in re.split(r"(?<=[a-z\d)][.!?])\s+(?=[A-Z])", text.strip()) if part.strip()]


def word_count(text: str) -> int:
    return len(text.split())
