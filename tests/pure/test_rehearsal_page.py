from collections import Counter
from random import Random

import pytest

from annotation.forms.rehearsal import HABITS as form_habits
from annotation.rehearsal.behaviour import HABITS, Behaviour, draw_behaviour, habits_of
from annotation.rehearsal.crowd import make_behaviours
from annotation.rehearsal.page import read_form
from annotation.rehearsal.words import simulated_reason

PAGE = """
<form method="post"><input name="elsewhere" value="1"></form>
<main>
  <form method="get"><input name="search"></form>
  <form method="post" action="/go/">
    <label for="a"><input type="radio" id="a" name="choice" value="A" checked> <b>Answer A</b>
      <span>Go &amp; see\n   her.</span></label>
    <input type="radio" id="b" name="choice" value="B"><label for="b">Answer B</label>
    <textarea name="justification">
Two &lt;lines&gt;
of text</textarea>
    <input type="hidden" name="telemetry" value="{}">
    <input type="checkbox" name="unticked" value="on">
    <button name="consent" value="yes">Yes</button>
  </form>
</main>
"""


def test_read_form_takes_the_post_form_in_main():
    form = read_form(PAGE)
    assert form.action == "/go/"
    assert form.choices("choice") == {"A": "Answer A Go & see her.", "B": "Answer B"}


def test_filled_sends_what_a_browser_would_send():
    assert read_form(PAGE).filled(consent="yes") == [
        ("choice", "A"),
        ("justification", "Two <lines>\nof text"),
        ("telemetry", "{}"),
        ("consent", "yes"),
    ]


def test_filled_replaces_the_answers_given():
    sent = dict(read_form(PAGE).filled(choice="B", justification="Because."))
    assert sent == {"choice": "B", "justification": "Because.", "telemetry": "{}"}


def test_read_form_without_a_form_is_none():
    assert read_form("<form method=post></form><main>No form here.</main>") is None


def test_draw_behaviour_is_the_same_from_the_same_seed():
    def drawn(seed):
        return [draw_behaviour(Random(f"{seed}:{n}"), accuracy=0.7, questions=10) for n in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert {behaviour.accuracy for behaviour in drawn(1)} == {0.7}


@pytest.mark.parametrize("habit", ["declines", "fails_check", "withdraws", "returns", "double_clicks", "revises"])
def test_draw_behaviour_brings_every_habit_and_mostly_plain_raters(habit):
    crowd = [draw_behaviour(Random(n), accuracy=0.85, questions=10) for n in range(1000)]
    assert any(getattr(behaviour, habit) for behaviour in crowd)
    assert 350 < crowd.count(Behaviour(accuracy=0.85)) < 550


def test_habits_of_a_crowd_are_as_many_as_wanted_in_random_order():
    wanted = {"drops out": 3, "chooses at random": 2}
    habits = habits_of(10, wanted, Random(1))
    assert Counter(habits) == {**wanted, "plain": 5}
    assert habits != sorted(habits)
    behaviours = make_behaviours(10, wanted, seed=1, accuracy=0.9, questions=4)
    assert {behaviour.accuracy for behaviour in behaviours} == {0.9}
    assert sum(behaviour.chooses_at_random for behaviour in behaviours) == 2
    assert sum(behaviour.time_runs_out for behaviour in behaviours) == 3
    assert behaviours == make_behaviours(10, wanted, seed=1, accuracy=0.9, questions=4)


def test_form_of_a_rehearsal_offers_every_habit():
    assert list(form_habits) == [name for name, _ in HABITS]


def test_simulated_reason_says_that_it_is_simulated_and_is_never_the_same_twice():
    reasons = {simulated_reason(Random(1), name="x", position=p, version=v) for p in range(10) for v in range(1, 4)}
    assert len(reasons) == 30
    assert all(reason.startswith("Simulated reason") for reason in reasons)
