"""Does a group of personas or topics suit one model more than another? The interaction of group and model."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from analysis.reference import evidence_of, evidence_of_two
from analysis.reports.breakdown import MOST_Q, SMALL, groups_by, is_large
from analysis.reports.columns import ReportColumn, decimal, estimate, file_table, text
from analysis.reports.tables import Table
from analysis.reports.wording import count, quoted
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.inference import p_value_of
from analysis.stats.simultaneous import benjamini_hochberg
from analysis.stats.subgroups import group_by_annotator, group_minus_rest


@dataclass(frozen=True, eq=False)
class InteractionRow:
    """A group: what each model gains in it beside the rest, and how much more the first gains."""

    group: str
    first: Estimate
    second: Estimate
    interaction: Estimate
    q_value: float


@dataclass(frozen=True, eq=False)
class Interaction:
    """All groups of two models."""

    first: str
    second: str
    rows: tuple[InteractionRow, ...]

    @property
    def finding(self) -> str:
        tested = [row for row in self.rows if row.q_value == row.q_value]
        names = f"{quoted(self.first)} and {quoted(self.second)}"
        if not tested:
            return f"No group is large enough to tell whether it suits {names} differently."
        different = [quoted(row.group) for row in tested if row.q_value <= MOST_Q]
        if not different:
            return f"None of {count(len(tested), 'group')} suits {names} differently by more than chance allows."
        return f"{', '.join(different)}: {names} differ there by more than elsewhere."

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        return COLUMNS

    def table(self) -> Table:
        return file_table(COLUMNS, self.rows)


COLUMNS: tuple[ReportColumn, ...] = (
    text("group", "The value of the attribute, or the topic.", lambda row: row.group, heading="Group"),
    estimate(
        "first",
        "Kappa of the first model in the group minus its kappa on all other questions.",
        lambda row: row.first,
        heading="First model, minus the rest",
        cell="brief_estimate",
    ),
    estimate(
        "second",
        "The same of the second model.",
        lambda row: row.second,
        heading="Second model, minus the rest",
        cell="brief_estimate",
    ),
    estimate(
        "interaction",
        "The first minus the second, on the questions both answered.",
        lambda row: row.interaction,
        heading="First minus second",
        cell="brief_estimate",
    ),
    decimal(
        "q_value",
        f"That tested, for groups of at least {SMALL} personas beside at least {SMALL}: Benjamini and Hochberg's q.",
        lambda row: row.q_value,
        heading="q",
        cell="q_value",
    ),
)


def interaction_of(results: Results, first: int, second: int, by: str) -> Interaction | None:
    """None where there is one group only. Raises ``InvalidOption`` for a ``by`` that is none."""
    names, group = groups_by(results, by)
    if len(names) < 2:
        return None
    coding, named, sampling = results.options.coding, results.matrix.named, results.sampling
    alone = [evidence_of(results, named[one], coding) for one in (first, second)]
    both = evidence_of_two(results, named[first], named[second], coding)
    found, p_values = [], []
    for n in range(len(names)):
        inside = group == n
        found.append(
            (*(group_minus_rest(one, inside, sampling) for one in alone), group_by_annotator(both, inside, sampling))
        )
        tested = is_large(results, inside) and is_large(results, ~inside)
        p_values.append(p_value_of(found[-1][2]) if tested else nan)
    q_values = benjamini_hochberg(p_values).tolist()
    rows = tuple(InteractionRow(name, *three, q) for name, three, q in zip(names, found, q_values, strict=True))
    return Interaction(results.annotators[first].label, results.annotators[second].label, rows)
