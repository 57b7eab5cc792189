"""Every two models beside each other, told apart all together; and each beside people, against a margin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import isnan

from analysis.labels import Labels
from analysis.options import InvalidOption
from analysis.reference import beside_human, evidence_of_two, is_held_out, with_people
from analysis.reports.best import lead_of, with_people_of
from analysis.reports.columns import ReportColumn, decimal, estimate, file_table, text
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.reports.wording import count, number, quoted
from analysis.results import Results
from analysis.stats.comparisons import Compared, compare_all
from analysis.stats.equivalence import Verdict, verdict_of
from analysis.stats.estimates import KAPPA, Estimate
from analysis.stats.intervals import Interval
from analysis.stats.simultaneous import rank_intervals
from annotation.models import LARGEST_MARGIN

MOST_MODELS = 30
"""With more models their pairs (435 for 30) would keep the page waiting."""


@dataclass(frozen=True, eq=False)
class ModelRow:
    """One model: its kappa with people, the ranks the comparisons leave it, and its difference to a held-out human."""

    name: str
    kappa: Estimate
    ranks: tuple[int, int]
    beside_human: Estimate | None

    @property
    def rank_words(self) -> str:
        first, last = self.ranks
        return f"{first}" if first == last else f"{first} to {last}"


@dataclass(frozen=True, eq=False)
class PairRow:
    """Two models, the one with the higher kappa first; ``difference`` has the interval that holds for all pairs."""

    first: str
    second: str
    difference: Estimate
    p_value: float

    @property
    def is_told_apart(self) -> bool:
        return self.difference.interval.low > 0 or self.difference.interval.high < 0


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Models by kappa in the lead coding, highest first, and their pairs."""

    coding: str
    noun: str
    models: tuple[ModelRow, ...]
    pairs: tuple[PairRow, ...]
    left_out: tuple[str, ...]

    @cached_property
    def sentence(self) -> str:
        """The ranks in words."""
        if len(self.models) < 2:
            return "There are no two models whose kappa can be compared."
        best = [row for row in self.models if row.ranks[0] == 1]
        rest = [row for row in self.models if row.ranks[0] > 1]
        if not rest:
            return f"{_names(best)} cannot be told apart in kappa {self.coding}: each may have any rank."
        top = f"{_names(best)} cannot be told apart" if len(best) > 1 else f"{_names(best)} is above all others"
        verb = "is" if len(rest) == 1 else "are"
        below = f"; {_names(rest)} {verb} below at least one of them" if len(best) > 1 else ""
        return f"In kappa {self.coding}, {top}{below}."

    @cached_property
    def pair_columns(self) -> tuple[ReportColumn, ...]:
        return PAIR_COLUMNS

    def pair_table(self) -> Table:
        return file_table(PAIR_COLUMNS, self.pairs)

    def verdicts(self, margin: float) -> list[tuple[ModelRow, str]]:
        """What each model's difference to a held-out human says about the margin."""
        return [(row, verdict_words(row, margin, self.noun)) for row in self.models]


PAIR_COLUMNS = (
    text("first", "The model with the higher kappa.", lambda row: row.first, heading="Model"),
    text("second", "The other one.", lambda row: row.second, heading="Beside"),
    estimate(
        "difference",
        "Difference of the two kappas with the reference, in the coding of the headline. Its interval holds for all "
        "pairs together (max-t).",
        lambda row: row.difference,
        heading="Difference of kappa",
    ),
    decimal(
        "p_adjusted",
        "Two-sided, adjusted for all pairs (max-t).",
        lambda row: row.p_value,
        heading="p, adjusted",
        cell="p_value",
    ),
)


def comparisons_of(results: Results) -> Comparisons:
    """All pairs of the study's models in the coding that its headline leads with."""
    places = [n for n, one in enumerate(results.annotators) if not one.is_baseline][:MOST_MODELS]
    coding = lead_of([with_people_of(results, n) for n in places], results.options.coding)
    kappas = {n: with_people(results, results.matrix.named[n], coding) for n in places}
    ranked = sorted((n for n in places if not isnan(kappas[n].value)), key=lambda n: -kappas[n].value)
    chosen = list(combinations(ranked, 2))
    pairs = [_labels(results, *pair) for pair in chosen]
    found = compare_all([evidence_of_two(results, *pair, coding) for pair in pairs], KAPPA, results.sampling)
    rows = [_pair_row(results, pair, found, n) for n, pair in enumerate(chosen)]
    above = [_order(pair, row) for pair, row in zip(chosen, rows, strict=True) if row.is_told_apart]
    ranks = rank_intervals(len(ranked), [(ranked.index(one), ranked.index(other)) for one, other in above])
    beside = {
        n: beside_human(results, results.matrix.named[n], coding).difference if is_held_out(results) else None
        for n in ranked
    }
    return Comparisons(
        f"by {coding.value}",
        people_of(results).noun,
        tuple(
            ModelRow(results.annotators[n].label, kappas[n], rank, beside[n])
            for n, rank in zip(ranked, ranks, strict=True)
        ),
        tuple(rows),
        tuple(results.annotators[n].label for n in places if n not in ranked),
    )


def _labels(results: Results, first: int, second: int) -> tuple[Labels, Labels]:
    return results.matrix.named[first], results.matrix.named[second]


def _order(pair: tuple[int, int], row: PairRow) -> tuple[int, int]:
    """Winner and loser: on the questions both answered the order may be the other one."""
    return pair if row.difference.value > 0 else (pair[1], pair[0])


def _pair_row(results: Results, pair: tuple[int, int], found: Compared, n: int) -> PairRow:
    alone, joint = found.pairs[n].difference, found.joint
    interval = alone.interval
    if not isnan(joint.low[n]):
        low, high = max(float(joint.low[n]), -2.0), min(float(joint.high[n]), 2.0)
        interval = Interval(low, high, interval.confidence, "max-t")
    first, second = (results.annotators[place].label for place in pair)
    return PairRow(first, second, replace(alone, interval=interval), float(joint.p_values[n]))


def read_margin(text: str) -> float | None:
    """The margin of an address; None without one. Raises ``InvalidOption``."""
    if not text:
        return None
    try:
        margin = float(text.replace(",", "."))
    except ValueError:
        margin = -1.0
    if not 0 < margin <= LARGEST_MARGIN:
        raise InvalidOption(f"margin={text} is not a number above 0 and up to 1.")
    return margin


def verdict_words(row: ModelRow, margin: float, noun: str) -> str:
    """A verdict on one model, for a table."""
    if row.beside_human is None or row.beside_human.undefined is not None:
        return f"Not settled: nobody can be compared with a held-out {noun}."
    words = {
        Verdict.EQUIVALENT: f"Equivalent to a held-out {noun}",
        Verdict.BETTER: f"Agrees more than a held-out {noun}, by more than the margin",
        Verdict.NOT_WORSE: f"Not worse than a held-out {noun}",
        Verdict.WORSE: f"Agrees less than a held-out {noun}, by more than the margin",
        Verdict.NOT_BETTER: f"Not better than a held-out {noun}; worse is not ruled out",
        Verdict.NOT_SETTLED: "Not settled",
    }
    return words[verdict_of(row.beside_human.interval, margin)]


def _names(rows: list[ModelRow]) -> str:
    names = [quoted(row.name) for row in rows]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def caption_words(report: Comparisons) -> str:
    """How the intervals and p-values of the pairs were made."""
    n = count(len(report.pairs), "pair")
    return (
        f"Intervals and p-values hold for all {n} together (max-t: the largest |t| of the pairs, correlated as their "
        f"leave-one-out values are). A rank is what these differences leave possible."
    )


def margin_words(margin: float) -> str:
    return f"{number(margin)} of kappa"
