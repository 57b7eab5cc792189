"""How often each default interval of the product holds a planted truth: the table of docs/statistics.md.

    .venv/bin/python benchmarks/coverage.py                          2,000 studies a cell
    .venv/bin/python benchmarks/coverage.py --studies 500            a quicker look

Five scenarios of shared taste and heterogeneity x prompts alike or different x 5, 10, 20 and 40 personas. A study has
20 prompts, of which each persona answers ten, four raters for each persona, and a model that is a fifth human: for new
personas and prompts its expected difference to a held-out human is 0. The truth of a question is the revised response
with a probability that the scenario's taste and the prompt decide; everybody hits it with log-odds that the persona,
the prompt and the rater shift. Analysed by the product's own functions.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.stats.ceiling import held_out
from analysis.stats.counting import Entries, entries_of
from analysis.stats.estimates import Scale
from analysis.stats.formulas import agreement_of_tables, kappa_of_tables
from analysis.stats.inference import fisher_limits, plain_limits, share_interval
from analysis.stats.jackknife import Function, Spread, crossed_spreads
from analysis.stats.vote_rules import VoteRule

AT_ONCE = 250
CONFIDENCE = 0.95
PROMPTS, QUESTIONS, RATERS = 20, 10, 4
ACCURACY = 0.8
PERSONAS = (5, 10, 20, 40)
SEED = 20240717
STATISTICS = ("all raters", "model", "human", "difference", "agreement")


@dataclass(frozen=True)
class Scenario:
    """``taste``: mean log-odds that the revised response is right; the others: standard deviations of log-odds.

    ``prompts`` spreads both how often the revised response is right and how easy a prompt is.
    """

    name: str
    taste: float
    personas: float
    raters: float
    prompts: float


SCENARIOS = tuple(
    Scenario(f"{name}, prompts {'differ' if prompts else 'alike'}", taste, personas, raters, prompts)
    for name, taste, personas, raters in (
        ("no taste, all alike", 0.0, 0.0, 0.0),
        ("no taste, personas differ", 0.0, 0.7, 0.0),
        ("taste, raters differ", 1.4, 0.0, 0.3),
        ("taste, personas and raters differ", 1.4, 0.7, 0.3),
        ("strong taste, all differ", 2.2, 0.7, 0.5),
    )
    for prompts in (0.0, 0.8)
)


@dataclass(frozen=True, eq=False)
class Studies:
    """Many studies side by side: choices of people (raters, items) and of the model (items,), and the items' clusters.

    ``study``, ``persona`` and ``prompt`` number each item's study, and its persona and prompt within the study.
    """

    humans: np.ndarray
    model: np.ndarray
    study: np.ndarray
    persona: np.ndarray
    prompt: np.ndarray
    shape: tuple[int, int, int]


def draw(scenario: Scenario, shape: tuple[int, int, int], rng: np.random.Generator, *, coding: str) -> Studies:
    """Draw studies; ``shape`` is studies, personas, prompts."""
    studies, personas, prompts = shape
    asked = rng.random((studies, personas, prompts)).argsort(axis=2)[:, :, :QUESTIONS]
    study, persona, prompt = np.repeat(np.arange(studies), personas * QUESTIONS), *_places(shape, asked)
    lean = scenario.taste + scenario.prompts * rng.normal(0, 1.25, (studies, prompts))
    truth = rng.random(prompt.size) < logistic(lean[study, prompt])
    ease = scenario.personas * rng.normal(size=(studies, personas))[study, persona]
    ease += scenario.prompts * rng.normal(size=(studies, prompts))[study, prompt]
    skill = scenario.raters * rng.normal(size=(RATERS + 1, studies, personas))[:, study, persona]
    hits = rng.random((RATERS + 1, prompt.size)) < logistic(np.log(ACCURACY / (1 - ACCURACY)) + ease + skill)
    labels = np.where(hits, truth, ~truth)
    if coding == "reference":
        labels ^= rng.random(prompt.size) < 0.5
    labels = labels.astype(np.int8)
    return Studies(labels[:RATERS], labels[RATERS], study, persona, prompt, shape)


def _places(shape: tuple[int, int, int], asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    studies, personas, _ = shape
    return np.tile(np.repeat(np.arange(personas), QUESTIONS), studies), asked.ravel()


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@cache
def truth_of(scenario: Scenario, coding: str) -> dict[str, float]:
    """From studies whose prompts are all different, so that little is left to chance."""
    rng, totals = np.random.default_rng(SEED), defaultdict(float)
    for _ in range(40):
        for name, (entries, statistic, _) in evidence(draw(scenario, (20, 400, 400), rng, coding=coding)).items():
            totals[name, statistic] += entries.total()
    return {name: float(statistic(total[None])[0]) for (name, statistic), total in totals.items()} | {"difference": 0.0}


def evidence(studies: Studies) -> dict[str, tuple[Entries, Function, Scale]]:
    """The numbers of a row of the overview: what they are counted from, and the scale of their intervals."""
    votes = {"categories": "AB", "clusters": studies.study * studies.shape[1] + studies.persona}
    everyone = VoteRule.THREE_OF_FOUR.consensus(studies.humans, seats=RATERS, **votes).labels
    others = held_out(studies.humans, categories="AB")
    cells = (studies.model[others.items].astype(np.int64) * 2 + others.labels) * 2 + others.references
    both = Entries(others.items, cells, (2, 2, 2), studies.model.size)
    return {
        "all raters": (entries_of(studies.model, everyone, n_categories=2), kappa_of_tables, Scale.FISHER),
        "model": (both, kappa_of_model, Scale.FISHER),
        "human": (both, kappa_of_human, Scale.FISHER),
        "difference": (both, difference, Scale.DIFFERENCE),
        "agreement": (both, agreement_of_model, Scale.SHARE),
    }


def kappa_of_model(tables: np.ndarray) -> np.ndarray:
    return kappa_of_tables(tables.sum(axis=-2))


def kappa_of_human(tables: np.ndarray) -> np.ndarray:
    return kappa_of_tables(tables.sum(axis=-3))


def difference(tables: np.ndarray) -> np.ndarray:
    return kappa_of_model(tables) - kappa_of_human(tables)


def agreement_of_model(tables: np.ndarray) -> np.ndarray:
    return agreement_of_tables(tables.sum(axis=-2))


def limits_of(studies: Studies, entries: Entries, statistic: Function, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """The product's intervals of all studies at once; nan where it gives none. tests/pure/stats holds them equal."""
    n, personas, prompts = studies.shape
    sums = [
        entries.by_group(studies.study * size + place, n * size).reshape(n, size, *entries.shape)
        for place, size in ((studies.persona, personas), (studies.prompt, prompts))
    ]
    items = entries.by_item_in(studies.study, n)
    variance, degrees = crossed_spreads(*sums, items, statistic)
    value = statistic(sums[0].sum(axis=1))
    if scale is Scale.SHARE:
        spreads = [Spread(float(v), float(d), 0.0) for v, d in zip(variance, degrees, strict=True)]
        sizes = zip(value.tolist(), spreads, sums[0].reshape(n, -1).sum(axis=1).tolist(), strict=True)
        intervals = [share_interval(*one, confidence=CONFIDENCE) for one in sizes]
        return np.array([one.low for one in intervals]), np.array([one.high for one in intervals])
    variance = np.where(variance > 0, variance, np.nan)
    limits = fisher_limits if scale is Scale.FISHER else plain_limits
    return limits(value, variance, degrees, confidence=CONFIDENCE)


def words_of(low: np.ndarray, high: np.ndarray, truth: float) -> str:
    """Coverage, and in brackets how often the interval lay below and above the truth; * share without an interval."""
    known = ~np.isnan(low)
    below, above = 100 * (high[known] < truth).mean(), 100 * (low[known] > truth).mean()
    mark = "" if known.all() else f" *{100 * (1 - known.mean()):.1f}"
    return f"{100 - below - above:.1f} ({below:.1f}/{above:.1f}){mark}"


def coverage(scenario: Scenario, n_personas: int, coding: str, n_studies: int) -> dict[str, str]:
    """One row of the table."""
    truth, rng = truth_of(scenario, coding), np.random.default_rng(SEED + n_personas)
    parts: dict[str, list[tuple[np.ndarray, np.ndarray]]] = defaultdict(list)
    for start in range(0, n_studies, AT_ONCE):
        studies = draw(scenario, (min(AT_ONCE, n_studies - start), n_personas, PROMPTS), rng, coding=coding)
        for name, one in evidence(studies).items():
            parts[name].append(limits_of(studies, *one))
    return {
        name: words_of(*(np.concatenate(ends) for ends in zip(*found, strict=True)), truth[name])
        for name, found in parts.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2_000, help="per cell")
    options = parser.parse_args()
    error = 100 * np.sqrt(0.05 * 0.95 / options.studies)
    print(f"{options.studies:,} studies a cell, standard error {error:.2f} points\n")
    print(f"| scenario | coding | personas | {' | '.join(STATISTICS)} |")
    print(f"|---|---|---|{'---|' * len(STATISTICS)}")
    for scenario in SCENARIOS:
        for coding in ("reference", "content"):
            for n_personas in PERSONAS:
                found = coverage(scenario, n_personas, coding, options.studies)
                cells = " | ".join(found[name] for name in STATISTICS)
                print(f"| {scenario.name} | {coding} | {n_personas} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
