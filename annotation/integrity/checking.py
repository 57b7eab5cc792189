"""What must be true of the data whatever happened, read from the database in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.integrity.answers import ANSWER_RULES
from annotation.integrity.database import DATABASE_RULES
from annotation.integrity.erasure import ERASURE_RULES
from annotation.integrity.history import HISTORY_RULES
from annotation.integrity.questions import QUESTION_RULES
from annotation.integrity.seats import SEAT_RULES
from annotation.integrity.snapshot import one_moment
from annotation.models import Study

RULES = (*SEAT_RULES, *HISTORY_RULES, *ANSWER_RULES, *QUESTION_RULES, *ERASURE_RULES, *DATABASE_RULES)


@dataclass(frozen=True)
class Problem:
    """A broken invariant: its name, what it demands, and what was found instead."""

    invariant: str
    demand: str
    found: str

    def __str__(self) -> str:
        return f"{self.demand} {self.found}"


def integrity_problems(study: Study | None = None) -> list[Problem]:
    """Every breach of an invariant, in one study or in all; empty when all is well. Changes nothing."""
    studies = Study.objects.filter(pk=study.pk) if study else Study.objects.all()
    with one_moment():
        return [Problem(rule.__name__, demand_of(rule), found) for rule in RULES for found in rule(studies)]


def demand_of(rule) -> str:
    return rule.__doc__.splitlines()[0]
