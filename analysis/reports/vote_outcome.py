"""What the people's votes on a question came to, in words."""

from __future__ import annotations

import numpy as np

from analysis.labels import ALTERNATIVE, NO_PREFERENCE, REVISED
from analysis.reports.wording import count
from analysis.results import Results
from analysis.stats.votes import VoteState
from annotation.models import Question

CHOICE_WORDS = {REVISED: "the revised answer", NO_PREFERENCE: "no preference"}


def choice_words(label: int, design: str) -> str:
    """What a label says in a study of this design.

    >>> choice_words(1, "foil"), choice_words(0, "foil"), choice_words(-1, "baseline")
    ('the revised answer', 'the foil', 'no answer')
    """
    return {**CHOICE_WORDS, ALTERNATIVE: f"the {design}"}.get(int(label), "no answer")


def vote_words(state: int, label: int, votes: int, design: str, rule: str) -> str:
    """The outcome of a vote in one sentence.

    >>> vote_words(VoteState.TIE, -1, 4, "foil", "at least 3 of 4 equal")
    'No consensus: 4 votes are split (at least 3 of 4 equal).'
    """
    if state == VoteState.MAJORITY:
        return f"Consensus: {choice_words(label, design)} ({rule})."
    if state == VoteState.TIE:
        return f"No consensus: {count(votes, 'vote')} are split ({rule})."
    if state == VoteState.TOO_FEW:
        return f"No consensus yet: {count(votes, 'vote')} {'is' if votes == 1 else 'are'} too few ({rule})."
    return "Nobody has voted on this question."


def vote_outcome(results: Results, question: Question) -> str:
    """The outcome for one question of the results."""
    found = np.flatnonzero(results.matrix.question_ids == question.pk)
    if not found.size:
        return vote_words(VoteState.MISSING, -1, 0, results.study.design, "")
    item, consensus = int(found[0]), results.content_consensus
    rule = results.options.rule.words(results.study.raters_per_persona)
    votes = int(consensus.votes[item].sum())
    return vote_words(int(consensus.states[item]), int(consensus.labels[item]), votes, question.alternative_kind, rule)
