"""Random label arrays for the property tests, and seeded ones for the comparisons with other libraries."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.stats.labels import MISSING

CATEGORIES = ("revised", "foil", "no preference")


def label_matrices(n_raters: int = 2, n_categories: int = 3) -> st.SearchStrategy:
    """Labels of shape (n_raters, 1..40), -1 = missing."""
    entries = st.integers(MISSING, n_categories - 1)
    return st.integers(1, 40).flatmap(lambda n: arrays(np.int64, (n_raters, n), elements=entries))


def random_labels(seed: int, *, raters: int, items: int, categories: int, missing: float = 0.1) -> np.ndarray:
    """Raters who follow a common truth two times in three, with entries missing at random."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, categories, items)
    noise = rng.integers(0, categories, (raters, items))
    labels = np.where(rng.random((raters, items)) < 0.66, truth, noise)
    labels[rng.random((raters, items)) < missing] = MISSING
    return labels
