"""Where a participant stands, and how an assignment may move. Pure: no Django.

The server decides which page a participant is on (``current_step``); a URL that
says otherwise is answered with a redirect. That one rule covers the back
button, two tabs, typed addresses and late arrivals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AssignmentState(StrEnum):
    """The seat's ledger: what an assignment means for its seat."""

    LIVE = "live"
    """In the seat, not finished."""
    COMPLETE = "complete"
    """In the seat, finished: these are the answers that count."""
    SURPLUS = "surplus"
    """Finished after the seat had gone to somebody else; outside the votes by default."""
    RELEASED = "released"
    """Out of the seat before the end: timed out, returned, withdrawn or released by hand."""
    DECLINED = "declined"
    """Said no to the consent."""
    SCREENED_OUT = "screened_out"
    """Failed the comprehension check twice."""
    EXCLUDED = "excluded"
    """Taken out of the data by a researcher, with a reason."""
    PREVIEW = "preview"
    """Nobody's seat: a look at the pages."""


S = AssignmentState

TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    S.LIVE: frozenset({S.COMPLETE, S.RELEASED, S.DECLINED, S.SCREENED_OUT, S.EXCLUDED}),
    S.COMPLETE: frozenset({S.EXCLUDED}),
    S.SURPLUS: frozenset({S.COMPLETE, S.EXCLUDED}),
    S.RELEASED: frozenset({S.LIVE, S.COMPLETE, S.SURPLUS, S.EXCLUDED}),
    S.DECLINED: frozenset({S.LIVE}),
    S.SCREENED_OUT: frozenset({S.LIVE}),
    S.EXCLUDED: frozenset({S.LIVE, S.COMPLETE, S.SURPLUS}),
    S.PREVIEW: frozenset(),
}


def may_move(before: AssignmentState, after: AssignmentState) -> bool:
    return after in TRANSITIONS[before]


class Step(StrEnum):
    """The participant's pages, in order."""

    CONSENT = "consent"
    INSTRUCTIONS = "instructions"
    CHECK = "check"
    PRACTICE = "practice"
    PERSONA = "persona"
    QUESTION = "question"
    REVIEW = "review"
    DONE = "done"
    DECLINED = "declined"
    SCREENED_OUT = "screened-out"


CHECK_ATTEMPTS = 2
"""Prolific's rule: at least two chances at a comprehension check."""


@dataclass(frozen=True)
class Progress:
    """What is behind the participant; filled from an assignment.

    ``answered`` has the positions (from 1) of the screens that have a stored answer, ``unsent`` those of them whose
    last edit is not valid, so that the answer is still the one before it. ``stored_at`` has the time of each answer
    in milliseconds since 1970.
    """

    state: AssignmentState
    has_check: bool
    consented: bool = False
    instructed: bool = False
    check_passed: bool = False
    has_practice: bool = False
    practised: bool = False
    introduced: bool = False
    completed: bool = False
    screens: int = 0
    answered: frozenset[int] = field(default_factory=frozenset)
    unsent: frozenset[int] = field(default_factory=frozenset)
    stored_at: Mapping[int, int] = field(default_factory=dict)

    @property
    def next_position(self) -> int | None:
        """The first screen without an answer, or None when all have one."""
        return next((n for n in range(1, self.screens + 1) if n not in self.answered), None)


def current_step(progress: Progress) -> Step:
    """The one page this participant should be on now."""
    if progress.completed:
        return Step.DONE
    if progress.state is S.DECLINED:
        return Step.DECLINED
    if progress.state is S.SCREENED_OUT:
        return Step.SCREENED_OUT
    if not progress.consented:
        return Step.CONSENT
    if not progress.instructed:
        return Step.INSTRUCTIONS
    if progress.has_check and not progress.check_passed:
        return Step.CHECK
    if progress.has_practice and not progress.practised and not progress.introduced:
        return Step.PRACTICE
    if not progress.introduced:
        return Step.PERSONA
    if progress.next_position is not None:
        return Step.QUESTION
    return Step.REVIEW


def may_open_question(progress: Progress, position: int) -> bool:
    """Back is allowed until the end: any answered question, and the first that is not."""
    if current_step(progress) not in {Step.QUESTION, Step.REVIEW}:
        return False
    return position in progress.answered or position == progress.next_position
