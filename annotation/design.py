"""The experimental design: which questions, which side first, in which order. Pure, seeded.

Every draw is made from ``random.Random`` seeded with a text that names what is
drawn, so that each part can be drawn again on its own from the recorded seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def draw(pool: Sequence[T], count: int, *, seed: int, what: str) -> list[T]:
    """``count`` of the pool without replacement, in the pool's order; all of it when it is no larger."""
    if count >= len(pool):
        return list(pool)
    chosen = sorted(Random(f"{seed}:draw:{what}").sample(range(len(pool)), count))
    return [pool[index] for index in chosen]


def balanced_sides(count: int, rng: Random) -> list[bool]:
    """True for half of ``count`` places (one more or less when odd, by chance), in random order."""
    trues = count // 2 + (rng.random() < 0.5 if count % 2 else 0)
    sides = [True] * trues + [False] * (count - trues)
    rng.shuffle(sides)
    return sides


def sides_for_seat(count: int, seat_number: int, *, seed: int, persona: str) -> list[bool]:
    """Whether the revised response stands first, for each of a persona's questions in one seat.

    Seats come in pairs that mirror each other, so each question shows its revised
    response first to exactly half of an even number of seats (2 of 4), and each
    seat shows it first on half of its questions (5 of 10). A seat's sides stay
    when a replacement sits down in it.
    """
    pair, is_mirror = divmod(seat_number - 1, 2)
    sides = balanced_sides(count, Random(f"{seed}:sides:{persona}:{pair}"))
    return [not side for side in sides] if is_mirror else sides


def reference_order(count: int, *, seed: int, persona: str) -> list[bool]:
    """Whether the revised response is the reference coding's first, balanced within a persona."""
    return balanced_sides(count, Random(f"{seed}:reference:{persona}"))


def question_order(count: int, *, seed: int) -> list[int]:
    """A random order of ``count`` questions for one rater, as indices from 0."""
    order = list(range(count))
    Random(f"{seed}:order").shuffle(order)
    return order


def with_checks(questions: Sequence[T], checks: Sequence[T], after: Sequence[int]) -> list[T]:
    """The questions with one attention check after each stated number of questions.

    ``after[i]`` counts questions only (0 = before the first); checks beyond the
    stated places are not shown.
    """
    screens: list[T] = []
    due = dict(zip(sorted(after), checks, strict=False))
    for number in range(len(questions) + 1):
        if number in due:
            screens.append(due[number])
        if number < len(questions):
            screens.append(questions[number])
    return screens


def seat_ranks(personas: Sequence[T], seats_each: int, *, seed: int) -> list[tuple[T, int]]:
    """The order in which seats are filled: every first seat before any second, personas shuffled in each round."""
    ranked: list[tuple[T, int]] = []
    for number in range(1, seats_each + 1):
        round_ = list(personas)
        Random(f"{seed}:seats:{number}").shuffle(round_)
        ranked += [(persona, number) for persona in round_]
    return ranked
