"""Planted truth of simulated raters: persona, prompt and answer matter, and the mean is what was asked for."""

from statistics import mean

import pytest

from annotation.rehearsal.skill import chance_of_revised

PROMPTS = [f"prompt {n}" for n in range(400)]


def chances(age, accuracy=0.8):
    how = {"persona": "p", "age": age, "accuracy": accuracy}
    return [chance_of_revised(prompt=prompt, answer=f"To {prompt}.", **how) for prompt in PROMPTS]


@pytest.mark.parametrize("accuracy", [0.0, 0.3, 0.5, 0.85, 1.0])
def test_mean_chance_is_the_accuracy_asked_for_at_every_age(accuracy):
    for age in ("19", "50", "88", ""):
        assert mean(chances(age, accuracy)) == pytest.approx(accuracy, abs=0.04)


def test_personas_of_similar_age_choose_alike_and_others_do_not():
    def alike(first, second):
        pairs = zip(chances(first), chances(second), strict=True)
        return mean(a * b + (1 - a) * (1 - b) for a, b in pairs)

    assert alike("20", "25") > alike("20", "50") + 0.05 > alike("20", "85") + 0.1


def test_chance_depends_on_the_answer_and_on_the_prompt():
    of = {"persona": "p", "age": "40", "accuracy": 0.8}
    assert len({chance_of_revised(prompt="one", answer=answer, **of) for answer in "abc"}) == 3
    assert len({chance_of_revised(prompt=prompt, answer="a", **of) for prompt in "abc"}) == 3
