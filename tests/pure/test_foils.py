"""Foils: another persona's text, each once where that can be, the same from the same seed."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from annotation.foils import draw_foils, rotated_foils, times_reused

seeds = st.integers(0, 10**6)
distinct = st.lists(st.text(min_size=1), min_size=2, max_size=25, unique=True)
any_texts = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12)


def test_draw_foils_of_two_swaps_them():
    assert draw_foils(["a", "b"], Random(1)) == [1, 0]


def test_draw_foils_of_one_persona_has_none():
    assert draw_foils(["a"], Random(1)) == [None]


def test_draw_foils_of_one_text_for_all_has_none():
    assert draw_foils(["a", "a", "a"], Random(1)) == [None, None, None]


def test_draw_foils_reuses_a_text_only_where_it_must():
    foils = draw_foils(["a", "a", "b"], Random(1))
    assert foils[:2] == [2, 2]
    assert foils[2] in {0, 1}
    assert times_reused(foils) == 1


@given(distinct, seeds)
def test_draw_foils_is_a_derangement_of_distinct_texts(texts, seed):
    foils = draw_foils(texts, Random(seed))
    assert sorted(foils) == list(range(len(texts)))
    assert all(foil != place for place, foil in enumerate(foils))


@given(distinct, seeds)
def test_rotated_foils_is_a_derangement_too(texts, seed):
    foils = rotated_foils(texts, Random(seed))
    assert sorted(foils) == list(range(len(texts)))
    assert all(foil != place for place, foil in enumerate(foils))


@given(any_texts, seeds)
def test_draw_foils_reuses_as_few_as_can_be(texts, seed):
    foils = draw_foils(texts, Random(seed))
    assert all(foil is None or texts[foil] != text for text, foil in zip(texts, foils, strict=True))
    commonest = max(Counter(texts).values())
    # Hall's condition: only a text that more than half of the personas share makes reuse needful.
    needful = max(0, 2 * commonest - len(texts)) if commonest < len(texts) else 0
    assert times_reused(foils) == needful


@given(any_texts, seeds)
def test_draw_foils_is_the_same_from_the_same_seed(texts, seed):
    assert draw_foils(texts, Random(seed)) == draw_foils(texts, Random(seed))


def test_draw_foils_draws_every_derangement():
    drawn = Counter(tuple(draw_foils("abcd", Random(seed))) for seed in range(900))
    assert len(drawn) == 9
    # 100 each are expected; six standard deviations are 57.
    assert all(43 < count < 157 for count in drawn.values())
