"""The questions behind a number: what people and one or two annotators chose on each, filtered as a mark asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.labels import ALTERNATIVE, NO_PREFERENCE, REVISED
from analysis.reports.columns import Columns, ReportColumn, file_table, flag, in_order, text, whole_number
from analysis.reports.tables import Table
from analysis.reports.vote_outcome import choice_words
from analysis.reports.wording import count, quoted
from analysis.results import Results
from analysis.stats.labels import MISSING, BoolArray
from annotation.models import Question
from files.columns import TEXT, Column

PEOPLE = "people"


@dataclass(frozen=True)
class ItemFilter:
    """What a mark stands for. ``personas`` are keys; ``shared`` keeps only prompts that all of them have.

    ``first`` and ``second`` are positions of annotators; None as ``second`` is the consensus of the people.
    ``alike`` keeps questions on which the two chose alike, or did not; without an annotator it means nothing.
    """

    personas: tuple[str, ...] = ()
    shared: bool = False
    first: int | None = None
    second: int | None = None
    alike: bool | None = None


@dataclass(frozen=True)
class Item:
    """One question; choices by content, -1 = none."""

    question_id: int
    persona: str
    prompt: str
    topic: str
    design: str
    votes: tuple[int, int, int]
    """How many people chose the alternative, the revised response, neither."""
    consensus: int
    first: int
    second: int

    @property
    def people(self) -> int:
        return sum(self.votes)

    @property
    def is_alike(self) -> bool | None:
        return None if MISSING in (self.first, self.second) else self.first == self.second

    def words(self, choice: int) -> str:
        return "" if choice == MISSING else choice_words(choice, self.design)


@dataclass(frozen=True, eq=False)
class Items:
    rows: tuple[Item, ...]
    columns: Columns
    names: tuple[str, str]
    sort: str

    @property
    def finding(self) -> str:
        if not self.rows:
            return "No question fits these filters."
        compared = [row for row in self.rows if row.is_alike is not None]
        if not self.names[0] or not compared:
            return f"{count(len(self.rows), 'question')}, with what people chose on each."
        alike = sum(bool(row.is_alike) for row in compared)
        return (
            f"{quoted(self.names[0])} and {self.names[1]} chose alike on {alike:,} of the {len(compared):,} "
            f"questions shown that both decided."
        )

    def table(self) -> Table:
        return file_table(self.columns, self.rows)


def items_of(results: Results, asked: ItemFilter, *, sort: str = "") -> Items:
    """The questions that fit, in the order of personas unless sorted."""
    matrix, consensus = results.matrix, results.content_consensus.labels
    first = _labels(results, asked.first)
    second = consensus if asked.second is None else _labels(results, asked.second)
    keep = _of_personas(results, asked)
    if asked.alike is not None and asked.first is not None:
        keep &= (first != MISSING) & (second != MISSING) & ((first == second) == asked.alike)
    places = np.flatnonzero(keep).tolist()
    questions = _questions(results, places)
    votes = [(matrix.humans == choice).sum(axis=0) for choice in (ALTERNATIVE, REVISED, NO_PREFERENCE)]
    rows = []
    for place in places:
        key, topic, design = questions[int(matrix.question_ids[place])]
        alternative, revised, neither = (int(one[place]) for one in votes)
        rows.append(
            Item(
                question_id=int(matrix.question_ids[place]),
                persona=matrix.personas[matrix.persona_index[place]].key,
                prompt=key,
                topic=topic,
                design=design,
                votes=(alternative, revised, neither),
                consensus=int(consensus[place]),
                first=int(first[place]),
                second=int(second[place]),
            )
        )
    names = _names(results, asked)
    columns = item_columns(*names, has_second=asked.second is not None)
    return Items(tuple(in_order(rows, columns, sort)), columns, names, sort)


def item_columns(first: str = "", second: str = "", *, has_second: bool = False) -> Columns:
    """The people's votes, and the choices of the annotators that are compared."""
    columns: list[ReportColumn] = [
        ReportColumn(
            lambda row: row,
            (
                Column("persona_id", TEXT, "The persona.", lambda row: row.persona),
                Column("prompt_id", TEXT, "The prompt.", lambda row: row.prompt),
            ),
            heading="Question",
            sort="question",
            order=lambda row: (row.prompt, row.persona),
            cell="item_name",
            style="",
        ),
        text("topic", "The prompt's topic.", lambda row: row.topic, heading="Topic", sort="topic"),
        whole_number(
            "revised",
            "People who chose the revised response.",
            lambda row: row.votes[1],
            heading="Revised",
            sort="revised",
        ),
        whole_number(
            "alternative",
            "People who chose the alternative.",
            lambda row: row.votes[0],
            heading="Alternative",
            sort="alternative",
        ),
        text(
            "consensus",
            "The choice that the vote rule gives; empty where there is none.",
            lambda row: row.words(row.consensus),
            heading="Consensus",
            sort="consensus",
        ),
        text(
            "annotator",
            "The choice of the first annotator; empty without one.",
            lambda row: row.words(row.first),
            heading=first,
            sort="annotator" if first else "",
        ),
        text(
            "other",
            "The choice of whom it is compared with: another annotator, else the consensus.",
            lambda row: row.words(row.second),
            heading=second if has_second else "",
            sort="other" if has_second else "",
        ),
        flag(
            "alike",
            "Whether the two chose alike; empty where one did not decide.",
            lambda row: row.is_alike,
            heading="Alike" if first else "",
            cell="yes_or_no",
        ),
    ]
    return columns


def _labels(results: Results, position: int | None) -> np.ndarray:
    if position is None:
        return np.full(results.matrix.n_items, MISSING, dtype=np.int8)
    return results.matrix.named[position]


def _names(results: Results, asked: ItemFilter) -> tuple[str, str]:
    first = "" if asked.first is None else results.annotators[asked.first].label
    second = "the consensus" if asked.second is None else quoted(results.annotators[asked.second].label)
    return first, second


def _of_personas(results: Results, asked: ItemFilter) -> BoolArray:
    matrix = results.matrix
    if not asked.personas:
        return np.ones(matrix.n_items, dtype=bool)
    wanted = [place for place, persona in enumerate(matrix.personas) if persona.key in asked.personas]
    keep = np.isin(matrix.persona_index, wanted)
    if asked.shared:
        prompts = [set(matrix.prompt_index[matrix.persona_index == place].tolist()) for place in wanted]
        both = set.intersection(*prompts) if prompts else set()
        keep &= np.isin(matrix.prompt_index, sorted(both))
    return keep


def _questions(results: Results, places: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Prompt, topic and kind of alternative of the study's questions, in one query."""
    rows = Question.objects.filter(study=results.study).drawn()
    found = rows.values_list("pk", "prompt_key", "topic", "alternative_kind")
    return {pk: (key, topic, kind) for pk, key, topic, kind in found} if places else {}
