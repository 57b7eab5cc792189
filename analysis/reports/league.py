"""The league table: every annotator against people, beside the human ceiling and what no skill gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from analysis.labels import REVISED, Annotator, Labels
from analysis.options import Coding
from analysis.reference import (
    against_key,
    beside_human,
    ceiling,
    is_held_out,
    people_against_key,
    reference_words,
    table_with_people,
    with_everyone,
)
from analysis.reports.best import WithPeople, best_of, equals_of, lead_of
from analysis.reports.columns import ReportColumn, file_table, in_order, sorted_by
from analysis.reports.design import has_key, is_persona_blind
from analysis.reports.league_columns import league_columns
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.results import Results
from analysis.stats.alt_test import SlotAltTest, slot_alt_test
from analysis.stats.bias import PositionBias, position_bias
from analysis.stats.coefficients import Proportion, pair_agreement_of_table, proportion
from analysis.stats.estimates import Estimate, PairedDifference
from analysis.stats.undefined import Undefined
from annotation.conditions import UNSAID, RunSetting

DEFAULT_JOININGS = 100


class RowKind(StrEnum):
    MODEL = "model"
    BASELINE = "baseline rater"
    CEILING = "human ceiling"


@dataclass(frozen=True, eq=False)
class LeagueRow(WithPeople):
    """One annotator against the reference (``analysis.reference``); for the ceiling, a held-out human against it.

    All numbers of a row meet the same reference. ``everyone`` is kappa with the consensus of all raters, which a
    human is part of, so the ceiling has none. With foils ``key`` is how often the answer written for this persona
    was chosen. ``beside_human`` is None where nobody can be held out, and for the
    ceiling, which has no ``unparsable`` either.
    """

    name: str
    kind: RowKind
    annotator: Annotator | None
    answered: int
    unparsable: int | None
    revised: Proportion
    bias: PositionBias
    beside_human: dict[Coding, PairedDifference] | None
    everyone: dict[Coding, Estimate] | None
    is_blind: bool
    key: Estimate | None
    alt_test: SlotAltTest | None

    @property
    def is_model(self) -> bool:
        return self.kind is RowKind.MODEL

    @property
    def is_ceiling(self) -> bool:
        return self.kind is RowKind.CEILING

    @property
    def setting(self) -> RunSetting:
        """What the run of a model was given, as far as somebody has said."""
        return self.annotator.setting if self.annotator else UNSAID

    @property
    def condition(self) -> str:
        return self.annotator.condition if self.annotator else ""

    @property
    def condition_is_inferred(self) -> bool:
        return bool(self.annotator and self.annotator.guessed_condition)

    @property
    def hue(self) -> int:
        return self.annotator.hue if self.annotator else 0

    def difference(self, coding: Coding) -> Estimate | None:
        """Kappa minus that of a held-out human on the same questions."""
        return self.beside_human[coding].difference if self.beside_human else None


@dataclass(frozen=True, eq=False)
class League:
    """All rows, in the order the reader asked for."""

    rows: tuple[LeagueRow, ...]
    coding: Coding
    sort: str
    reference_words: str
    margin: float | None = None
    """Fixed in the study's settings, before a seat was taken."""

    @cached_property
    def models(self) -> tuple[LeagueRow, ...]:
        return tuple(row for row in self.rows if row.is_model)

    @cached_property
    def n_models(self) -> int:
        """Several runs of one annotator are one model."""
        return len({row.annotator.rater_id for row in self.models if row.annotator})

    def runs_of(self, model: LeagueRow) -> tuple[LeagueRow, ...]:
        """All runs of a model, itself included."""
        own = model.annotator.rater_id if model.annotator else None
        return tuple(row for row in self.models if row.annotator and row.annotator.rater_id == own)

    @cached_property
    def has_key(self) -> bool:
        """Whether choosing the revised response is knowledge of the persona, as with foils."""
        return self.human_ceiling.key is not None

    @cached_property
    def floor(self) -> LeagueRow | None:
        """The best annotator that is blind to the persona: what taste alone reaches."""
        blind = [row for row in self.rows if row.is_blind and row.kappas[self.lead].undefined is None]
        return max(blind, key=lambda row: row.kappas[self.lead].value, default=None)

    @cached_property
    def human_ceiling(self) -> LeagueRow:
        return next(row for row in self.rows if row.kind is RowKind.CEILING)

    @cached_property
    def skewed(self) -> tuple[LeagueRow, ...]:
        """Models, and after them the ceiling, whose kappa by content says little."""
        return tuple(row for row in (*self.models, self.human_ceiling) if row.is_skewed)

    @cached_property
    def lead(self) -> Coding:
        """The coding the headline speaks in: the reader's, unless that is content and content cannot tell."""
        return lead_of(self.models, self.coding)

    @cached_property
    def columns(self) -> tuple[ReportColumn, ...]:
        return league_columns(self.lead, has_key=self.has_key, stated=self.stated)

    @cached_property
    def stated(self) -> frozenset[str]:
        """What is known of some model: the page has a column for each."""
        stated = {name for row in self.models for name, value in row.setting._asdict().items() if value}
        with_condition = {"condition"} if self.has_condition_column else set()
        return frozenset((stated - {"condition"}) | with_condition)

    @property
    def has_condition_column(self) -> bool:
        """Whether it says more than the headings of the groups."""
        says_more = any(row.condition_is_inferred or row.setting.hidden_attribute for row in self.models)
        return says_more or (not self.is_grouped and any(row.condition for row in self.models))

    @cached_property
    def is_grouped(self) -> bool:
        """Whether models of several conditions are compared."""
        return len({row.condition for row in self.models}) > 1

    def best_model(self) -> LeagueRow | None:
        return best_of(self.models, self.lead)

    def equals_of(self, best: LeagueRow) -> tuple[LeagueRow, ...]:
        return equals_of(best, self.models, self.lead)

    def table(self) -> Table:
        return file_table(self.columns, self.rows)


def league_of(results: Results, *, sort: str = "", joinings: int = DEFAULT_JOININGS) -> League:
    """The table, sorted by a column's ``sort``, downwards with a minus in front; by default as the headline leads."""
    rows = [_ceiling_row(results)]
    rows += [_annotator_row(results, position, joinings) for position in range(len(results.annotators))]
    lead = lead_of([row for row in rows if row.is_model], results.options.coding)
    columns = league_columns(lead, has_key=has_key(results.study))
    if sorted_by(columns, sort) is None:
        sort = f"-{lead.value}"
    margin = results.study.equivalence_margin
    return League(tuple(in_order(rows, columns, sort)), results.options.coding, sort, reference_words(results), margin)


def _annotator_row(results: Results, position: int, joinings: int) -> LeagueRow:
    annotator, labels = results.annotators[position], results.matrix.named[position]
    beside = {c: beside_human(results, labels, c) for c in Coding} if is_held_out(results) else None
    everyone = {coding: with_everyone(results, labels, coding) for coding in Coding}
    return LeagueRow(
        name=annotator.label,
        kind=RowKind.BASELINE if annotator.is_baseline else RowKind.MODEL,
        annotator=annotator,
        position=position,
        answered=int((labels >= 0).sum()),
        unparsable=annotator.unparsable,
        kappas={coding: one.first for coding, one in beside.items()} if beside else everyone,
        pairs={c: pair_agreement_of_table(table_with_people(results, labels, c)) for c in Coding},
        revised=_revised(labels),
        bias=position_bias(results.matrix.named_sides[position]),
        beside_human=beside,
        everyone=everyone,
        is_blind=is_persona_blind(annotator, results.study),
        key=against_key(results, labels) if has_key(results.study) else None,
        alt_test=_alt_test(results, labels, joinings),
    )


def _ceiling_row(results: Results) -> LeagueRow:
    matrix = results.matrix
    return LeagueRow(
        name=f"A held-out {people_of(results).noun}",
        kind=RowKind.CEILING,
        annotator=None,
        position=-1,
        answered=int((matrix.humans >= 0).sum()),
        unparsable=None,
        kappas={coding: ceiling(results, coding) for coding in Coding},
        pairs={c: pair_agreement_of_table(results.panels[c].table()) for c in Coding},
        revised=_revised(matrix.humans),
        bias=position_bias(matrix.human_sides),
        beside_human=None,
        everyone=None,
        is_blind=False,
        key=people_against_key(results) if has_key(results.study) else None,
        alt_test=None,
    )


def _revised(labels: Labels) -> Proportion:
    return proportion(int((labels == REVISED).sum()), int((labels >= 0).sum()), empty=Undefined.TOO_FEW_ITEMS)


def _alt_test(results: Results, labels: Labels, joinings: int) -> SlotAltTest | None:
    """None where there are not two humans to compare with: then there is nothing to test."""
    matrix = results.matrix
    if matrix.humans.shape[0] < 2:
        return None
    return slot_alt_test(
        matrix.humans,
        labels,
        categories=matrix.categories,
        clusters=results.clusters,
        seed=results.options.seed,
        n_joinings=joinings,
    )
