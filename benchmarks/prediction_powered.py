"""How often prediction-powered intervals hold a planted truth: the table of docs/statistics.md.

    .venv/bin/python benchmarks/prediction_powered.py                2,000 studies a cell
    .venv/bin/python benchmarks/prediction_powered.py --studies 200  a quicker look

A persona set of 1,586 with person weights as skewed as a census's. A model answers ten questions on every persona; four
people answer the same ten on 10, 20 or 40 personas drawn at random. People and model lean to the revised response with
log-odds that vary over personas, correlated as the row says; the weights go with what people choose, and the model
leans more than they do. The truth is people's weighted mean over the set.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.stats.prediction_powered import prediction_powered

PERSONAS, QUESTIONS, RATERS, SPREAD = 1586, 10, 4, 1.0
CHECKED = (10, 20, 40)
CORRELATIONS = (0.0, 0.5, 0.9)
SEED = 20240717


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def persona_set(correlation: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probability of the revised response by people and by the model, and the weights."""
    people = rng.normal(size=PERSONAS)
    model = correlation * people + np.sqrt(1 - correlation**2) * rng.normal(size=PERSONAS)
    weights = np.exp(rng.normal(0, 0.6, PERSONAS) + 0.2 * people)
    return logistic(0.5 + SPREAD * people), logistic(1.2 + SPREAD * model), weights


def cell(correlation: float, checked: int, studies: int) -> str:
    rng = np.random.default_rng(SEED)
    held, below, narrower, alone = 0, 0, [], 0
    for _ in range(studies):
        people, model, weights = persona_set(correlation, rng)
        truth = float(np.average(people, weights=weights))
        said = rng.binomial(QUESTIONS, model) / QUESTIONS
        seen = np.full(PERSONAS, np.nan)
        chosen = rng.choice(PERSONAS, checked, replace=False)
        seen[chosen] = rng.binomial(QUESTIONS * RATERS, people[chosen]) / (QUESTIONS * RATERS)
        found = prediction_powered(seen, said, weights)
        held += truth in found.powered.interval
        below += found.powered.interval.high < truth
        alone += truth in found.people.interval
        narrower.append(found.worth / checked)
    shares = [100 * one / studies for one in (held, below, studies - held - below, alone)]
    return "| {} | {} | {:.1f} ({:.1f}/{:.1f}) | {:.1f} | {:.2f} |".format(
        correlation, checked, *shares, np.median(narrower)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000)
    studies = parser.parse_args().studies
    print("| correlation | checked | with the model | people alone | worth, times the personas checked |")
    print("|---|---|---|---|---|")
    for correlation in CORRELATIONS:
        for checked in CHECKED:
            print(cell(correlation, checked, studies), flush=True)


if __name__ == "__main__":
    main()
