"""What no skill gives: rules that choose without reading as a person would. Pure: no Django.

Every rule is a function of one persona's text and its questions, and of a seed, so
that the same study gives the same choices on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotation.terms import ALTERNATIVE, REVISED

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

ALWAYS_ALTERNATIVE = "always the alternative"
ALWAYS_REVISED = "always revised"
LONGEST = "longest"
SHORTEST = "shortest"
RANDOM = "random"
NEAREST = "nearest to the persona (TF-IDF)"

RULES: dict[str, str] = {
    ALWAYS_ALTERNATIVE: "Chooses the answer that was not written for the persona.",
    ALWAYS_REVISED: "Chooses the answer that was written for the persona.",
    LONGEST: "Chooses the answer with more characters; a coin decides ties.",
    SHORTEST: "Chooses the answer with fewer characters; a coin decides ties.",
    RANDOM: "Chooses by a coin.",
    NEAREST: "Chooses the answer whose TF-IDF vector has the greater cosine with the persona's shown attributes; "
    "words are weighted by how few of the study's personas have them; a coin decides ties.",
}


class Pair(NamedTuple):
    """A question as the rules see it; ``place`` names it in every draw."""

    place: str
    revised: str
    alternative: str


def coin(seed: int, rule: str, place: str) -> str:
    """A fair choice, the same whenever the same question is asked.

    >>> coin(1, RANDOM, "p1:q1") == coin(1, RANDOM, "p1:q1")
    True
    """
    digest = hashlib.sha256(f"{seed}:{rule}:{place}".encode()).digest()
    return REVISED if digest[0] & 1 else ALTERNATIVE


def greater(revised: float, alternative: float, *, seed: int, rule: str, place: str) -> str:
    """The response with the greater value; a coin decides ties."""
    if revised == alternative:
        return coin(seed, rule, place)
    return REVISED if revised > alternative else ALTERNATIVE


def longest(pair: Pair, seed: int) -> str:
    """
    >>> longest(Pair("p1:q1", "Longer.", "Short."), seed=1)
    'revised'
    """
    return greater(len(pair.revised), len(pair.alternative), seed=seed, rule=LONGEST, place=pair.place)


def shortest(pair: Pair, seed: int) -> str:
    return greater(-len(pair.revised), -len(pair.alternative), seed=seed, rule=SHORTEST, place=pair.place)


def simple_choices(pairs: Sequence[Pair], *, seed: int) -> dict[str, list[str]]:
    """Rule -> choice per pair, for the rules that need no persona."""
    return {
        ALWAYS_ALTERNATIVE: [ALTERNATIVE] * len(pairs),
        ALWAYS_REVISED: [REVISED] * len(pairs),
        LONGEST: [longest(pair, seed) for pair in pairs],
        SHORTEST: [shortest(pair, seed) for pair in pairs],
        RANDOM: [coin(seed, RANDOM, pair.place) for pair in pairs],
    }


class NearestToPersona:
    """Chooses the response that shares more of the persona's telling words.

    The vectors know the words of the study's personas only, each weighed by
    ``ln((1 + P) / (1 + p)) + 1`` (P personas, p of them with the word) and by 1 + ln of how often it
    stands in the text; English stop words are left out, and vectors have length 1. So a text is
    vectorised on its own, and memory does not grow with the study.

    Parameters
    ----------
    persona_texts : sequence of str
        The shown attribute values of all personas of the study.
    seed : int
        Tosses the coin where both responses are as near.

    Examples
    --------
    >>> nearest = NearestToPersona(["a welder in Ohio", "a nurse in Ohio"], seed=1)
    >>> nearest.choices("a welder in Ohio", [Pair("p1:q1", "Ask another welder.", "Ask a nurse.")])
    ['revised']
    """

    def __init__(self, persona_texts: Sequence[str], *, seed: int) -> None:
        self.seed = seed
        self.vectorizer = fitted_vectorizer(persona_texts)

    def choices(self, persona_text: str, pairs: Sequence[Pair]) -> list[str]:
        """One persona's choices."""
        if self.vectorizer is None or not pairs:
            return [coin(self.seed, NEAREST, pair.place) for pair in pairs]
        persona = self.vectorizer.transform([persona_text])
        texts = [pair.revised for pair in pairs] + [pair.alternative for pair in pairs]
        near = (self.vectorizer.transform(texts) @ persona.T).toarray().ravel().round(12).tolist()
        return [
            greater(revised, alternative, seed=self.seed, rule=NEAREST, place=pair.place)
            for pair, revised, alternative in zip(pairs, near[: len(pairs)], near[len(pairs) :], strict=True)
        ]


def fitted_vectorizer(texts: Sequence[str]) -> TfidfVectorizer | None:
    """The vectorizer that knows the words of these texts; None where they have none."""
    # Slow to import, and needed by nothing else on the site.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    try:
        return vectorizer.fit(texts)
    except ValueError:
        # Scikit-learn's way to say that there is not one word.
        return None
