"""From the personas that people checked to all that a model annotated: what would people choose there?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.labels import ALTERNATIVE, REVISED, Labels
from analysis.options import InvalidOption
from analysis.reports.columns import ReportColumn, decimal, estimate, file_table, text, whole_number
from analysis.reports.people import people_of
from analysis.reports.tables import Table
from analysis.reports.wording import count, number, percent, percent_range_words, quoted
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.labels import FloatArray
from analysis.stats.prediction_powered import FEWEST, PredictionPowered, prediction_powered

WEIGHTS = ("pwgtp", "person weight", "weight")
"""Attributes taken as weights unless the reader names another, in this order."""
NO_WEIGHT = "none"


@dataclass(frozen=True, eq=False)
class PopulationRow:
    """One model run; ``found`` is the share of choices of the revised response."""

    name: str
    found: PredictionPowered


@dataclass(frozen=True, eq=False)
class Population:
    """Every model that answered about personas nobody checked."""

    rows: tuple[PopulationRow, ...]
    noun: str
    weight: str
    weights: tuple[str, ...]
    personas: int
    checked: int

    @cached_property
    def sentence(self) -> str:
        best = max(self.rows, key=lambda row: np.nan_to_num(row.found.worth))
        found = best.found
        if found.powered.undefined is not None:
            return f"People checked {count(found.n, 'persona')}; it takes {FEWEST} of those that a model answered."
        return (
            f"Over all {count(found.n_all, 'persona')}{self.weight_words}, {self.noun}s would choose the revised "
            f"response in {_share(found.powered)} of answers: estimated from {count(found.n, 'checked persona')} and "
            f"the answers of {quoted(best.name)}. Without the model it is {_share(found.people)}{self._worth(found)}."
        )

    @staticmethod
    def _worth(found: PredictionPowered) -> str:
        if np.isnan(found.worth):
            return ". Nothing varies between the checked personas, so there is no interval"
        return f"; it is worth {number(max(found.worth - found.n, 0), 0)} further checked personas"

    @property
    def weight_words(self) -> str:
        return f", weighted by {quoted(self.weight)}" if self.weight else ""

    def table(self) -> Table:
        return file_table(COLUMNS, self.rows)


def _share(estimate: Estimate) -> str:
    return f"{percent(estimate.value)} {percent_range_words(estimate.interval)}".rstrip()


COLUMNS: tuple[ReportColumn, ...] = (
    text("model", "A model run.", lambda row: row.name, heading="Model"),
    whole_number("personas", "Personas it answered about.", lambda row: row.found.n_all, heading="Personas"),
    whole_number(
        "checked", "Those of them that people answered about too.", lambda row: row.found.n, heading="Checked"
    ),
    estimate(
        "powered",
        "People's share of the revised response over all personas, from checked personas and the model.",
        lambda row: row.found.powered,
        heading="People, with the model",
        cell="estimate_share",
    ),
    estimate(
        "people",
        "The same from the checked personas alone.",
        lambda row: row.found.people,
        heading="People, checked personas alone",
        cell="estimate_share",
    ),
    decimal(
        "model_share",
        "The model's own share over all personas.",
        lambda row: row.found.model,
        heading="The model",
        cell="percent",
    ),
    decimal(
        "slope",
        "How much of the model's difference between unchecked and checked personas is believed: 0 none, 1 all.",
        lambda row: row.found.slope,
        heading="Slope",
        cell="known_number",
    ),
    decimal(
        "worth",
        "How many checked personas would give as narrow an interval without the model.",
        lambda row: row.found.worth,
        heading="Worth, in checked personas",
        cell="known_number",
    ),
)


def population_of(results: Results, weight: str = "") -> Population | None:
    """None where no model answered about personas that nobody checked. Raises ``InvalidOption``."""
    numeric = tuple(_numeric_attributes(results))
    chosen = _chosen(weight, numeric)
    people, weights = persona_shares(results, results.matrix.humans), _weights(results, chosen)
    rows = tuple(_rows(results, people, weights))
    if not rows:
        return None
    checked = int((~np.isnan(people)).sum())
    return Population(rows, people_of(results).noun, chosen, numeric, len(people), checked)


def _rows(results: Results, people: FloatArray, weights: FloatArray | None) -> Iterator[PopulationRow]:
    for labels, annotator in zip(results.matrix.named, results.annotators, strict=True):
        if annotator.is_baseline:
            continue
        model = persona_shares(results, labels[None])
        if (~np.isnan(model) & np.isnan(people)).any() and (~np.isnan(model) & ~np.isnan(people)).any():
            yield PopulationRow(annotator.label, prediction_powered(people, model, weights))


def persona_shares(results: Results, labels: Labels) -> FloatArray:
    """Each persona's share of the revised response in the choices of these rows; nan without one."""
    matrix = results.matrix
    revised, either = (
        np.bincount(matrix.persona_index, of.sum(axis=0), len(matrix.personas))
        for of in (labels == REVISED, (labels == REVISED) | (labels == ALTERNATIVE))
    )
    with np.errstate(invalid="ignore"):
        return np.asarray(revised / either)


def _numeric_attributes(results: Results) -> Iterator[str]:
    """Attributes that are a positive number of every persona."""
    personas = results.matrix.personas
    for name, _ in personas[0].attributes if personas else ():
        values = [_value(persona.attributes, name) for persona in personas]
        if all(value > 0 for value in values):
            yield name


def _value(attributes: list[tuple[str, object]], name: str) -> float:
    try:
        return float(str(dict(attributes).get(name)))
    except ValueError:
        return float("nan")


def _chosen(asked: str, numeric: tuple[str, ...]) -> str:
    if asked == NO_WEIGHT:
        return ""
    if asked and asked not in numeric:
        raise InvalidOption(f"weight={asked} is not an attribute with a positive number for every persona.")
    known = {name.casefold(): name for name in numeric}
    return asked or next((known[name] for name in WEIGHTS if name in known), "")


def _weights(results: Results, name: str) -> FloatArray | None:
    if not name:
        return None
    return np.array([_value(persona.attributes, name) for persona in results.matrix.personas])
