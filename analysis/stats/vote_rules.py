"""The vote rules a reader can choose: each with its address, its words, its code and its place in a plan."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.stats.labels import Categories
    from analysis.stats.votes import Consensus


class VoteRule(StrEnum):
    """How several human choices become one; the value is what an address says.

    >>> VoteRule("three_of_four").words(seats=3)
    'at least 2 of 3 equal'
    """

    THREE_OF_FOUR = "three_of_four"
    """More than half of the seats, and one more where their number is even: 3 of 4, 2 of 3, 4 of 6."""
    DROP_ONE = "drop_one"
    PLURALITY = "plurality"
    ONE_COIN = "one_coin"

    @property
    def counts_votes(self) -> bool:
        """Whether a question's consensus depends on its own votes only: not so where raters are weighed by a fit."""
        return self is not VoteRule.ONE_COIN

    def words(self, seats: int) -> str:
        """The rule in a caption, for a study with this many seats per persona."""
        return {
            VoteRule.THREE_OF_FOUR: f"at least {seats // 2 + 1} of {seats} equal",
            VoteRule.DROP_ONE: "one rater left out by a fixed rule, then the majority",
            VoteRule.PLURALITY: "the most frequent choice",
            VoteRule.ONE_COIN: "Dawid and Skene's one-coin model",
        }[self]

    @property
    def plan_words(self) -> str:
        """The rule in the planner, which compares numbers of seats; empty where it cannot be planned."""
        return {
            VoteRule.THREE_OF_FOUR: "More than half, as 3 of 4",
            VoteRule.DROP_ONE: "One left out, then the majority",
            VoteRule.PLURALITY: "The most frequent choice",
        }.get(self, "")

    def consensus(
        self,
        labels: npt.ArrayLike,
        *,
        categories: Categories,
        clusters: npt.ArrayLike,
        seats: int,
        raters: npt.ArrayLike | None = None,
    ) -> Consensus:
        """Count the votes, or fit them.

        Parameters
        ----------
        labels : integer array of shape (n_seats, n_items)
            -1 = missing.
        clusters : integer array of shape (n_items,)
            Personas.
        seats : int
            Per persona, as the study is designed.
        raters : integer array of shape (n_seats, n_items), optional
            Who gave each label; without it every seat of a cluster is somebody else.
        """
        # Imported here because the options of an address name the rules, and load no numpy.
        from analysis.stats.voting import voted

        return voted(self.value, labels, categories=categories, clusters=clusters, seats=seats, raters=raters)
