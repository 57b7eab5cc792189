"""Does a headline hang on how votes are counted? Every model's kappa under every rule, exclusions on and off."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.labels import LabelMatrix, label_matrix
from analysis.options import VoteRule
from analysis.reference import with_everyone
from analysis.reports.tables import Table, Value, table_of
from analysis.results import Results, consensus_of
from analysis.stats.estimates import Estimate
from analysis.stats.votes import VoteState
from annotation.flow import AssignmentState


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
        return table_of(_plain_row(self.models, row) for row in self.rows)


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


def _plain_row(models: tuple[str, ...], row: VoteRuleRow) -> dict[str, Value]:
    plain: dict[str, Value] = {"rule": row.rule.value, "excluded_raters_counted": row.excluded_count}
    plain |= {name: getattr(row, name) for name in ("majority", "tie", "too_few", "missing")}
    for model, kappa in zip(models, row.kappas, strict=True):
        name = f"kappa of {model}"
        plain |= {name: kappa.value, f"{name}, low": kappa.interval.low, f"{name}, high": kappa.interval.high}
        plain[f"{name}, undefined"] = kappa.undefined.value if kappa.undefined else ""
    return plain
