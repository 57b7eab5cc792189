"""Reasons that two people give in nearly the same words on the same question: a copy, or the same chatbot asked.

Texts are compared by the cosine of their four-character pieces inside words, weighed by how rare a piece is among all
reasons of the study (TF-IDF). The threshold was measured on the bundled examples: of some 1,800 pairs of reasons that
a language model wrote on the same question in different conditions none passed 0.84, and 99 in 100 stayed below 0.68;
of copies with one word exchanged for another, 99 in 100 stood above 0.86, with two words half above 0.90.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

NEARLY = 0.85
"""From this cosine on two reasons are nearly the same words."""
SHORTEST = 25
"""Shorter reasons coincide by themselves: "He would like that." """
MOST_TEXTS = 20_000
"""More are not compared: it would keep the page waiting (20,000 take about 0.9 s of CPU)."""


def nearly_the_same(texts: Sequence[str], groups: Sequence[int]) -> np.ndarray:
    """Which texts have a near double in their own group; shape (len(texts),).

    >>> copied = "He keeps his promises to the crew and judges people by whether they turn up when it is hard to do so."
    >>> texts = [copied, copied.replace("crew", "men"), "Money is what he thinks about all day long.", copied]
    >>> nearly_the_same(texts, [1, 1, 1, 2]).tolist()
    [True, True, False, False]
    """
    found = np.zeros(len(texts), dtype=bool)
    long_enough = [n for n, text in enumerate(texts) if len(text.strip()) >= SHORTEST]
    pairs = _pairs_in_groups(long_enough, groups)
    if not len(pairs):
        return found
    similar = pairs[_cosines(texts, pairs) >= NEARLY]
    found[similar.ravel()] = True
    return found


def _pairs_in_groups(places: Sequence[int], groups: Sequence[int]) -> np.ndarray:
    members: dict[int, list[int]] = defaultdict(list)
    for place in places:
        members[groups[place]].append(place)
    found = [pair for group in members.values() for pair in combinations(group, 2)]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _cosines(texts: Sequence[str], pairs: np.ndarray) -> np.ndarray:
    # Here, because scikit-learn takes a second to import and only this page needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True, dtype=np.float32)
    weights = pieces.fit_transform(texts)
    return np.asarray(weights[pairs[:, 0]].multiply(weights[pairs[:, 1]]).sum(axis=1)).ravel()
