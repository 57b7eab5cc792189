"""One annotator's agreement with people, broken down by an attribute of the personas or by topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan

import numpy as np

from analysis.labels import Annotator, only_items
from analysis.options import InvalidOption
from analysis.reference import ceiling, evidence_of, with_people
from analysis.reports.columns import (
    ReportColumn,
    decimal,
    estimate,
    file_table,
    flag,
    limit_fields,
    text,
    value_field,
    whole_number,
)
from analysis.reports.groups import NOT_GIVEN, attribute_groups, attribute_values, is_worth_grouping
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.reports.wording import count, is_by_algebra, quoted
from analysis.results import Results
from analysis.stats.estimates import AGREEMENT, Estimate
from analysis.stats.inference import p_value_of
from analysis.stats.simultaneous import benjamini_hochberg
from analysis.stats.subgroups import group_minus_rest
from annotation.models import Question

TOPIC = "topic"
MOST_Q = 0.05
SMALL = 5
"""With fewer personas than this an interval over personas is not to be believed."""


@dataclass(frozen=True, eq=False)
class GroupRow:
    """A group of questions: the annotator and a held-out human, both against the other raters."""

    name: str
    personas: int
    questions: int
    agreement: Estimate
    kappa: Estimate
    ceiling: Estimate
    minus_rest: Estimate | None = None
    q_value: float = nan

    @property
    def is_tested(self) -> bool:
        return self.q_value == self.q_value

    @property
    def is_constant(self) -> bool:
        """The annotator or the reference never varies here: kappa is then 0 by algebra."""
        return is_by_algebra(self.kappa)

    @property
    def is_small(self) -> bool:
        return self.personas < SMALL


def breakdown_columns(noun: str) -> tuple[ReportColumn, ...]:
    """``noun`` is what people are called: human or simulated rater."""
    return (
        text(
            "group",
            "The value of the attribute, or the topic.",
            lambda row: row.name,
            heading="Group",
            cell="group_name",
        ),
        whole_number("personas", "Personas in the group.", lambda row: row.personas, heading="Personas"),
        whole_number("questions", "Their questions.", lambda row: row.questions),
        whole_number(
            "n",
            "Questions with a reference and a choice of the model.",
            lambda row: row.kappa.n,
            heading="Questions with both",
            cell="n_of_questions",
        ),
        ReportColumn(
            lambda row: row.agreement,
            (value_field("agreement", "Share of comparisons with the reference's choice."), *limit_fields("agreement")),
            heading="Agreement",
            cell="share_estimate",
        ),
        estimate(
            "kappa",
            "Kappa of the model with the reference.",
            lambda row: row.kappa,
            heading="Kappa",
            cell="brief_estimate",
        ),
        flag(
            "kappa_constant",
            "Whether one side never varies, so that kappa is 0 by algebra.",
            lambda row: row.is_constant,
        ),
        ReportColumn(lambda row: row.kappa, heading="From −1 to 1", cell="whisker", style=""),
        estimate(
            "ceiling",
            "Kappa of a held-out person with the others.",
            lambda row: row.ceiling,
            heading=f"A held-out {noun}",
            cell="brief_estimate",
        ),
        estimate(
            "minus_rest",
            "Kappa of the model in the group minus its kappa on all other questions.",
            lambda row: row.minus_rest,
            heading="Minus the rest",
            cell="minus_rest",
        ),
        decimal(
            "q_value",
            f"That difference tested, for groups of at least {SMALL} personas beside at least {SMALL} (for topics, in "
            "both): Benjamini and Hochberg's q over the groups.",
            lambda row: row.q_value,
            heading="q",
            cell="q_value",
        ),
        flag("small", f"Whether the group has fewer than {SMALL} personas.", lambda row: row.is_small),
    )


@dataclass(frozen=True, eq=False)
class Breakdown:
    """The rows of ``by``, and after them all questions together."""

    by: str
    annotator: Annotator
    rows: tuple[GroupRow, ...]
    total: GroupRow
    columns: tuple[ReportColumn, ...]

    @property
    def finding(self) -> str:
        """Which groups differ from the rest by more than chance allows."""
        tested = [row for row in self.rows if row.is_tested]
        if not tested:
            return f"None of {count(len(self.rows), 'group')} is large enough to be tested against the rest."
        different = [quoted(row.name) for row in tested if row.q_value <= MOST_Q]
        if not different:
            return f"No group of {len(tested)} tested differs from the rest by more than chance allows."
        named = ", ".join(different[:3]) + (f" and {len(different) - 3} more" if len(different) > 3 else "")
        verb = "differs" if len(different) == 1 else "differ"
        return f"Of {count(len(tested), 'group')} tested, {named} {verb} from the rest."

    @property
    def all_rows(self) -> tuple[GroupRow, ...]:
        return (*self.rows, self.total)

    @property
    def small(self) -> int:
        return sum(row.is_small for row in self.rows)

    def table(self) -> Table:
        return file_table(self.columns, self.all_rows)


def ways_to_break_down(results: Results) -> list[tuple[str, str]]:
    """What the questions can be grouped by, as (key in the address, words): topics, then attributes with groups."""
    values = attribute_values(results.matrix.personas)
    attributes = [name for name in values if is_worth_grouping(name, values[name])]
    return [(TOPIC, "Topic"), *((f"attribute:{name}", name[:1].upper() + name[1:]) for name in attributes)]


def default_way(results: Results) -> str:
    """Topics where the questions have any, else the first attribute that makes groups."""
    if Question.objects.filter(study=results.study).drawn().exclude(topic="").exists():
        return TOPIC
    ways = [key for key, _ in ways_to_break_down(results)]
    return next((key for key in ways if key != TOPIC), TOPIC)


def breakdown_of(results: Results, position: int, by: str) -> Breakdown:
    """Break one annotator's agreement down by a key of ``ways_to_break_down``; raises ``InvalidOption``."""
    names, group = groups_by(results, by)
    rows = _tested(
        results, position, [(_row(results, position, name, group == n), group == n) for n, name in enumerate(names)]
    )
    everything = np.ones(results.matrix.n_items, dtype=bool)
    total, columns = _row(results, position, "all", everything), breakdown_columns(people_of(results).noun)
    return Breakdown(by, results.annotators[position], rows, total, columns)


def _tested(results: Results, position: int, rows: list[tuple[GroupRow, np.ndarray]]) -> tuple[GroupRow, ...]:
    """Each group beside all other questions; q-values of those that are large enough, over all of these."""
    evidence = evidence_of(results, results.matrix.named[position], results.options.coding)
    if len(rows) < 2:
        return tuple(row for row, _ in rows)
    found = [group_minus_rest(evidence, inside, results.sampling) for _, inside in rows]
    large = [is_large(results, inside) and is_large(results, ~inside) for _, inside in rows]
    p_values = [p_value_of(one) if is_large else nan for one, is_large in zip(found, large, strict=True)]
    q_values = benjamini_hochberg(p_values).tolist()
    return tuple(
        replace(row, minus_rest=one, q_value=q) for (row, _), one, q in zip(rows, found, q_values, strict=True)
    )


def is_large(results: Results, inside: np.ndarray) -> bool:
    return np.unique(results.clusters[inside]).size >= SMALL


def groups_by(results: Results, by: str) -> tuple[list[str], np.ndarray]:
    """The groups' names, and for each question the position of its group."""
    if by == TOPIC:
        return _topics(results)
    name, values = by.removeprefix("attribute:"), attribute_values(results.matrix.personas)
    if not by.startswith("attribute:") or name not in values:
        raise InvalidOption(f"by={by} is neither topic nor an attribute of these personas.")
    names, of_persona = attribute_groups(name, values[name])
    return names, np.array(of_persona, dtype=np.int64)[results.clusters]


def _topics(results: Results) -> tuple[list[str], np.ndarray]:
    topic_of = dict(Question.objects.filter(study=results.study).drawn().values_list("pk", "topic"))
    topics = [topic_of[pk] or NOT_GIVEN for pk in results.matrix.question_ids.tolist()]
    names = sorted(set(topics), key=lambda topic: (topic == NOT_GIVEN, topic.casefold()))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[topic] for topic in topics], dtype=np.int64)


def _row(results: Results, position: int, name: str, keep: np.ndarray) -> GroupRow:
    group = Results(results.study, results.options, only_items(results.matrix, keep))
    labels, coding = group.matrix.named[position], results.options.coding
    return GroupRow(
        name=name,
        personas=int(np.unique(group.clusters).size),
        questions=int(keep.sum()),
        agreement=with_people(group, labels, coding, statistic=AGREEMENT),
        kappa=with_people(group, labels, coding),
        ceiling=ceiling(group, coding),
    )
