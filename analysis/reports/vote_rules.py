"""Does a headline depend on how votes are counted? Every model's kappa under every rule, exclusions on and off."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from analysis.labels import LabelMatrix, label_matrix
from analysis.options import VoteRule
from analysis.reference import with_everyone
from analysis.reports.columns import ReportColumn, file_table, flag, in_words, text, value_field, whole_number
from analysis.reports.tables import Table
from analysis.reports.wording import number, quoted
from analysis.results import Results, consensus_of
from analysis.stats.estimates import Estimate
from analysis.stats.votes import VoteState
from annotation.flow import AssignmentState
from files.columns import DECIMAL, TEXT, Column


@dataclass(frozen=True, eq=False)
class VoteRuleRow:
    """One rule on one set of raters; ``kappas`` in the order of the models."""

    rule: VoteRule
    words: str
    excluded_count: bool
    majority: int
    tie: int
    too_few: int
    missing: int
    kappas: tuple[Estimate, ...]
    in_force: bool


@dataclass(frozen=True, eq=False)
class VoteRules:
    models: tuple[str, ...]
    rows: tuple[VoteRuleRow, ...]
    excluded_raters: int

    def table(self) -> Table:
        return file_table(self.columns, self.rows)

    @property
    def finding(self) -> str:
        """How far the choice of a rule moves a model's kappa at most."""
        ranges = {model: self._range_of(place) for place, model in enumerate(self.models)}
        known = {model: ends for model, ends in ranges.items() if ends}
        if not known:
            decided = [row.majority for row in self.rows]
            return f"Under the rules, {min(decided)} to {max(decided)} questions have a consensus."
        model, (low, high) = max(known.items(), key=lambda pair: pair[1][1] - pair[1][0])
        return (
            f"The vote rule moves no model's kappa by more than {number(high - low)}: that of {quoted(model)} lies "
            f"between {number(low)} and {number(high)}."
        )

    def _range_of(self, place: int) -> tuple[float, float] | None:
        values = [row.kappas[place].value for row in self.rows if row.kappas[place].undefined is None]
        return (min(values), max(values)) if values else None

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        return vote_rule_columns(self.models)


def vote_rules_of(results: Results) -> VoteRules:
    """Every rule with the reader's other options; where raters are excluded, once without and once with them."""
    positions = [n for n, annotator in enumerate(results.annotators) if not annotator.is_baseline]
    excluded = excluded_raters(results)
    rows = []
    for counted, matrix in _versions(results, excluded):
        rows += [_row(results, matrix, rule, counted, positions) for rule in VoteRule]
    return VoteRules(tuple(results.annotators[n].label for n in positions), tuple(rows), excluded)


def excluded_raters(results: Results) -> int:
    """How many finished raters the study excludes."""
    assignments = results.study.assignments.filter(state=AssignmentState.EXCLUDED, completed_at__isnull=False)
    return assignments.count()


def _versions(results: Results, excluded: int) -> list[tuple[bool, LabelMatrix]]:
    if not excluded:
        return [(results.options.excluded, results.matrix)]
    other = label_matrix(results.study, results.options.with_(excluded=not results.options.excluded))
    both = [(results.options.excluded, results.matrix), (not results.options.excluded, other)]
    return sorted(both, key=lambda version: version[0])


def _row(results: Results, matrix: LabelMatrix, rule: VoteRule, counted: bool, positions: list[int]) -> VoteRuleRow:
    raters, options = results.study.raters_per_persona, results.options
    consensus = consensus_of(matrix, rule, seats=raters)
    return VoteRuleRow(
        rule=rule,
        words=rule.words(raters),
        excluded_count=counted,
        majority=consensus.count(VoteState.MAJORITY),
        tie=consensus.count(VoteState.TIE),
        too_few=consensus.count(VoteState.TOO_FEW),
        missing=consensus.count(VoteState.MISSING),
        kappas=tuple(_kappa(results, matrix, rule, position) for position in positions),
        in_force=rule is options.rule and counted == options.excluded,
    )


def _kappa(results: Results, matrix: LabelMatrix, rule: VoteRule, position: int) -> Estimate:
    """Kappa with the consensus of all raters: here the rule is the question, and no human is beside the model."""
    version = Results(results.study, results.options.with_(rule=rule), matrix)
    return with_everyone(version, results.matrix.named[position], results.options.coding)


def vote_rule_columns(models: tuple[str, ...]) -> tuple[ReportColumn, ...]:
    return (
        ReportColumn(
            lambda row: row.words,
            heading="Rule",
            cell="vote_rule_name",
            style="",
        ),
        text("rule", "three_of_four, drop_one, plurality or one_coin.", lambda row: row.rule.value),
        flag(
            "excluded_raters_counted",
            "Whether finished raters whom researchers excluded are counted.",
            lambda row: row.excluded_count,
            heading="Excluded raters",
            cell="excluded_raters",
        ),
        whole_number("majority", "Questions with a consensus.", lambda row: row.majority, heading="Majority"),
        whole_number("tie", "Questions whose votes tie.", lambda row: row.tie, heading="Tie"),
        whole_number("too_few", "Questions with too few votes.", lambda row: row.too_few, heading="Too few"),
        whole_number("missing", "Questions without a vote.", lambda row: row.missing, heading="No vote"),
        *(_kappa_column(place, model) for place, model in enumerate(models)),
    )


def _kappa_column(place: int, model: str) -> ReportColumn:
    name = f"kappa of {model}"
    help = "For each model: its kappa with the consensus under the rule, by the coding in force."
    return ReportColumn(
        lambda row: row.kappas[place],
        (
            value_field(name, help),
            Column(f"{name}, low", DECIMAL, "Low end of its 95 % interval.", attrgetter("interval.low")),
            Column(f"{name}, high", DECIMAL, "High end.", attrgetter("interval.high")),
            Column(f"{name}, undefined", TEXT, "Why there is none; else empty.", lambda one: in_words(one.undefined)),
        ),
        heading=f"Kappa of {model}",
        cell="kappa",
    )
