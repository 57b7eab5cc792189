"""How likely a simulated rater is to choose the revised answer: it depends on persona, prompt and answer. Pure.

A coin of one chance for all would give matrices of noise. Here each persona has a place on a circle, by age where it
has one, and each prompt a direction: personas of similar age tend to choose alike, and some prompts separate young from
old. The mean over prompts and answers is the accuracy asked for, so that 0 and 1 mean never and always.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from math import cos, exp, log, pi

LEAN = 6.0
"""How far, in logits, a prompt moves a persona whose place lies in its direction."""
APPEAL = 1.0
"""How far at most an answer's own appeal moves everybody."""
YOUNGEST, OLDEST = 18, 90
STEPS = 48


def chance_of_revised(*, persona: str, age: str, prompt: str, answer: str, accuracy: float) -> float:
    """Return the chance that a rater of this persona chooses this prompt's revised answer.

    >>> young = chance_of_revised(persona="p", age="20", prompt="q", answer="Yes.", accuracy=0.8)
    >>> older = chance_of_revised(persona="o", age="22", prompt="q", answer="Yes.", accuracy=0.8)
    >>> abs(young - older) < 0.2
    True
    >>> chance_of_revised(persona="p", age="", prompt="q", answer="Yes.", accuracy=1.0)
    1.0
    """
    if accuracy in (0.0, 1.0):
        return accuracy
    lean = LEAN * cos(place_of(persona, age) - 2 * pi * share_of(prompt))
    appeal = APPEAL * (2 * share_of(answer) - 1)
    return logistic(_base(accuracy) + lean + appeal)


def place_of(persona: str, age: str) -> float:
    """Return the persona's angle, from 0 for the youngest to pi for the oldest; drawn from its key without an age.

    >>> place_of("p", "18"), round(place_of("p", "90"), 2)
    (0.0, 3.14)
    """
    if not age.isdecimal():
        return pi * share_of(persona)
    return pi * (min(max(int(age), YOUNGEST), OLDEST) - YOUNGEST) / (OLDEST - YOUNGEST)


def share_of(text: str) -> float:
    """Return a number from 0 to 1 that looks random and is the same for the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:6], "big") / 2**48


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


@lru_cache(maxsize=128)
def _base(accuracy: float) -> float:
    """The constant that makes the mean over prompts and answers the accuracy, by bisection."""
    low, high = log(accuracy / (1 - accuracy)) - LEAN - APPEAL, log(accuracy / (1 - accuracy)) + LEAN + APPEAL
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean_chance(middle) < accuracy else (low, middle)
    return (low + high) / 2


def _mean_chance(base: float) -> float:
    leans = [LEAN * cos(2 * pi * step / STEPS) for step in range(STEPS)]
    appeals = [APPEAL * (2 * (step + 0.5) / 8 - 1) for step in range(8)]
    return sum(logistic(base + lean + appeal) for lean in leans for appeal in appeals) / (len(leans) * len(appeals))
