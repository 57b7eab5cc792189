"""How likely each of a few answers was, read from the log probabilities of a reply."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from llm.chat import Token

AROUND = "\"' \n\t"
"""What a token may have around the answer: '"A', ' A'."""


@dataclass(frozen=True)
class ChoiceChances:
    """Probabilities of the answers, renormalized to add up to 1; ``mass`` is what they had before."""

    of: dict[str, float]
    mass: float


def choice_chances(tokens: Sequence[Token], answers: Sequence[str], *, field: str = "") -> ChoiceChances | None:
    """The chance of each answer at the token where the reply chooses; None where that cannot be told.

    Parameters
    ----------
    tokens : sequence of Token
        The beginning of the reply. Under llama.cpp's grammar the probabilities are those without the constraint: the
        most likely token may be none of the answers, so all alternatives are searched and then renormalized.
    answers : sequence of str
        Such as ("A", "B"), each with another first character.
    field : str
        Where the reply is a JSON object: the field that has the answer.

    Returns
    -------
    ChoiceChances or None
        None where no token is the choice, or no alternative is an answer. An answer that is not among the listed
        alternatives gets the probability of the least likely one listed, the most it can have.

    Examples
    --------
    >>> token = Token("A", -1.5, (("I", math.log(0.5)), ("A", math.log(0.3)), (" B", math.log(0.1))))
    >>> chances = choice_chances([token], ("A", "B"))
    >>> round(chances.of["A"], 6), round(chances.mass, 6)
    (0.75, 0.4)
    """
    token = choosing_token(tokens, answers, field)
    if token is None or not token.alternatives:
        return None
    seen = dict.fromkeys(answers, 0.0)
    for text, logprob in token.alternatives:
        if text.strip(AROUND) in seen:
            seen[text.strip(AROUND)] += math.exp(logprob)
    mass = sum(seen.values())
    if mass == 0:
        return None
    least = math.exp(min(logprob for _, logprob in token.alternatives))
    bounded = {answer: chance or min(least, max(0.0, 1 - mass)) for answer, chance in seen.items()}
    total = sum(bounded.values())
    return ChoiceChances({answer: chance / total for answer, chance in bounded.items()}, min(1.0, mass))


def choosing_token(tokens: Sequence[Token], answers: Sequence[str], field: str) -> Token | None:
    """The first token that is an answer; in an object the one that begins the field's value."""
    spoken = ""
    for token in tokens:
        may_choose = re.search(rf'"{re.escape(field)}"\s*:\s*"?$', spoken) if field else not spoken.strip(AROUND)
        if may_choose and token.text.strip(AROUND) in answers:
            return token
        spoken += token.text
    return None
