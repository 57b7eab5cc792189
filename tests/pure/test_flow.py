"""Where a participant stands, and which moves of an assignment are allowed."""

from dataclasses import replace

import pytest

from annotation.flow import (
    TRANSITIONS,
    AssignmentState,
    Progress,
    Step,
    current_step,
    may_move,
    may_open_question,
)

NEW = Progress(state=AssignmentState.LIVE, has_check=True, screens=3)
READY = replace(NEW, consented=True, instructed=True, check_passed=True, introduced=True)


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (NEW, Step.CONSENT),
        (replace(NEW, consented=True), Step.INSTRUCTIONS),
        (replace(NEW, consented=True, instructed=True), Step.CHECK),
        (replace(NEW, consented=True, instructed=True, has_check=False), Step.PERSONA),
        (replace(NEW, consented=True, instructed=True, check_passed=True), Step.PERSONA),
        (replace(NEW, consented=True, instructed=True, check_passed=True, has_practice=True), Step.PRACTICE),
        (
            replace(NEW, consented=True, instructed=True, has_check=False, has_practice=True, practised=True),
            Step.PERSONA,
        ),
        (replace(READY, has_practice=True), Step.QUESTION),
        (READY, Step.QUESTION),
        (replace(READY, answered=frozenset({1, 2})), Step.QUESTION),
        (replace(READY, answered=frozenset({1, 2, 3})), Step.REVIEW),
        (replace(READY, answered=frozenset({1, 2, 3}), completed=True), Step.DONE),
    ],
)
def test_current_step_follows_the_order_of_the_pages(progress, step):
    assert current_step(progress) is step


def test_current_step_stays_at_consent_when_later_stamps_are_set():
    assert current_step(replace(READY, consented=False)) is Step.CONSENT


def test_current_step_of_a_released_assignment_goes_on_as_before():
    assert current_step(replace(READY, state=AssignmentState.RELEASED)) is Step.QUESTION


def test_current_step_of_an_excluded_finisher_still_shows_the_code():
    finished = replace(READY, state=AssignmentState.EXCLUDED, completed=True)
    assert current_step(finished) is Step.DONE


@pytest.mark.parametrize(
    ("state", "step"),
    [(AssignmentState.DECLINED, Step.DECLINED), (AssignmentState.SCREENED_OUT, Step.SCREENED_OUT)],
)
def test_current_step_after_an_early_end_is_its_page(state, step):
    assert current_step(replace(NEW, state=state)) is step


def test_next_position_is_the_first_gap():
    assert replace(READY, answered=frozenset({1, 3})).next_position == 2


@pytest.mark.parametrize(("position", "open_"), [(1, True), (2, True), (3, False), (0, False), (4, False)])
def test_may_open_question_allows_back_and_the_next_one_only(position, open_):
    assert may_open_question(replace(READY, answered=frozenset({1})), position) is open_


def test_may_open_question_before_the_persona_is_known_is_refused():
    assert not may_open_question(NEW, 1)


def test_may_open_question_after_the_end_is_refused():
    assert not may_open_question(replace(READY, answered=frozenset({1, 2, 3}), completed=True), 1)


def test_transitions_name_every_state():
    assert set(TRANSITIONS) == set(AssignmentState)


def test_transitions_never_lead_to_the_same_state_or_into_a_preview():
    for before, after in TRANSITIONS.items():
        assert before not in after
        assert AssignmentState.PREVIEW not in after


def test_may_move_refuses_to_undo_a_completion():
    assert not may_move(AssignmentState.COMPLETE, AssignmentState.LIVE)
    assert not may_move(AssignmentState.COMPLETE, AssignmentState.RELEASED)
