"""Draws, sides and orders: balanced, seeded, the same on every machine."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation import design

SEEDS = st.integers(min_value=0, max_value=10**9)


def test_sides_for_seat_are_five_and_five_within_and_two_and_two_across():
    seats = [design.sides_for_seat(10, number, seed=7, persona="p") for number in (1, 2, 3, 4)]
    assert [sum(sides) for sides in seats] == [5, 5, 5, 5]
    assert [sum(column) for column in zip(*seats, strict=True)] == [2] * 10


@given(seed=SEEDS, count=st.integers(1, 25), seats=st.integers(1, 9))
def test_sides_for_seat_are_as_even_as_the_numbers_allow(seed, count, seats):
    rows = [design.sides_for_seat(count, number, seed=seed, persona="p") for number in range(1, seats + 1)]
    assert all(abs(2 * sum(row) - count) <= 1 for row in rows)
    assert all(abs(2 * sum(column) - seats) <= 1 for column in zip(*rows, strict=True))


def test_draws_are_pinned_so_that_a_stored_study_can_be_rebuilt():
    sides = design.sides_for_seat(10, 1, seed=20240717, persona="persona-01")
    assert "".join("R" if side else "a" for side in sides) == "aaRaRaRaRR"
    assert design.question_order(10, seed=20240717) == [1, 5, 2, 4, 3, 7, 0, 9, 8, 6]


def test_sides_of_two_personas_differ():
    drawn = {tuple(design.sides_for_seat(10, 1, seed=1, persona=f"persona-{n}")) for n in range(20)}
    assert len(drawn) > 10


@given(seed=SEEDS, count=st.integers(0, 40))
def test_question_order_holds_each_question_once(seed, count):
    order = design.question_order(count, seed=seed)
    assert sorted(order) == list(range(count))
    assert order == design.question_order(count, seed=seed)


def test_question_order_differs_between_raters():
    assert len({tuple(design.question_order(10, seed=seed)) for seed in range(50)}) > 45


@given(seed=SEEDS, pool=st.lists(st.integers(), unique=True, max_size=30), count=st.integers(1, 12))
def test_draw_keeps_the_order_of_the_pool(seed, pool, count):
    drawn = design.draw(pool, count, seed=seed, what="p")
    assert len(drawn) == min(count, len(pool))
    assert drawn == [item for item in pool if item in drawn]


def test_draw_takes_each_question_about_equally_often():
    counts = Counter(item for seed in range(2000) for item in design.draw(range(20), 10, seed=seed, what="p"))
    # 1,000 expected each, standard deviation 22.
    assert all(880 < counts[item] < 1120 for item in range(20))


@pytest.mark.parametrize(
    ("after", "screens"),
    [
        ([], ["q1", "q2", "q3"]),
        ([0], ["c1", "q1", "q2", "q3"]),
        ([2], ["q1", "q2", "c1", "q3"]),
        ([3, 1], ["q1", "c1", "q2", "q3", "c2"]),
    ],
)
def test_with_checks_puts_each_check_after_its_number_of_questions(after, screens):
    assert design.with_checks(["q1", "q2", "q3"], ["c1", "c2"], after) == screens


@given(seed=SEEDS, personas=st.integers(1, 30), seats=st.integers(1, 5))
def test_seat_ranks_fill_every_first_seat_before_any_second(seed, personas, seats):
    ranked = design.seat_ranks(range(personas), seats, seed=seed)
    assert [number for _, number in ranked] == sorted(number for _, number in ranked)
    assert len(set(ranked)) == len(ranked) == personas * seats


def test_reference_order_is_balanced_within_a_persona():
    assert sum(design.reference_order(10, seed=3, persona="p")) == 5
