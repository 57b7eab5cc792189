"""The rows of a study as the state machine compares them, read with one query for each table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from annotation.models import Annotation, AnnotationRevision, Assignment, AssignmentEvent, Screen, Study
from annotation.sql_once import SqlOnce
from tests.invariants.model import Model, Person, Stored, Text

TIMES = {"last_seen", "deadline", "draft_at", "saved_at"}


@dataclass(frozen=True)
class Rows:
    assignments: tuple[dict, ...]
    events: tuple[dict, ...]
    screens: tuple[dict, ...]
    answers: tuple[dict, ...]
    revisions: tuple[dict, ...]

    def without_times(self) -> Rows:
        """Without the times that any sign of life moves."""
        changed = {
            name: tuple({key: value for key, value in row.items() if key not in TIMES} for row in rows)
            for name, rows in vars(self).items()
        }
        return replace(self, **changed)

    @property
    def deadlines(self) -> dict[str, datetime]:
        return {row["code"]: row["deadline"] for row in self.assignments}

    @property
    def personas(self) -> dict[str, str]:
        return {row["code"]: row["persona__key"] for row in self.assignments}

    # --- Against the model ----------------------------------------------------------------------------
    def compare_with(self, model: Model) -> None:
        people = {person.code: person for person in model.people.values() if person.code}
        assert {row["code"] for row in self.assignments} == set(people), "assignments that nobody was given"
        self.compare_seats(model)
        for row in self.assignments:
            self.compare_person(row, people[row["code"]])

    def compare_seats(self, model: Model) -> None:
        held = [row["seat_id"] for row in self.assignments if row["state"] in {"live", "complete"}]
        assert len(held) == len(set(held)), "a seat with two holders"
        assert model.seats - set(held) == model.free_seats

    def compare_person(self, row: dict, person: Person) -> None:
        assert row["state"] == person.state
        assert (row["completed_at"] is not None) == person.completed
        assert (row["consented_at"] is not None) == person.consented
        assert row["check_attempts"] - (row["check_passed_at"] is not None) == person.attempts
        events = [event for event in self.events if event["assignment_id"] == row["id"]]
        steps = list(zip(["", *person.states], person.states, strict=False))
        assert [(event["from_state"], event["to_state"]) for event in events] == steps, "audit rows"
        times = [event["at"] for event in events]
        assert times == sorted(times), "audit times run backwards"
        self.compare_answers(row, person)

    def compare_answers(self, row: dict, person: Person) -> None:
        screens = {screen["question_id"]: screen for screen in self.screens if screen["assignment_id"] == row["id"]}
        found = defaultdict(list)
        for answer in self.answers:
            if answer["rater_id"] == row["rater_id"]:
                found[screens[answer["question_id"]]["position"]].append(answer)
        assert {position: len(answers) for position, answers in found.items()} == dict.fromkeys(person.answers, 1)
        for screen in screens.values():
            answer = next(iter(found[screen["position"]]), None)
            self.compare_question(screen, answer, person.stored(screen["position"]))

    def compare_question(self, screen: dict, answer: dict | None, stored: Stored) -> None:
        if answer:
            assert text_in(answer, screen) == stored.answer, "the answer is not what was acknowledged last"
            revisions = [row for row in self.revisions if row["annotation_id"] == answer["id"]]
            assert tuple(text_in(row, screen) for row in revisions) == stored.earlier, "earlier versions"
            assert [row["version"] for row in revisions] == list(range(1, answer["version"]))
            times = [row["saved_at"] for row in (*revisions, answer)]
            assert times == sorted(times), "a version that is younger than the one after it"
        if stored.draft:
            words, choice = screen["draft_justification"], screen["draft_choice"]
            assert Text(side_in(choice, screen), words) == stored.draft, "the draft is not what was acknowledged last"


def side_in(choice: str, screen: dict) -> str:
    if not choice:
        return ""
    return "A" if choice == screen["shown_first"] else "B"


def text_in(row: dict, screen: dict) -> Text:
    return Text(side_in(row["choice"], screen), row["justification"])


class Table:
    """All columns of a study's rows, with SQL that is written once: a run asks for them some thousand times."""

    def __init__(self, model, through: str, *more: str):
        self.names = [*(field.attname for field in model._meta.concrete_fields), *more]
        self.query = SqlOnce(lambda pk: model.objects.filter(**{through: pk}).order_by("pk").values_list(*self.names))

    def rows_of(self, study: Study) -> tuple[dict, ...]:
        return tuple(dict(zip(self.names, row, strict=True)) for row in self.query.rows(study.pk))


TABLES = (
    Table(Assignment, "study", "persona__key"),
    Table(AssignmentEvent, "assignment__study"),
    Table(Screen, "assignment__study"),
    Table(Annotation, "rater__study"),
    Table(AnnotationRevision, "annotation__rater__study"),
)


def read_rows(study: Study) -> Rows:
    return Rows(*(table.rows_of(study) for table in TABLES))
