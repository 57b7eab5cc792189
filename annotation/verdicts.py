"""What an annotator said, read as a choice: exactly, or kept as it was written. Pure: no Django.

A verdict names the response it chose, or the side on which that response stood together
with the order. Capitals and surrounding spaces make no difference; nothing else is guessed,
so "A." or "I prefer the first" cannot be read. Such a verdict is data about a model and is
kept with its words; from a person it is a fault of the file.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from annotation.sides import FIRST, SECOND, response_on
from annotation.terms import ALTERNATIVE, BASELINE, FOIL, NO_PREFERENCE, REVISED, UNPARSABLE

SIDES = {"a": FIRST, "b": SECOND, "first": FIRST, "second": SECOND}
NEITHER = {"no preference", "no_preference", "tie"}
BETWEEN_RESPONSES = re.compile(r"\s*(?:,|/|>|;|\bthen\b)\s*")


class NotAVerdict(Exception):
    """A value that says something this study cannot take; ``column`` is where it stands."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


class Verdict(NamedTuple):
    """A choice, and the words it was written in where they could not be read."""

    choice: str
    raw: str = ""


class StudyRules(NamedTuple):
    """What a study's verdicts may say: its alternative (baseline or foil), and whether neither may be preferred."""

    alternative: str
    allows_no_preference: bool

    @property
    def words(self) -> str:
        return f"{REVISED} or {self.alternative}"


def read_verdict(words: str, shown_first: str, rules: StudyRules) -> Verdict:
    """Turn the words of a verdict into a choice.

    Parameters
    ----------
    words : str
        As the file has them; empty when the annotator gave no verdict.
    shown_first : str
        The response this annotator saw first: revised, alternative, or empty when that is not known.
    rules : StudyRules

    Returns
    -------
    Verdict
        ``choice`` is revised, alternative, no_preference or unparsable.

    Raises
    ------
    NotAVerdict
        When the words are clear but do not fit: the other design's word, a side without the
        order, no preference where the study does not allow it.

    Examples
    --------
    >>> rules = StudyRules("baseline", allows_no_preference=False)
    >>> read_verdict(" B ", "alternative", rules)
    Verdict(choice='revised', raw='')
    >>> read_verdict("Both are fine.", "", rules)
    Verdict(choice='unparsable', raw='Both are fine.')
    """
    word = words.strip().casefold()
    if word in SIDES:
        return Verdict(response_on_side(SIDES[word], words, shown_first))
    if word in NEITHER:
        return no_preference(rules)
    response = response_of(word, "choice", rules)
    return Verdict(response) if response else Verdict(UNPARSABLE, words)


def response_on_side(side: str, words: str, shown_first: str) -> str:
    if not shown_first:
        message = f"{words.strip()} is a side, so the row must say which response was shown first: fill shown_first."
        raise NotAVerdict("choice", message)
    return response_on(side, shown_first)


def no_preference(rules: StudyRules) -> Verdict:
    if not rules.allows_no_preference:
        message = (
            "This study does not accept ties. Allow them in its settings (“no preference” as a third answer), "
            "or leave these rows out."
        )
        raise NotAVerdict("choice", message)
    return Verdict(NO_PREFERENCE)


def response_of(word: str, column: str, rules: StudyRules) -> str:
    """Return revised or alternative for a response's name in lower case; empty when it names none."""
    if word == REVISED:
        return REVISED
    if word in {ALTERNATIVE, rules.alternative}:
        return ALTERNATIVE
    if word in {BASELINE, FOIL}:
        raise NotAVerdict(column, f"This study's questions have no {word}; write {rules.words}.")
    return ""


def read_shown_first(words: str, rules: StudyRules) -> str:
    """Return the response shown first; empty when the file does not say.

    >>> read_shown_first("Foil", StudyRules("foil", allows_no_preference=False))
    'alternative'
    """
    word = words.strip().casefold()
    response = response_of(word, "shown_first", rules)
    if word and not response:
        raise NotAVerdict("shown_first", f"Write {rules.words}, the response shown first, or leave it empty.")
    return response


def read_order(words: str, rules: StudyRules) -> str:
    """Return the response shown first from both names in order; empty when the file does not say.

    >>> read_order("baseline, revised", StudyRules("baseline", allows_no_preference=False))
    'alternative'
    """
    if not words.strip():
        return ""
    names = BETWEEN_RESPONSES.split(words.strip().casefold())
    responses = [response_of(name, "order", rules) for name in names]
    if sorted(responses) != [ALTERNATIVE, REVISED]:
        message = f"Write both responses in the order shown, such as “{REVISED}, {rules.alternative}”, or nothing."
        raise NotAVerdict("order", message)
    return responses[0]
