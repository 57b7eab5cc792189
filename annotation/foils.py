"""Which revision stands as the foil of which: a seeded derangement within a prompt. Pure: no Django."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

SHUFFLES = 100


def draw_foils(revisions: Sequence[str], rng: Random) -> list[int | None]:
    """Draw a foil for each of a prompt's revised answers from those of the other personas.

    Each revision serves once where that can be. Two personas may have the same
    text; a foil is never the same text as the answer it stands beside, so a text
    that most personas share must wait for others, which then serve more than once.

    Parameters
    ----------
    revisions : sequence of str, length n
        The revised answers to one prompt, one per persona.
    rng : random.Random
        Seeded by the caller, so that the draw can be repeated.

    Returns
    -------
    list of (int or None), length n
        Position of each answer's foil; None where no other text exists.

    Examples
    --------
    >>> draw_foils(["a", "b"], Random(1))
    [1, 0]
    >>> draw_foils(["a"], Random(1))
    [None]
    """
    return shuffled_foils(revisions, rng) or rotated_foils(revisions, rng)


def shuffled_foils(revisions: Sequence[str], rng: Random) -> list[int | None]:
    """A derangement, every one equally likely; empty when none was met."""
    order = list(range(len(revisions)))
    for _ in range(SHUFFLES):
        rng.shuffle(order)
        if all(revisions[foil] != revisions[place] for place, foil in enumerate(order)):
            return list(order)
    return []


def rotated_foils(revisions: Sequence[str], rng: Random) -> list[int | None]:
    """As many different foils as can be; the places left over take one that serves already.

    Places with the same text stand together and the whole is turned by the size of
    the largest such group. No group then meets itself, unless one holds more than
    half of the places: of that one as many meet themselves as must, and only these
    take another text a second time.
    """
    groups = in_groups(revisions, rng)
    places = [place for group in groups for place in group]
    turn = len(groups[0])
    foils: list[int | None] = [None] * len(places)
    for position, place in enumerate(places):
        foil = places[(position + turn) % len(places)]
        foils[place] = foil if revisions[foil] != revisions[place] else any_other(place, revisions, rng)
    return foils


def in_groups(revisions: Sequence[str], rng: Random) -> list[list[int]]:
    """The places by their text, in random order but for the largest group, which comes first."""
    groups: dict[str, list[int]] = {}
    for place in rng.sample(range(len(revisions)), len(revisions)):
        groups.setdefault(revisions[place], []).append(place)
    return sorted(groups.values(), key=len, reverse=True)


def any_other(place: int, revisions: Sequence[str], rng: Random) -> int | None:
    others = [other for other, text in enumerate(revisions) if text != revisions[place]]
    return rng.choice(others) if others else None


def times_reused(foils: Sequence[int | None]) -> int:
    """How many places hold a foil that another place holds too, beyond the first."""
    used = [foil for foil in foils if foil is not None]
    return len(used) - len(set(used))
