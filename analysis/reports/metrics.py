"""What a cell of a persona matrix may show: kappa, AC1, or plain agreement. Pure."""

from __future__ import annotations

from enum import StrEnum

from analysis.stats.coefficients import pair_agreement_of_table
from analysis.stats.undefined import Undefined

Described = tuple[float, float, float, Undefined | None]
"""Value, low and high end of its interval, and why there is none."""


class Metric(StrEnum):
    KAPPA = "kappa"
    AC1 = "ac1"
    AGREEMENT = "agreement"

    @property
    def words(self) -> str:
        return {"kappa": "Kappa", "ac1": "AC1", "agreement": "Agreement"}[self]

    @property
    def name_in_a_sentence(self) -> str:
        return "AC1" if self is Metric.AC1 else self.value

    @property
    def is_share(self) -> bool:
        return self is Metric.AGREEMENT

    @property
    def chance(self) -> float:
        """What a coin reaches, where the scale of colours is palest."""
        return 0.5 if self.is_share else 0.0

    @property
    def lowest(self) -> float:
        return 0.0 if self.is_share else -1.0

    def describe(self, table: tuple[tuple[int, ...], ...]) -> Described:
        """The metric of one contingency table that is not empty."""
        pair = pair_agreement_of_table(table)
        if self is Metric.KAPPA:
            return pair.kappa.kappa, pair.kappa.interval.low, pair.kappa.interval.high, pair.kappa.undefined
        one = pair.ac1 if self is Metric.AC1 else pair.observed
        return one.value, one.interval.low, one.interval.high, one.undefined
