"""How reliable is the consensus, and what would one more rater of each persona buy?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.reports.people import people_of
from analysis.reports.wording import count, estimate_words, number
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.reliability import Reliability, pairwise_agreement, reliability_curve

MORE = 2
"""How many raters beyond the design the curve shows."""


@dataclass(frozen=True, eq=False)
class ConsensusReliability:
    """``single`` is the agreement of two raters beyond chance; ``curve`` starts at one rater."""

    seats: int
    noun: str
    single: Estimate
    curve: tuple[Reliability, ...]

    @property
    def is_known(self) -> bool:
        return self.single.undefined is None

    @property
    def sentence(self) -> str:
        """What the design reaches and what one more rater would add."""
        now, more = self.curve[self.seats - 1], self.curve[self.seats]
        return (
            f"Two {self.noun}s of a persona agree at kappa {estimate_words(self.single)}. So the average choice of "
            f"{count(self.seats, self.noun)} has a reliability of {_words(now)}; one more would raise it to "
            f"{number(more.value)}, by {number(more.value - now.value)}."
        )


def reliability_of(results: Results) -> ConsensusReliability:
    """The reliability of people's votes in the reader's coding."""
    seats = max(results.study.raters_per_persona, 1)
    single = pairwise_agreement(results.humans, categories=results.categories, sampling=results.sampling)
    curve = reliability_curve(single, range(1, seats + 1 + MORE))
    return ConsensusReliability(seats, people_of(results).noun, single, tuple(curve))


def _words(one: Reliability) -> str:
    interval = f" [{number(one.low)}, {number(one.high)}]" if one.low == one.low else ""
    return f"{number(one.value)}{interval}"
