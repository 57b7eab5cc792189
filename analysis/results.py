"""What every page, figure and file of results starts from: the labels under the chosen coding and vote rule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.labels import Annotator, LabelMatrix, Labels, label_matrix
from analysis.options import Coding, ReportOptions, VoteRule
from analysis.stats.ceiling import Panel
from analysis.stats.sampling import Sampling
from analysis.stats.votes import Consensus, VoteState
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
        return consensus_of(self.matrix, self.options.rule, seats=self.study.raters_per_persona)

    @cached_property
    def consensus(self) -> Labels:
        """The human consensus per item under the chosen coding; -1 where there is none."""
        return self.matrix.coded(self.content_consensus.labels.astype(np.int8), self.options.coding)

    @cached_property
    def sampling(self) -> Sampling:
        """What was drawn, and what the reader wants intervals to generalise to."""
        matrix, target = self.matrix, self.options.target
        return Sampling(matrix.persona_index, matrix.prompt_index, seats=matrix.slot_raters, target=target)

    @cached_property
    def panels(self) -> dict[Coding, Panel]:
        """The people with each rater held out in turn, under both codings."""
        matrix = self.matrix
        return {coding: Panel(matrix.coded(matrix.humans, coding), matrix.categories_of(coding)) for coding in Coding}

    def vote_counts(self) -> dict[str, int]:
        """How many items came to a majority, a tie, too few votes or none."""
        return {state.name.lower(): self.content_consensus.count(state) for state in VoteState}


def results_of(study: Study, options: ReportOptions | None = None) -> Results:
    options = options or ReportOptions()
    return Results(study=study, options=options, matrix=label_matrix(study, options))


def results_of_persona(study: Study, persona: Persona, options: ReportOptions | None = None) -> Results:
    """What ``results_of`` says of one persona, without reading the others where the vote rule allows it."""
    options = options or ReportOptions()
    # A rule that does not count votes weighs a rater by all answers of the study.
    only = persona if options.rule.counts_votes else None
    return Results(study=study, options=options, matrix=label_matrix(study, options, persona=only))


def consensus_of(matrix: LabelMatrix, rule: VoteRule, *, seats: int) -> Consensus:
    """The consensus of the human rows by content, under one of the site's vote rules."""
    return consensus_among(matrix, matrix.humans, rule, seats=seats)


def consensus_among(matrix: LabelMatrix, humans: Labels, rule: VoteRule, *, seats: int) -> Consensus:
    """The consensus of some of the human rows, the others emptied, by content."""
    numbered = np.unique(matrix.slot_raters, return_inverse=True)[1].reshape(matrix.slot_raters.shape)
    raters = None if rule.counts_votes else numbered[:, matrix.persona_index]
    how = {"categories": matrix.categories, "clusters": matrix.persona_index, "seats": seats}
    return rule.consensus(humans, raters=raters, **how)
