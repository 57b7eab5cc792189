"""Topics of prompts: TF-IDF, latent semantic analysis, k-means; each topic named by its most telling words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_TOPICS = 22
PROMPTS_PER_TOPIC = 8
"""Fewer topics where there are fewer prompts."""
DIMENSIONS = 100
WORDS_IN_NAME = 3
WORD = r"(?u)\b[a-z]{3,}\b"
# Words of questions to assistants, beside those that say nothing in any text.
QUESTION_WORDS = set(
    """
    think thoughts opinion believe tell know want need good bad best better people thing things way ways make does did
    doing done is are was were should would could can will may might must have has had do you your me my going really
    like just say said explain help give please hello hi dont im ive whats feel use used lot ok okay mean
    """.split()  # noqa: SIM905 (read more easily as running text)
)


@dataclass(frozen=True)
class Topics:
    """Each prompt's topic, and the topics' names; topic 0 is the largest."""

    of_prompt: tuple[int, ...]
    names: tuple[str, ...]

    def sizes(self) -> list[int]:
        return [self.of_prompt.count(topic) for topic in range(len(self.names))]


def find_topics(texts: Sequence[str], *, seed: int, most: int = MOST_TOPICS) -> Topics:
    """Return topics of the texts; the same texts and seed give the same topics."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
    from sklearn.preprocessing import normalize

    count = max(1, min(most, len(texts) // PROMPTS_PER_TOPIC))
    stop = sorted(ENGLISH_STOP_WORDS | QUESTION_WORDS)
    vectorizer = TfidfVectorizer(
        stop_words=stop, token_pattern=WORD, min_df=1 if len(texts) < 200 else 3, sublinear_tf=True
    )
    plain = [re.sub(r"['’]", "", text.casefold()) for text in texts]
    if count == 1 or not any(re.search(r"[a-z]{3}", text) for text in plain):
        return Topics((0,) * len(texts), ("All prompts",))
    try:
        weights = vectorizer.fit_transform(plain)
    except ValueError:  # only stop words
        return Topics((0,) * len(texts), ("All prompts",))
    vectors = weights
    if min(weights.shape) > DIMENSIONS:
        vectors = normalize(TruncatedSVD(DIMENSIONS, random_state=seed).fit_transform(weights))
    labels = KMeans(count, n_init=4, random_state=seed).fit_predict(vectors)
    order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    rank = {int(label): place for place, label in enumerate(order)}
    terms = vectorizer.get_feature_names_out()
    means = np.vstack([np.asarray(weights[labels == label].mean(axis=0)) for label in order])
    names = distinct([name_of(mean, means.mean(axis=0), terms) for mean in means])
    return Topics(tuple(rank[int(label)] for label in labels), tuple(names))


def name_of(mean: np.ndarray, overall: np.ndarray, terms: Sequence[str]) -> str:
    """Return the words that are heaviest in the topic, and heavier there than elsewhere."""
    best = np.argsort(-(mean * np.log1p(mean / (overall + 1e-9))))[:WORDS_IN_NAME]
    words = [str(terms[place]) for place in best if mean[place] > 0]
    return ", ".join(words).capitalize() or "Other"


def distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
