"""Where people and a model differ most: the questions to read, those on which all people chose otherwise first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.labels import Annotator
from analysis.reports.tables import Table, table_of
from analysis.reports.vote_outcome import choice_words
from analysis.reports.wording import count, quoted
from analysis.results import Results
from analysis.stats.labels import MISSING
from annotation.models import Question
from personas.models import Persona

COLUMNS = ("persona_id", "prompt_id", "topic", "annotator", "choice", "people", "against", "consensus")


@dataclass(frozen=True)
class Disagreement:
    """A question on which at least one person chose otherwise than the annotator; labels by content."""

    question_id: int
    persona: Persona
    choice: int
    people: int
    against: int
    consensus: int

    @property
    def is_unanimous(self) -> bool:
        return self.against == self.people

    def words(self, design: str, name: str) -> str:
        """The disagreement in one sentence."""
        chose = choice_words(self.choice, design)
        if self.is_unanimous:
            who = "The only person" if self.people == 1 else f"All {self.people} people"
        else:
            who = f"{self.against} of {count(self.people, 'person', 'people')}"
        return f"{who} chose otherwise than {quoted(name)}, which chose {chose}."


@dataclass(frozen=True, eq=False)
class Disagreements:
    """All of one annotator's disagreements with the people, the most one-sided first.

    ``compared`` counts questions that both answered; ``decided`` those with a consensus, ``against_consensus`` those
    of them on which the annotator chose otherwise.
    """

    annotator: Annotator
    rows: tuple[Disagreement, ...]
    compared: int
    decided: int
    against_consensus: int

    @cached_property
    def unanimous(self) -> int:
        return sum(row.is_unanimous for row in self.rows)

    @property
    def finding(self) -> str:
        """What the page says first."""
        name = quoted(self.annotator.label)
        if not self.compared:
            return f"{name} and people have no question in common."
        return (
            f"{name} chose otherwise than the consensus on {self.against_consensus} of "
            f"{count(self.decided, 'question')} that have one; on {count(self.unanimous, 'question')} of "
            f"{self.compared} every person who answered chose otherwise."
        )

    def table(self, questions: dict[int, Question]) -> Table:
        return table_of((self._plain(row, questions[row.question_id]) for row in self.rows), names=COLUMNS)

    def _plain(self, row: Disagreement, question: Question) -> dict:
        design = question.alternative_kind
        consensus = "" if row.consensus == MISSING else choice_words(row.consensus, design)
        choice = choice_words(row.choice, design)
        values = (row.persona.key, question.prompt_key, question.topic, self.annotator.label, choice)
        return dict(zip(COLUMNS, (*values, row.people, row.against, consensus), strict=True))


def disagreements_of(results: Results, position: int, *, persona: str = "") -> Disagreements:
    """Compare the annotator at this position with each person, question by question; ``persona`` keeps one of them."""
    matrix, consensus = results.matrix, results.content_consensus.labels
    choices = matrix.named[position]
    people = (matrix.humans != MISSING).sum(axis=0)
    against = ((matrix.humans != MISSING) & (matrix.humans != choices)).sum(axis=0)
    both = (choices != MISSING) & (people > 0) & _of_persona(results, persona)
    decided = both & (consensus != MISSING)
    rows = [
        Disagreement(
            question_id=int(matrix.question_ids[item]),
            persona=matrix.personas[matrix.persona_index[item]],
            choice=int(choices[item]),
            people=int(people[item]),
            against=int(against[item]),
            consensus=int(consensus[item]),
        )
        for item in np.flatnonzero(both & (against > 0)).tolist()
    ]
    # Python's sort is stable, so equals stay in the order of personas and prompts.
    rows.sort(key=lambda row: (-row.against / row.people, -row.people))
    missed = int((decided & (choices != consensus)).sum())
    return Disagreements(results.annotators[position], tuple(rows), int(both.sum()), int(decided.sum()), missed)


def _of_persona(results: Results, key: str) -> np.ndarray:
    if not key:
        return np.ones(results.matrix.n_items, dtype=bool)
    wanted = [index for index, persona in enumerate(results.matrix.personas) if persona.key == key]
    return np.isin(results.matrix.persona_index, wanted)
