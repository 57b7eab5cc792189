"""Does a headline hang on how votes are counted? Every model's kappa under every rule, exclusions on and off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.labels import LabelMatrix, label_matrix
from analysis.options import VoteRule
from analysis.reports.tables import Table, Value, table_of
from analysis.reports.wording import rule_words
from analysis.results import Results, consensus_of
from analysis.stats.bootstrap import Estimate, bootstrap_kappa
from analysis.stats.votes import Consensus, VoteState
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
    consensus = consensus_of(matrix, rule, raters=raters)
    return VoteRuleRow(
        rule=rule,
        words=rule_words(rule, raters),
        excluded_count=counted,
        majority=consensus.count(VoteState.MAJORITY),
        tie=consensus.count(VoteState.TIE),
        too_few=consensus.count(VoteState.TOO_FEW),
        missing=consensus.count(VoteState.MISSING),
        kappas=tuple(_kappa(results, matrix, consensus, position) for position in positions),
        in_force=rule is options.rule and counted == options.excluded,
    )


def _kappa(results: Results, matrix: LabelMatrix, consensus: Consensus, position: int) -> Estimate:
    options = results.options
    return bootstrap_kappa(
        results.named[position],
        matrix.coded(consensus.labels.astype(np.int8), options.coding),
        categories=results.categories,
        clusters=matrix.persona_index,
        seed=options.seed,
        n_resamples=options.resamples,
    )


def _plain_row(models: tuple[str, ...], row: VoteRuleRow) -> dict[str, Value]:
    plain: dict[str, Value] = {"rule": row.rule.value, "excluded_raters_counted": row.excluded_count}
    plain |= {name: getattr(row, name) for name in ("majority", "tie", "too_few", "missing")}
    for model, kappa in zip(models, row.kappas, strict=True):
        name = f"kappa of {model}"
        plain |= {name: kappa.value, f"{name}, low": kappa.interval.low, f"{name}, high": kappa.interval.high}
        plain[f"{name}, undefined"] = kappa.undefined.value if kappa.undefined else ""
    return plain
