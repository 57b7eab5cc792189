"""Traits that are drawn by rule."""

from collections import Counter

import pytest

from personas.text.big_five import LEVELS, TRAITS, parse_big_five
from personas.text.english import starts_with_verb
from personas.traits.big_five import Norms, draw_big_five, draw_level
from personas.traits.drawing import choose_open_categories, draw_traits, random_for
from personas.traits.lists import MANNERISMS_TO_DRAW, QUIRKS_TO_DRAW, VALUES_TO_DRAW


def test_levels_follow_the_cutoffs():
    random = random_for(1, "levels")
    counts = Counter(draw_level("Conscientiousness", random, Norms()) for _ in range(20_000))
    shares = [counts[level] / 20_000 for level in LEVELS]
    assert shares == pytest.approx([0.067, 0.242, 0.383, 0.242, 0.067], abs=0.015)


def test_big_five_is_in_the_form_that_the_text_reads():
    assert parse_big_five(draw_big_five(random_for(1, "a"), Norms())) is not None


def test_norms_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="rising"):
        Norms(cutoffs=(0, 0, 1, 2))
    with pytest.raises(ValueError, match="each of"):
        Norms(means=dict.fromkeys(TRAITS[:4], 3.0))


def test_traits_of_one_persona_do_not_depend_on_the_others():
    assert draw_traits(random_for(5, 7), Norms()) == draw_traits(random_for(5, 7), Norms())
    assert draw_traits(random_for(5, 7), Norms()) != draw_traits(random_for(5, 8), Norms())


def test_open_categories_name_the_job_only_of_those_who_work():
    assert "detailed job description" in choose_open_categories(random_for(1), works=True)
    assert "detailed job description" not in choose_open_categories(random_for(1), works=False)


@pytest.mark.parametrize("line", QUIRKS_TO_DRAW + MANNERISMS_TO_DRAW)
def test_quirk_or_mannerism_can_follow_a_subject(line):
    assert line.endswith(".")
    assert starts_with_verb(line)


def test_lists_name_nothing_twice():
    for names in (VALUES_TO_DRAW, QUIRKS_TO_DRAW, MANNERISMS_TO_DRAW):
        assert len(set(names)) == len(names)
