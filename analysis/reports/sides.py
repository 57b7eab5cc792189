"""Sides: how often each model chose what stood first, and whether it chooses the same when the two change places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from analysis.labels import ALTERNATIVE, NO_PREFERENCE, REVISED, Annotator, Labels
from analysis.reports.columns import (
    ReportColumn,
    decimal,
    file_table,
    limit_fields,
    share,
    text,
    value_field,
    whole_number,
)
from analysis.reports.tables import Table
from analysis.results import Results
from analysis.stats.bias import PositionBias, SwapConsistency, position_bias, swap_consistency
from analysis.stats.labels import MISSING
from annotation.models import Annotation, Choice, Response
from files.columns import NUMBER, Column

FIRST_OF = {Response.REVISED: REVISED}


@dataclass(frozen=True)
class ModelSides:
    """One model, all its runs together. ``swap.consistent.n`` questions were answered in both orders; may be none."""

    name: str
    runs: int
    bias: PositionBias
    swap: SwapConsistency

    @property
    def is_swapped(self) -> bool:
        return self.swap.consistent.n > 0


COLUMNS = (
    text("model", "The model's name.", lambda row: row.name, heading="Model", cell="model_name"),
    whole_number("runs", "Its runs.", lambda row: row.runs),
    ReportColumn(
        lambda row: row.bias.first_share,
        (
            Column("n_shown", NUMBER, "Choices of a response whose order is known.", attrgetter("n")),
            value_field("share_shown_first", "Share of them for the response shown first."),
            *limit_fields("share_shown_first", "Wilson"),
        ),
        heading="Chose first shown",
        cell="first_share",
    ),
    decimal("position_bias_p", "Exact two-sided p against one half.", lambda row: row.bias.p_value),
    whole_number("n_swapped", "Questions answered in both orders.", lambda row: row.swap.consistent.n),
    ReportColumn(
        lambda row: row.swap.consistent,
        (
            value_field("same_choice", "Share of them with the same choice in both: the swap consistency."),
            *limit_fields("same_choice", "Wilson"),
        ),
        heading="Same choice in both orders",
        cell="swap_consistency",
        style="figure wide",
    ),
    share(
        "always_first",
        "Share of them with the response shown first in both.",
        lambda row: row.swap.always_first,
        heading="First in both",
        cell="swap_share",
    ),
    share(
        "always_second",
        "Share of them with the response shown second in both.",
        lambda row: row.swap.always_second,
        heading="Second in both",
        cell="swap_share",
    ),
    text(
        "swap_undefined",
        "Why there is no swap consistency; else empty.",
        lambda row: "" if row.is_swapped else "no question was answered in both orders",
    ),
)


@dataclass(frozen=True)
class Sides:
    """Models with an answer, by name."""

    rows: tuple[ModelSides, ...]

    @property
    def swapped(self) -> int:
        return sum(row.is_swapped for row in self.rows)

    def table(self) -> Table:
        return file_table(COLUMNS, self.rows)


def sides_of(results: Results) -> Sides:
    """Position bias and swap consistency of each model; the rules of the site are shown no side."""
    runs: dict[int, list[int]] = {}
    for place, annotator in enumerate(results.annotators):
        if not annotator.is_baseline:
            runs.setdefault(annotator.rater_id, []).append(place)
    first = _shown_first(results, [place for places in runs.values() if len(places) > 1 for place in places])
    return Sides(tuple(_model(results, places, first) for places in runs.values()))


def _model(results: Results, places: list[int], first: dict[int, Labels]) -> ModelSides:
    matrix = results.matrix
    return ModelSides(
        name=results.annotators[places[0]].name,
        runs=len(places),
        bias=position_bias(matrix.named_sides[places]),
        swap=swap_consistency(*(_in_order(results, places, first, order) for order in (REVISED, ALTERNATIVE))),
    )


def _in_order(results: Results, places: list[int], first: dict[int, Labels], order: int) -> Labels:
    """The model's choices as shown where ``order`` stood first, -1 elsewhere; of several such runs the first counts."""
    shown = np.full(results.matrix.n_items, MISSING, dtype=np.int8)
    for place in places:
        labels = results.matrix.named[place]
        known = (shown == MISSING) & (labels != MISSING) & (first.get(place, shown) == order)
        side = np.where(labels == NO_PREFERENCE, NO_PREFERENCE, labels != order)
        shown = np.where(known, side, shown).astype(np.int8)
    return shown


def _shown_first(results: Results, places: list[int]) -> dict[int, Labels]:
    """For each of these annotators the response shown first, by content; -1 where that is not known."""
    matrix = results.matrix
    first = {}
    for place in places:
        labels, sides = matrix.named[place], matrix.named_sides[place]
        first[place] = np.where(sides == MISSING, MISSING, np.where(sides == 0, labels, 1 - labels)).astype(np.int8)
    if results.study.allows_no_preference and places:
        _add_no_preference(results, [results.annotators[place] for place in places], places, first)
    return first


def _add_no_preference(
    results: Results, annotators: Iterable[Annotator], places: list[int], first: dict[int, Labels]
) -> None:
    """A choice of neither has no side, so the matrix does not know its order: fetched for these few answers."""
    place_of = {(one.rater_id, one.run): place for one, place in zip(annotators, places, strict=True)}
    item_of = {pk: item for item, pk in enumerate(results.matrix.question_ids.tolist())}
    neither = Annotation.objects.filter(rater__in={pk for pk, _ in place_of}, choice=Choice.NO_PREFERENCE)
    rows = neither.exclude(shown_first="").values_list("rater_id", "run", "question_id", "shown_first")
    for rater_id, run, question_id, shown_first in rows:
        if (rater_id, run) in place_of and question_id in item_of:
            first[place_of[rater_id, run]][item_of[question_id]] = FIRST_OF.get(shown_first, ALTERNATIVE)
