"""What the human side of a study is: how many raters, simulated or not, and what their votes came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.reports.wording import count, filter_words
from analysis.results import Results


@dataclass(frozen=True)
class People:
    """The human raters of a study, as the reader filtered them.

    ``votes`` counts questions by the state of their vote: majority, tie, too_few, missing.
    """

    raters: int
    simulated: int
    seats: int
    personas: int
    questions: int
    answered: int
    votes: dict[str, int]
    rule: str
    filters: str

    @property
    def kind(self) -> str:
        """What to call them: real people, simulated raters, or both."""
        if not self.simulated:
            return count(self.raters, "human rater")
        if self.simulated == self.raters:
            return count(self.raters, "simulated rater")
        return f"{count(self.raters, 'rater')} ({self.simulated:,} of them simulated)"

    @property
    def noun(self) -> str:
        return "simulated rater" if self.raters and self.simulated == self.raters else "human"


def people_of(results: Results) -> People:
    matrix = results.matrix
    return People(
        raters=matrix.n_human_raters,
        simulated=matrix.simulated_raters,
        seats=results.study.raters_per_persona,
        personas=int(np.count_nonzero(np.bincount(matrix.persona_index))),
        questions=matrix.n_items,
        answered=int((matrix.humans >= 0).any(axis=0).sum()),
        votes=results.vote_counts(),
        rule=results.options.rule.words(results.study.raters_per_persona),
        filters=filter_words(results.options),
    )
