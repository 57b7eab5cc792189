"""Persona x persona for two sources: does a model's persona i choose as people do who play i, or as those who play j?

Cell (i, j) compares what the first source chose as persona i with what the second chose as persona j, over the prompts
that both personas answered. The texts differ between personas, so a choice is the revised response or the alternative:
which of two texts comes first is fixed for each question and means nothing across personas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.labels import Labels
from analysis.reports.conditions import by_condition
from analysis.reports.matrices import COLUMNS, KappaMatrix, parts_of_tables
from analysis.reports.metrics import Metric
from analysis.reports.people import people_of
from analysis.reports.persona_order import Order
from analysis.reports.tables import Value, plain
from analysis.reports.wording import count, number, percent
from analysis.results import Results
from analysis.stats.agreement import cross_tables
from analysis.stats.formulas import ac1_of_tables, agreement_of_tables, constant_of_tables
from analysis.stats.labels import MISSING, IntArray
from analysis.stats.votes import plurality

MOST_PANELS = 6
PERSONAS_AT_ONCE = 40
MOSTLY = 0.5
FILE_COLUMNS = ("panel", *COLUMNS, "ac1", "agreement")
HALVES = "halves"
ANALYTIC = "95 % intervals from the large-sample standard error; cells of a few prompts are mostly noise"


@dataclass(frozen=True)
class Panel:
    """A choice of two sources: its key in the address, and its words."""

    key: str
    words: str


def panels_of(results: Results) -> list[Panel]:
    """Every panel a study offers: people against people, people against each model, models against models."""
    noun = people_of(results).noun
    models = [(n, results.annotators[n].label_with_condition) for n in by_condition(results)]
    panels = [Panel(HALVES, f"{noun}s, one half against the other")] if results.matrix.humans.shape[0] > 1 else []
    people = f"{noun}s, the other half" if panels else f"{noun} consensus"
    if results.matrix.humans.shape[0]:
        panels += [Panel(f"h-{n}", f"{people} against {name}") for n, name in models]
    pairs = [(a, b) for place, a in enumerate(models) for b in models[place:]]
    return panels + [Panel(f"{a}-{b}", f"{one} against {other}") for (a, one), (b, other) in pairs]


def default_panels(results: Results) -> list[str]:
    """People against people, and people against each model; without people each model against itself."""
    keys = [panel.key for panel in panels_of(results)]
    with_people = [key for key in keys if key == HALVES or key.startswith("h-")]
    return (with_people or [key for key in keys if key == _itself(key)])[:MOST_PANELS]


@dataclass(frozen=True, eq=False)
class Prompts:
    """The position of each item in a matrix of personas x prompts."""

    position: npt.NDArray[np.int64]
    count: int


def prompts_of(results: Results) -> Prompts:
    position, n = results.sampling.prompt_groups
    return Prompts(position, n)


def sources_by_prompt(results: Results, prompts: Prompts, panel: Panel) -> tuple[Labels, Labels]:
    """The choices of a panel's two sources, personas x prompts."""
    first, second = (_by_prompt(results, prompts, labels) for labels in _sources(results, panel))
    return first, second


def is_mostly_undefined(results: Results, prompts: Prompts, panel: Panel) -> bool:
    """Whether kappa has no value, or 0 by algebra, in most cells that have choices: then agreement says more."""
    tables = cross_tables(*sources_by_prompt(results, prompts, panel), categories=results.matrix.categories)
    filled = tables.sum(axis=(2, 3)) > 0
    return bool(filled.any() and constant_of_tables(tables)[filled].mean() > MOSTLY)


def persona_matrix(
    results: Results,
    prompts: Prompts,
    panel: Panel,
    *,
    metric: Metric = Metric.KAPPA,
    order: Order | None = None,
) -> KappaMatrix:
    """The matrix of a panel, for the personas of ``order``; all of them, as the study has them, without one."""
    chosen = order or Order(np.arange(len(results.matrix.personas)))
    rows, columns = (one[chosen.positions] for one in sources_by_prompt(results, prompts, panel))
    parts = parts_of_tables(cross_tables(rows, columns, categories=results.matrix.categories), metric)
    names = tuple(results.matrix.personas[place].key for place in chosen.positions.tolist())
    row_title, _, column_title = panel.words.partition(" against ")
    return KappaMatrix(
        key=f"panel-{panel.key}",
        title=_finding(panel, parts.kappa, metric, is_same=panel.key == _itself(panel.key)),
        rows=names,
        columns=names,
        row_title=row_title,
        column_title=column_title or "the other half",
        kappa=parts.kappa,
        low=parts.low,
        high=parts.high,
        n=parts.n,
        reasons=parts.reasons,
        is_symmetric=panel.key == _itself(panel.key),
        interval_words=ANALYTIC,
        metric=metric,
        groups=chosen.groups,
    )


def all_cells(
    results: Results, prompts: Prompts, panels: list[Panel], *, most: int | None = None
) -> Iterator[dict[str, Value]]:
    """Every cell of every panel, of all personas or the first ``most``, a block of rows at a time: for a file."""
    names = [persona.key for persona in results.matrix.personas[:most]]
    for panel in panels:
        first, second = (labels[: len(names)] for labels in sources_by_prompt(results, prompts, panel))
        for start in range(0, len(names), PERSONAS_AT_ONCE):
            block = slice(start, start + PERSONAS_AT_ONCE)
            tables = cross_tables(first[block], second, categories=results.matrix.categories)
            yield from _plain_block(panel, names[block], names, tables)


def _plain_block(panel: Panel, rows: list[str], columns: list[str], tables: IntArray) -> Iterator[dict[str, Value]]:
    parts, others = parts_of_tables(tables), (ac1_of_tables(tables), agreement_of_tables(tables))
    for row, name in enumerate(rows):
        for column, other in enumerate(columns):
            numbers = (plain(float(part[row, column])) for part in (parts.kappa, parts.low, parts.high))
            reason = parts.reasons[row][column]
            cell = (panel.words, name, other, *numbers, int(parts.n[row, column]), reason.value if reason else "")
            cell += tuple(plain(float(part[row, column])) for part in others)
            yield dict(zip(FILE_COLUMNS, cell, strict=True))


def _itself(key: str) -> str:
    """The key of the panel that sets a panel's first source against itself; only that one is symmetric."""
    first = key.partition("-")[0]
    return f"{first}-{first}"


def _sources(results: Results, panel: Panel) -> tuple[Labels, Labels]:
    if panel.key == HALVES:
        return split_halves(results)
    first, _, second = panel.key.partition("-")
    people = _people(results) if first == "h" else None
    return people if people is not None else results.matrix.named[int(first)], results.matrix.named[int(second)]


def _people(results: Results) -> Labels:
    """What models meet: the half that the first half of the people meets too; everyone where there are no halves."""
    if results.matrix.humans.shape[0] > 1:
        return split_halves(results)[1]
    return results.content_consensus.labels.astype(np.int8)


def split_halves(results: Results) -> tuple[Labels, Labels]:
    """The raters of each persona in two halves, drawn with the recorded seed; each half votes by plurality."""
    matrix = results.matrix
    n_slots, n_personas = matrix.slot_raters.shape
    rng = np.random.default_rng(results.options.seed)
    order = rng.permuted(np.tile(np.arange(n_slots), (n_personas, 1)), axis=1)
    in_first = np.argsort(order, axis=1) < (n_slots + 1) // 2
    mine = in_first[results.clusters].T
    halves = [np.where(which, matrix.humans, MISSING) for which in (mine, ~mine)]
    first, second = (plurality(half, categories=matrix.categories).labels.astype(np.int8) for half in halves)
    return first, second


def _by_prompt(results: Results, prompts: Prompts, labels: Labels) -> Labels:
    table = np.full((len(results.matrix.personas), prompts.count), MISSING, dtype=np.int8)
    table[results.clusters, prompts.position] = labels
    return table


def _finding(panel: Panel, kappa: np.ndarray, metric: Metric, *, is_same: bool) -> str:
    """Does it matter whether both play the same persona?"""
    own = np.eye(len(kappa), dtype=bool)
    same, other = (np.nanmean(part) if np.isfinite(part).any() else None for part in (kappa[own], kappa[~own]))
    # The name of a model stays as it was written.
    of_people = panel.key == HALVES or panel.key.startswith("h-")
    words = panel.words[0].upper() + panel.words[1:] if of_people else panel.words
    name, unknown = metric.name_in_a_sentence, int(np.isnan(kappa).sum())
    gaps = f", undefined in {unknown:,} of {count(kappa.size, 'cell')}" if unknown else ""
    if is_same or same is None:
        return f"{words}: mean {name} {_mean(other, metric)} between two personas{gaps}"
    means = f"mean {name} {_mean(same, metric)} on the same persona, {_mean(other, metric)} on two different ones"
    return f"{words}: {means}{gaps}"


def _mean(value: float | None, metric: Metric) -> str:
    if value is None:
        return "undefined"
    return percent(float(value)) if metric.is_share else number(float(value))
