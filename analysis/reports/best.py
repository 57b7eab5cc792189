"""Which coding a result leads with, and which model is the best: decided here, for every page, figure and file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import TypeVar

from analysis.labels import REVISED
from analysis.options import Coding
from analysis.reference import table_with_people, with_people
from analysis.reports.wording import is_by_algebra
from analysis.results import Results
from analysis.stats.coefficients import PairAgreement, pair_agreement_of_table
from analysis.stats.estimates import Estimate
from analysis.stats.undefined import Undefined

SKEWED = 0.8
"""From this share of one content category on both sides, chance agreement eats most of what kappa can show."""
INFLATED = 0.2
"""Minimum gap between reference and content kappa that triggers the explanation."""


@dataclass(frozen=True, eq=False)
class WithPeople:
    """An annotator's agreement with the reference, under both codings."""

    position: int
    kappas: dict[Coding, Estimate]
    pairs: dict[Coding, PairAgreement]

    @property
    def content(self) -> Estimate:
        return self.kappas[Coding.CONTENT]

    @property
    def reference(self) -> Estimate:
        return self.kappas[Coding.REFERENCE]

    @property
    def pair(self) -> PairAgreement:
        """The table by content with its coefficients."""
        return self.pairs[Coding.CONTENT]

    @property
    def by_coding(self) -> list[tuple[Coding, PairAgreement, Estimate]]:
        return [(coding, self.pairs[coding], self.kappas[coding]) for coding in Coding]

    @property
    def n(self) -> int:
        return self.content.n

    @property
    def reference_revised(self) -> float:
        """How often the reference is the revised response, on the questions of this row."""
        return float(self.pair.shares[1][REVISED])

    @property
    def own_revised(self) -> float:
        """How often this annotator chose it, on the same questions."""
        return float(self.pair.shares[0][REVISED])

    @property
    def is_skewed(self) -> bool:
        """Both sides lean so far to one content category that content kappa has little left to show."""
        both = (self.own_revised, self.reference_revised)
        if any(isnan(share) for share in both):
            return False
        leaning = min(both) >= SKEWED or max(both) <= 1 - SKEWED
        lost = isnan(self.content.value) or self.reference.value - self.content.value >= INFLATED
        return leaning and lost


Row = TypeVar("Row", bound=WithPeople)


def with_people_of(results: Results, position: int) -> WithPeople:
    labels = results.matrix.named[position]
    return WithPeople(
        position=position,
        kappas={coding: with_people(results, labels, coding) for coding in Coding},
        pairs={c: pair_agreement_of_table(table_with_people(results, labels, c)) for c in Coding},
    )


def lead_of(models: Sequence[WithPeople], coding: Coding) -> Coding:
    """The reader's coding, unless that is content and content is silent about these models; then reference.

    Content is silent where no model's content kappa has an interval above 0, and either every one is undefined or 0 by
    algebra, or a model shares the people's lean to one response so far that this, not disagreement, is why.
    """
    if coding is not Coding.CONTENT or not models or any(model.content.interval.low > 0 for model in models):
        return coding
    is_silent = any(model.is_skewed for model in models) or all(_says_nothing(model.content) for model in models)
    return Coding.REFERENCE if is_silent else coding


def _says_nothing(kappa: Estimate) -> bool:
    return kappa.undefined is Undefined.ONE_CATEGORY or is_by_algebra(kappa)


def best_of(models: Sequence[Row], coding: Coding) -> Row | None:
    """The model with the highest kappa as printed; of equals the one that agrees more often, then the first."""
    return max(models, key=lambda model: (rank(model, coding), -model.position), default=None)


def equals_of(best: WithPeople, models: Sequence[Row], coding: Coding) -> tuple[Row, ...]:
    """Other models whose kappa and agreement print as the best one's do."""
    same = rank(best, coding)
    return tuple(model for model in models if model is not best and rank(model, coding) == same)


def rank(model: WithPeople, coding: Coding) -> tuple[float, float]:
    """Kappa and agreement to two digits, below all others where undefined."""
    kappa, agreement = (
        float("-inf") if isnan(value) else round(value, 2)
        for value in (model.kappas[coding].value, model.pair.observed.value)
    )
    return kappa, agreement


def best_model(results: Results) -> int | None:
    """The position of the model that the headline is about; None without a model or a question."""
    places = [place for place, one in enumerate(results.annotators) if not one.is_baseline]
    if not places or not results.matrix.n_items:
        return None
    models = [with_people_of(results, place) for place in places]
    best = best_of(models, lead_of(models, results.options.coding))
    return best.position if best else None
