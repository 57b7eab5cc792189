"""Models by what they were given of the persona: one order and one wording for every page."""

from __future__ import annotations

from itertools import groupby

from analysis.labels import Annotator
from analysis.results import Results
from annotation.models.annotator_run import CONDITION_LABELS

UNKNOWN = "Condition not known"


def condition_words(condition: str) -> str:
    return str(dict(CONDITION_LABELS).get(condition, UNKNOWN))


def by_condition(results: Results) -> list[int]:
    """The positions of the models, grouped by condition; as before within one."""
    models = [n for n, one in enumerate(results.annotators) if not one.is_baseline]
    return sorted(models, key=lambda n: _rank(results.annotators[n]))


def condition_groups(results: Results, positions: list[int]) -> list[tuple[str, int]]:
    """The conditions of neighbours in this order, and how many have each."""
    runs = groupby(positions, key=lambda n: results.annotators[n].condition)
    return [(condition_words(condition), len(list(run))) for condition, run in runs]


def _rank(annotator: Annotator) -> int:
    order = [str(condition) for condition in dict(CONDITION_LABELS)]
    return order.index(annotator.condition) if annotator.condition in order else len(order)
