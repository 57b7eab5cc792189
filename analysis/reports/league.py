"""The league table: every annotator against the human consensus, beside the human ceiling and what no skill gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import isnan

import numpy as np

from analysis.labels import REVISED, Labels
from analysis.options import Coding
from analysis.reports.people import people_of
from analysis.reports.tables import Table, Value, table_of
from analysis.results import Results
from analysis.stats.alt_test import SlotAltTest, slot_alt_test
from analysis.stats.bias import PositionBias, position_bias
from analysis.stats.bootstrap import Estimate, PairedDifference, bootstrap_tables, tables_by_cluster
from analysis.stats.ceiling import HeldOut, against_held_out, ceiling_of_held_out, held_out
from analysis.stats.coefficients import PairAgreement, Proportion, pair_agreement_of_table, proportion
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.labels import FloatArray
from analysis.stats.undefined import Undefined

DEFAULT_JOININGS = 100
SKEWED = 0.8
"""From this share of one content category on both sides, chance agreement eats most of what kappa can show."""
INFLATED = 0.2
"""So far must the reference kappa stand above the content kappa before the page explains the gap."""


class RowKind(StrEnum):
    MODEL = "model"
    BASELINE = "baseline rater"
    CEILING = "human ceiling"


@dataclass(frozen=True, eq=False)
class LeagueRow:
    """One annotator against the consensus; for the ceiling, a held-out human against the others.

    ``pair`` is the table by content with its coefficients; ``content`` and ``reference`` are kappas with
    persona-cluster intervals; ``ceiling`` compares with the held-out human under the reader's coding.
    """

    name: str
    kind: RowKind
    position: int
    answered: int
    unparsable: int
    pair: PairAgreement
    content: Estimate
    reference: Estimate
    revised: Proportion
    bias: PositionBias
    ceiling: PairedDifference | None
    alt_test: SlotAltTest | None

    @property
    def n(self) -> int:
        return self.content.n

    @property
    def is_model(self) -> bool:
        return self.kind is RowKind.MODEL

    @property
    def is_constant(self) -> bool:
        """One side gave the same choice everywhere: kappa by content is then 0 by algebra, with nothing to vary."""
        return self.pair.kappa.constant and self.content.undefined is None

    @property
    def consensus_revised(self) -> float:
        """How often the consensus is the revised response, on the questions of this row."""
        return float(self.pair.shares[1][REVISED])

    @property
    def own_revised(self) -> float:
        """How often this annotator chose it, on the same questions."""
        return float(self.pair.shares[0][REVISED])

    @property
    def is_skewed(self) -> bool:
        """Both sides lean so far to one content category that content kappa has little left to show."""
        both = (self.own_revised, self.consensus_revised)
        if any(isnan(share) for share in both):
            return False
        leaning = min(both) >= SKEWED or max(both) <= 1 - SKEWED
        lost = isnan(self.content.value) or self.reference.value - self.content.value >= INFLATED
        return leaning and lost

    def kappa(self, coding: Coding) -> Estimate:
        return self.content if coding is Coding.CONTENT else self.reference


@dataclass(frozen=True, eq=False)
class League:
    """All rows, in the order the reader asked for."""

    rows: tuple[LeagueRow, ...]
    coding: Coding
    sort: str

    @cached_property
    def models(self) -> tuple[LeagueRow, ...]:
        return tuple(row for row in self.rows if row.is_model)

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

    def best_model(self) -> LeagueRow | None:
        """The model with the highest kappa as printed; of equals the one that agrees more often."""
        return max(self.models, key=lambda row: _rank(row, self.lead), default=None)

    def equals_of(self, best: LeagueRow) -> tuple[LeagueRow, ...]:
        """Other models whose kappa and agreement print as the best one's do."""
        same = _rank(best, self.lead)
        return tuple(row for row in self.models if row is not best and _rank(row, self.lead) == same)

    def table(self) -> Table:
        return table_of(_plain_row(row) for row in self.rows)


def lead_of(models: Sequence[LeagueRow], coding: Coding) -> Coding:
    """Reference instead of content where kappa by content cannot tell the models apart; the rule of the headline.

    It cannot where no model's content kappa has an interval above 0 (so also where it is undefined, or 0 by algebra),
    and at least one model shares the consensus's lean to one response so far that this, not disagreement, is why.
    """
    if coding is not Coding.CONTENT or any(_is_above_zero(row.content) for row in models):
        return coding
    return Coding.REFERENCE if any(row.is_skewed for row in models) else coding


def _is_above_zero(kappa: Estimate) -> bool:
    return kappa.interval.low > 0


SORTS: dict[str, Callable[[LeagueRow], float | str]] = {
    "name": lambda row: row.name.casefold(),
    "n": lambda row: row.n,
    "agreement": lambda row: row.pair.observed.value,
    "content": lambda row: row.content.value,
    "reference": lambda row: row.reference.value,
    "ac1": lambda row: row.pair.ac1.value,
    "revised": lambda row: row.revised.value,
    "bias": lambda row: row.bias.first_share.value,
    "ceiling": lambda row: row.ceiling.difference.value if row.ceiling else float("nan"),
    "alt": lambda row: row.alt_test.advantage if row.alt_test else float("nan"),
}


def league_of(results: Results, *, sort: str = "", joinings: int = DEFAULT_JOININGS) -> League:
    """The table, sorted by a key of ``SORTS``, downwards with a minus in front; by default as the headline leads."""
    entries = {coding: _held_out(results, coding) for coding in Coding}
    rows = [_ceiling_row(results, entries)]
    mine = entries[results.options.coding]
    rows += [_annotator_row(results, mine, position, joinings) for position in range(len(results.annotators))]
    if sort.removeprefix("-") not in SORTS:
        sort = f"-{lead_of([row for row in rows if row.is_model], results.options.coding).value}"
    return League(tuple(sorted_rows(rows, sort)), results.options.coding, sort)


def sorted_rows(rows: list[LeagueRow], sort: str) -> list[LeagueRow]:
    """Rows by the key; those without a value stay last in both directions."""
    value, downwards = SORTS[sort.removeprefix("-")], sort.startswith("-")
    known = [row for row in rows if value(row) == value(row)]
    return [*sorted(known, key=value, reverse=downwards), *(row for row in rows if value(row) != value(row))]


def _annotator_row(results: Results, entries: HeldOut, position: int, joinings: int) -> LeagueRow:
    annotator, labels = results.annotators[position], results.matrix.named[position]
    tables = {coding: _against_consensus(results, labels, coding) for coding in Coding}
    return LeagueRow(
        name=annotator.label,
        kind=RowKind.BASELINE if annotator.is_baseline else RowKind.MODEL,
        position=position,
        answered=int((labels >= 0).sum()),
        unparsable=annotator.unparsable,
        pair=pair_agreement_of_table(tables[Coding.CONTENT].sum(axis=0)),
        content=_kappa(results, tables[Coding.CONTENT]),
        reference=_kappa(results, tables[Coding.REFERENCE]),
        revised=_revised(labels),
        bias=position_bias(results.matrix.named_sides[position]),
        ceiling=against_held_out(results.named[position], entries, **_resampled(results)),
        alt_test=_alt_test(results, labels, joinings),
    )


def _held_out(results: Results, coding: Coding) -> HeldOut:
    matrix = results.matrix
    return held_out(matrix.coded(matrix.humans, coding), categories=matrix.categories_of(coding))


def _ceiling_row(results: Results, entries: dict[Coding, HeldOut]) -> LeagueRow:
    matrix, content = results.matrix, entries[Coding.CONTENT]
    table = np.zeros((len(matrix.categories),) * 2, dtype=np.int64)
    np.add.at(table, (content.labels, content.references), 1)
    return LeagueRow(
        name=f"A held-out {people_of(results).noun}",
        kind=RowKind.CEILING,
        position=-1,
        answered=int((matrix.humans >= 0).sum()),
        unparsable=0,
        pair=pair_agreement_of_table(table),
        content=_ceiling(results, entries, Coding.CONTENT),
        reference=_ceiling(results, entries, Coding.REFERENCE),
        revised=_revised(matrix.humans),
        bias=position_bias(matrix.human_sides),
        ceiling=None,
        alt_test=None,
    )


def _against_consensus(results: Results, labels: Labels, coding: Coding) -> FloatArray:
    """Tables of annotator against consensus, one for each persona."""
    matrix = results.matrix
    consensus = results.content_consensus.labels.astype(np.int8)
    return tables_by_cluster(
        matrix.coded(labels, coding),
        matrix.coded(consensus, coding),
        categories=matrix.categories_of(coding),
        clusters=results.clusters,
    )


def _kappa(results: Results, tables: FloatArray) -> Estimate:
    options = results.options
    return bootstrap_tables(tables, kappa_of_tables, seed=options.seed, n_resamples=options.resamples)


def _ceiling(results: Results, entries: dict[Coding, HeldOut], coding: Coding) -> Estimate:
    how = _resampled(results) | {"categories": results.matrix.categories_of(coding)}
    return ceiling_of_held_out(entries[coding], **how)


def _resampled(results: Results) -> dict:
    options = results.options
    how = {"categories": results.categories, "clusters": results.clusters}
    return how | {"seed": options.seed, "n_resamples": options.resamples}


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


def _rank(row: LeagueRow, coding: Coding) -> tuple[float, float]:
    kappa, agreement = row.kappa(coding).value, row.pair.observed.value
    return tuple(float("-inf") if isnan(value) else round(value, 2) for value in (kappa, agreement))  # type: ignore[return-value]


def _plain_row(row: LeagueRow) -> dict[str, Value]:
    return {
        "annotator": row.name,
        "kind": row.kind.value,
        "n": row.n,
        "answered": row.answered,
        "unparsable": row.unparsable,
        "agreement": row.pair.observed.value,
        **dict(_estimate_columns("kappa_content", row.content)),
        **dict(_estimate_columns("kappa_reference", row.reference)),
        "ac1": row.pair.ac1.value,
        "share_revised": row.revised.value,
        "share_shown_first": row.bias.first_share.value,
        "position_bias_p": row.bias.p_value,
        **dict(_estimate_columns("difference_to_ceiling", row.ceiling.difference if row.ceiling else None)),
        "alt_test_omega": row.alt_test.winning_rate if row.alt_test else None,
        "alt_test_rho": row.alt_test.advantage if row.alt_test else None,
        "alt_test_passed": row.alt_test.passed if row.alt_test else None,
        "alt_test_under_powered": _text(row.alt_test.under_powered) if row.alt_test else "",
    }


def _estimate_columns(name: str, estimate: Estimate | None) -> Iterator[tuple[str, Value]]:
    yield name, estimate.value if estimate else None
    yield f"{name}_low", estimate.interval.low if estimate else None
    yield f"{name}_high", estimate.interval.high if estimate else None
    yield f"{name}_undefined", _text(estimate.undefined or estimate.interval.undefined) if estimate else ""


def _text(reason: StrEnum | None) -> str:
    return reason.value if reason else ""
