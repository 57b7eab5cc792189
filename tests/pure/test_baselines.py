"""The rules that choose without skill: what they choose, and that nothing but the seed decides between equals."""

import subprocess
import sys

from annotation.baselines import (
    ALWAYS_ALTERNATIVE,
    ALWAYS_REVISED,
    LONGEST,
    RANDOM,
    RULES,
    SHORTEST,
    NearestToPersona,
    Pair,
    coin,
    simple_choices,
)

LONG_REVISED = Pair("p1:q1", "a longer text", "short")
LONG_ALTERNATIVE = Pair("p1:q2", "short", "a longer text")
EQUAL = [Pair(f"p1:q{number}", "four", "five") for number in range(400)]


def test_simple_choices_follow_their_names():
    chosen = simple_choices([LONG_REVISED, LONG_ALTERNATIVE], seed=1)
    assert chosen[ALWAYS_REVISED] == ["revised", "revised"]
    assert chosen[ALWAYS_ALTERNATIVE] == ["alternative", "alternative"]
    assert chosen[LONGEST] == ["revised", "alternative"]
    assert chosen[SHORTEST] == ["alternative", "revised"]


def test_simple_choices_between_equals_are_fair_and_seeded():
    first, again, other = (simple_choices(EQUAL, seed=seed) for seed in (1, 1, 2))
    assert first == again
    for rule in (LONGEST, SHORTEST, RANDOM):
        # Within 4 standard errors of a fair coin thrown 400 times.
        assert 160 <= first[rule].count("revised") <= 240
        assert first[rule] != other[rule]
    assert first[LONGEST] != first[SHORTEST] != first[RANDOM]


def test_coin_does_not_depend_on_the_order_of_the_questions():
    places = [pair.place for pair in EQUAL]
    there = {place: coin(7, RANDOM, place) for place in places}
    back = {place: coin(7, RANDOM, place) for place in reversed(places)}
    assert there == back


def test_nearest_to_persona_chooses_the_personas_own_words():
    people = ["retired welder, goes fishing at the lake", "nurse on night shifts", "teacher of geography"]
    nearest = NearestToPersona(people, seed=1)
    pairs = [
        Pair("p1:q1", "Think of the quiet hours fishing.", "Think of the quiet hours at night with a nurse."),
        Pair("p1:q2", "A teacher would know geography.", "Weld it, as a welder would."),
    ]
    assert nearest.choices(people[0], pairs) == ["revised", "alternative"]
    assert nearest.choices(people[1], pairs)[0] == "alternative"


def test_nearest_to_persona_weighs_words_by_how_few_personas_have_them():
    people = ["ohio welder", "ohio nurse", "ohio teacher"]
    pair = Pair("p1:q1", "welder", "ohio")
    assert NearestToPersona(people, seed=1).choices(people[0], [pair]) == ["revised"]


def test_nearest_to_persona_tosses_a_coin_where_no_word_is_shared():
    nearest = NearestToPersona(["welder"], seed=1)
    chosen = nearest.choices("welder", EQUAL)
    assert 160 <= chosen.count("revised") <= 240
    assert chosen == NearestToPersona(["welder"], seed=1).choices("welder", EQUAL)


def test_nearest_to_persona_without_a_word_still_answers():
    assert len(NearestToPersona(["", "the"], seed=1).choices("", EQUAL)) == len(EQUAL)


def test_every_rule_is_explained():
    assert len(RULES) == 6
    assert all(text.endswith(".") for text in RULES.values())


def test_baselines_load_scikit_learn_only_when_they_need_it():
    program = "import sys, annotation.baselines; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
