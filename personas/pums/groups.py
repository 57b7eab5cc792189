"""The groups in which draws are compared with the census: arrays of codes in, numbers of groups out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personas.pums.dictionary import Dictionary
from personas.pums.variables import AGE_BANDS, INCOME_BANDS, INCOME_WORDS

BLANK = -(2**31)
"""How a blank is written in an array of codes."""
NOT_ASKED = "Not in universe"
UNKNOWN = "Code not in the dictionary"
LARGEST_CODE = 10_000

Ints = NDArray[Any]


@dataclass(frozen=True)
class Groups:
    """Names of groups, and the function from codes to their numbers."""

    names: tuple[str, ...]
    numbers: Callable[[Ints], Ints]


def groups_of(variable: str, dictionary: Dictionary) -> Groups:
    if variable == "AGEP":
        return bands(AGE_BANDS, age_words())
    if variable == "PINCP":
        return bands(INCOME_BANDS, INCOME_WORDS)
    return coded(dictionary.labels.get(variable, {}), by_prefix=variable in ("INDP", "OCCP"))


def age_words() -> tuple[str, ...]:
    ends = [f"{low}-{high - 1}" for low, high in pairwise(AGE_BANDS)]
    return (*ends, f"{AGE_BANDS[-1]}+")


def bands(starts: tuple[int, ...], names: tuple[str, ...]) -> Groups:
    edges, blank = np.array(starts), len(names)

    def numbers(codes: Ints) -> Ints:
        found = np.clip(np.searchsorted(edges, codes, side="right") - 1, 0, blank - 1)
        return np.where(codes == BLANK, blank, found)

    return Groups((*names, NOT_ASKED), numbers)


def coded(labels: dict[int, str], *, by_prefix: bool) -> Groups:
    """One group per label; occupations and industries by the three letters before their title (MGR, MED, ...)."""
    named = {code: label.partition("-")[0] if by_prefix else label for code, label in labels.items()}
    names = (*dict.fromkeys(named.values()), NOT_ASKED, UNKNOWN)
    # One row per code, one for codes beyond the table and one for blanks.
    table = np.full(LARGEST_CODE + 2, len(names) - 1, dtype=np.int32)
    table[LARGEST_CODE + 1] = len(names) - 2
    for code, name in named.items():
        if 0 <= code < LARGEST_CODE:
            table[code] = names.index(name)

    def numbers(codes: Ints) -> Ints:
        places = np.where((codes < 0) | (codes >= LARGEST_CODE), LARGEST_CODE, codes)
        return table[np.where(codes == BLANK, LARGEST_CODE + 1, places)]

    return Groups(names, numbers)
