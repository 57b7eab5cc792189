"""What every page, figure and file of results starts from: the labels under the chosen coding and vote rule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.labels import Annotator, LabelMatrix, Labels, label_matrix
from analysis.options import ReportOptions, VoteRule
from analysis.stats.dawid_skene import dawid_skene_one_coin
from analysis.stats.labels import MISSING
from analysis.stats.votes import Consensus, VoteState, at_least, drop_one, plurality, three_of_four
from annotation.models import Study
from personas.models import Persona


@dataclass(frozen=True, eq=False)
class Results:
    """A study's choices as the reader asked for them.

    ``humans`` (S, N) and ``named`` (M, N) are coded as ``options.coding`` says; ``clusters`` (N,) names each item's
    persona.
    Votes are taken on content, which any other coding only relabels, so the consensus is the same under every coding.
    """

    study: Study
    options: ReportOptions
    matrix: LabelMatrix

    @property
    def categories(self) -> tuple[str, ...]:
        return self.matrix.categories_of(self.options.coding)

    @property
    def clusters(self) -> npt.NDArray[np.int64]:
        return self.matrix.persona_index

    @property
    def annotators(self) -> tuple[Annotator, ...]:
        return self.matrix.annotators

    @cached_property
    def humans(self) -> Labels:
        return self.matrix.coded(self.matrix.humans, self.options.coding)

    @cached_property
    def named(self) -> Labels:
        return self.matrix.coded(self.matrix.named, self.options.coding)

    @cached_property
    def content_consensus(self) -> Consensus:
        return consensus_of(self.matrix, self.options.rule, raters=self.study.raters_per_persona)

    @cached_property
    def consensus(self) -> Labels:
        """The human consensus per item under the chosen coding; -1 where there is none."""
        return self.matrix.coded(self.content_consensus.labels.astype(np.int8), self.options.coding)

    def vote_counts(self) -> dict[str, int]:
        """How many items came to a majority, a tie, too few votes or none."""
        return {state.name.lower(): self.content_consensus.count(state) for state in VoteState}


def results_of(study: Study, options: ReportOptions | None = None) -> Results:
    options = options or ReportOptions()
    return Results(study=study, options=options, matrix=label_matrix(study, options))


def results_of_persona(study: Study, persona: Persona, options: ReportOptions | None = None) -> Results:
    """What ``results_of`` says of one persona, without reading the others where the vote rule allows it."""
    options = options or ReportOptions()
    # The one-coin model weighs a rater by all answers of the study; every other rule looks at one persona.
    only = None if options.rule is VoteRule.ONE_COIN else persona
    return Results(study=study, options=options, matrix=label_matrix(study, options, persona=only))


def consensus_of(matrix: LabelMatrix, rule: VoteRule, *, raters: int) -> Consensus:
    """The consensus of the human rows by content, under one of the site's vote rules.

    "Three of four" asks for more than half of K and one more where K is even: 3 of 4, 2 of 3, 4 of 6.
    """
    humans, categories, clusters = matrix.humans, matrix.categories, matrix.persona_index
    if not humans.shape[0]:
        humans = np.full((1, matrix.n_items), MISSING, dtype=np.int8)
    if rule is VoteRule.DROP_ONE:
        return drop_one(humans, categories=categories, clusters=clusters)
    if rule is VoteRule.PLURALITY:
        return plurality(humans, categories=categories)
    if rule is VoteRule.ONE_COIN:
        return one_coin(matrix)
    if raters == 4:
        return three_of_four(humans, categories=categories)
    return at_least(humans, categories=categories, needed=raters // 2 + 1, of=raters)


def one_coin(matrix: LabelMatrix) -> Consensus:
    """Dawid and Skene's one-coin model as a vote rule: the likeliest label, raters weighed by estimated accuracy."""
    numbered = np.unique(matrix.slot_raters, return_inverse=True)[1].reshape(matrix.slot_raters.shape)
    raters = numbered[:, matrix.persona_index]
    fitted = dawid_skene_one_coin(matrix.humans, categories=matrix.categories, raters=raters)
    counted = plurality(matrix.humans, categories=matrix.categories)
    states = np.where(fitted.labels != MISSING, VoteState.MAJORITY, counted.states)
    states = np.where(counted.votes.sum(axis=1) == 0, VoteState.MISSING, states)
    return Consensus(fitted.labels, states, counted.votes, "Dawid-Skene one-coin model, likeliest label")
