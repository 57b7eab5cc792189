"""The attributes that follow from rules and chance, for one persona."""

from __future__ import annotations

import hashlib

import numpy as np

from personas.traits.big_five import Norms, draw_big_five
from personas.traits.lists import MANNERISMS_TO_DRAW, QUIRKS_TO_DRAW, VALUES_TO_DRAW

FEWEST_VALUES, MOST_VALUES = 3, 5
# The parts of a persona that a model writes, beside the job description of those who work.
OPEN_CATEGORIES = (
    "personal time",
    "lifestyle",
    "ideology",
    "political views",
    "religion",
    "entertainment preferences",
)
FEWEST_OPEN = 4


def random_for(seed: int, *what: object) -> np.random.Generator:
    """Return a generator of its own for a thing: what one persona draws does not move another."""
    digest = hashlib.sha256("\x1f".join(map(str, (seed, *what))).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16]))


def draw_traits(random: np.random.Generator, norms: Norms) -> list[tuple[str, str]]:
    """Return Big Five, quirk, mannerism and core values."""
    count = int(random.integers(FEWEST_VALUES, MOST_VALUES + 1))
    values = random.choice(VALUES_TO_DRAW, size=count, replace=False)
    return [
        ("big five scores", draw_big_five(random, norms)),
        ("defining quirks", str(random.choice(QUIRKS_TO_DRAW))),
        ("mannerisms", str(random.choice(MANNERISMS_TO_DRAW))),
        ("core values", ", ".join(values).capitalize()),
    ]


def choose_open_categories(random: np.random.Generator, *, works: bool) -> list[str]:
    """Return which open-ended attributes a model is to write: the job's, and four to six of the others."""
    count = int(random.integers(FEWEST_OPEN, len(OPEN_CATEGORIES) + 1))
    chosen = sorted(random.choice(len(OPEN_CATEGORIES), size=count, replace=False).tolist())
    job = ["detailed job description"] if works else []
    return [*job, *(OPEN_CATEGORIES[place] for place in chosen)]
