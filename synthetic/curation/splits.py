"""Train and held-out prompts with the same shares of topics; prompts that repeat one another stay together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from synthetic.curation.filters import normal_form

PAPER_KEPT, PAPER_HELD_OUT = 3868, 868
"""The paper's prompts, and how many of them it held out."""


def held_out_count(prompts: int) -> int:
    """Return how many prompts to hold out: the paper's share.

    >>> held_out_count(3868)
    868
    """
    return round(prompts * PAPER_HELD_OUT / PAPER_KEPT)


def quotas(sizes: Sequence[int], wanted: int) -> list[int]:
    """Share ``wanted`` among topics in proportion to their sizes, by largest remainders.

    >>> quotas([50, 30, 20], 10)
    [5, 3, 2]
    """
    total = sum(sizes)
    exact = [wanted * size / total for size in sizes] if total else [0.0] * len(sizes)
    shares = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: wanted - sum(shares)]:
        shares[place] += 1
    return shares


def hold_out(texts: Sequence[str], topics: Sequence[int], *, wanted: int, seed: int) -> set[int]:
    """Return the places of the held-out prompts."""
    names = sorted(set(topics))
    members = {topic: [place for place, its in enumerate(topics) if its == topic] for topic in names}
    held: set[int] = set()
    for topic, quota in zip(names, quotas([len(members[topic]) for topic in names], wanted), strict=True):
        groups: dict[str, list[int]] = {}
        for place in members[topic]:
            groups.setdefault(normal_form(texts[place]), []).append(place)
        shuffled = list(groups.values())
        Random(f"{seed}:{topic}").shuffle(shuffled)
        taken = 0
        for group in shuffled:
            if taken + len(group) <= quota:
                held.update(group)
                taken += len(group)
    return held
