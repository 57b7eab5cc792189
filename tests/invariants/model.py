"""What must be true of a small study, whatever happens in which order: the invariants as a model without a database.

The model says what each person has been told is stored, which state their assignment is in, and who holds which seat.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

HOLDS_SEAT = {"live", "complete"}
MINIMUM = 8
"""Characters of a valid reason in the study of this test."""


class Way(Enum):
    """How a text leaves the page."""

    BUTTON = "Save and continue"
    AUTOSAVE = "while typing"
    BEACON = "the page is closed"
    BACK = "the link back, which saves first"


@dataclass(frozen=True)
class Text:
    """A choice, as A or B, and the reason for it."""

    side: str = ""
    words: str = ""

    @property
    def is_valid(self) -> bool:
        return bool(self.side) and len(self.words.strip()) >= MINIMUM

    @property
    def as_answer(self) -> Text:
        return replace(self, words=self.words.strip())

    def extends(self, other: Text) -> bool:
        """Nothing of the other is lost where this takes its place."""
        return self.words.startswith(other.words) and other.side in {"", self.side}


@dataclass(frozen=True)
class Stored:
    """One rater's answer to one question, and what they saved beside it."""

    answer: Text | None = None
    draft: Text | None = None
    """Saved after the answer and not valid, or saved before there is an answer."""
    earlier: tuple[Text, ...] = ()
    """Answers that were sent and then replaced, oldest first."""
    is_kept: bool = False
    """It came by the button, or a change that is not valid followed it: what replaces it keeps it as a revision."""
    saves: int = 0
    """How often something was stored; the versions below are counted by it, as times are in the database."""
    answer_version: int = 0
    draft_version: int = 0

    @property
    def newest(self) -> Text | None:
        return self.draft or self.answer

    @property
    def newest_version(self) -> int:
        return self.draft_version if self.draft else self.answer_version


def after_save(stored: Stored, text: Text, way: Way) -> Stored:
    """What is stored once a save is acknowledged: the one rule of what counts as the answer (decision 0013)."""
    saves = stored.saves + 1
    if not text.is_valid or (stored.answer is None and way is not Way.BUTTON):
        return replace(stored, draft=text, draft_version=saves, saves=saves, is_kept=stored.answer is not None)
    answer, is_kept = text.as_answer, way is Way.BUTTON
    if answer == stored.answer:
        return replace(stored, draft=None, is_kept=stored.is_kept or is_kept)
    kept = (stored.answer,) if stored.is_kept else ()
    return Stored(answer, None, stored.earlier + kept, is_kept, saves, saves)


def may_replace(stored: Stored, text: Text, seen: int, unacknowledged: str | None) -> bool:
    """Whether an autosave loses nothing that its page has not shown; ``seen`` is the version that it showed last.

    A version, not a text: when an answer was changed and changed back meanwhile, the page is stale all the same.
    """
    newest = stored.newest
    if newest is None or stored.newest_version <= seen or newest.words == unacknowledged:
        return True
    return text.extends(newest) and stored.answer_version <= seen


@dataclass
class Person:
    """One participant, as the study must have them."""

    number: int
    code: str = ""
    seat: int | None = None
    states: list[str] = field(default_factory=list)
    """Every state of the assignment, the first to the present one."""
    consented: bool = False
    introduced: bool = False
    completed: bool = False
    attempts: int = 0
    questions: dict[int, Stored] = field(default_factory=dict)

    @property
    def state(self) -> str:
        return self.states[-1] if self.states else ""

    @property
    def holds_seat(self) -> bool:
        return self.state in HOLDS_SEAT

    @property
    def is_walking(self) -> bool:
        """Somewhere between arrival and end."""
        return bool(self.code) and not self.completed and self.state not in {"declined", "screened_out"}

    @property
    def answers(self) -> dict[int, Text]:
        return {position: stored.answer for position, stored in self.questions.items() if stored.answer}

    def stored(self, position: int) -> Stored:
        return self.questions.get(position, Stored())

    def may_open(self, position: int) -> bool:
        return self.is_walking and self.introduced and position <= len(self.answers) + 1

    def may_finish(self, questions: int) -> bool:
        unsent = [stored for stored in self.questions.values() if stored.answer and stored.draft]
        return self.is_walking and self.introduced and len(self.answers) == questions and not unsent

    def move(self, state: str) -> None:
        if state != self.state:
            self.states.append(state)


@dataclass
class Model:
    """Everybody, and the seats they may hold."""

    seats: set[int]
    people: dict[int, Person]

    @property
    def free_seats(self) -> set[int]:
        return self.seats - {person.seat for person in self.people.values() if person.holds_seat}

    def has_seat_for(self, person: Person) -> bool:
        """The person's own seat is free, or theirs already."""
        return person.holds_seat or person.seat in self.free_seats

    def state_after_end(self, person: Person) -> str:
        if person.state not in {"live", "released"}:
            return person.state
        return "complete" if self.has_seat_for(person) else "surplus"

    def state_after_reopening(self, person: Person) -> str | None:
        """None where it must be refused."""
        if person.state in HOLDS_SEAT:
            return None
        if self.has_seat_for(person):
            return "complete" if person.completed else "live"
        return "surplus" if person.completed and person.state == "excluded" else None
