"""How often the persona bootstrap's 95 % interval holds a planted kappa, by the number of personas.

    .venv/bin/python benchmarks/coverage.py

Studies with a known truth (ten questions a persona, four raters who are right 85 times in 100, a model that is right 80
times), analysed as real ones are. With a spread of 0 all personas are alike; with 0.7 the log-odds of being right vary
from persona to persona with that standard deviation. About four minutes on one core.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

QUESTIONS, RATERS, STUDIES = 10, 4, 2_000
HUMAN, MODEL = 0.85, 0.80
SPREADS, PERSONAS = (0.0, 0.7), (10, 20, 40, 80)
SEED = 20240717


def accuracies(mean: float, spread: float, size: int, rng: np.random.Generator) -> np.ndarray:
    log_odds = np.log(mean / (1 - mean)) + rng.normal(0, spread, size)
    return 1 / (1 + np.exp(-log_odds))


def study(personas: np.ndarray, spread: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The choices of the people, shape (raters, items), and of the model; ``personas`` is the persona of each item."""
    n_personas, truth = int(personas.max()) + 1, rng.integers(0, 2, personas.size)
    humans, model = (accuracies(mean, spread, n_personas, rng)[personas] for mean in (HUMAN, MODEL))
    votes = truth ^ (rng.random((RATERS, personas.size)) >= humans)
    return votes.astype(np.int8), (truth ^ (rng.random(personas.size) >= model)).astype(np.int8)


def true_kappa(spread: float) -> float:
    """From a study so large that nothing is left to chance: a question for each of a million personas."""
    from analysis.stats.agreement import cohen_kappa
    from analysis.stats.votes import three_of_four

    votes, model = study(np.arange(1_000_000), spread, np.random.default_rng(SEED))
    return cohen_kappa(model, three_of_four(votes, categories="AB").labels, categories="AB").kappa


def hits(n_personas: int, spread: float, truth: float) -> Iterator[bool]:
    from analysis.stats.bootstrap import bootstrap_kappa
    from analysis.stats.votes import three_of_four

    rng, personas = np.random.default_rng(SEED), np.repeat(np.arange(n_personas), QUESTIONS)
    for _ in range(STUDIES):
        votes, model = study(personas, spread, rng)
        consensus = three_of_four(votes, categories="AB").labels
        found = bootstrap_kappa(model, consensus, categories="AB", clusters=personas, seed=7)
        yield found.interval.low <= truth <= found.interval.high


def main() -> None:
    print(f"{STUDIES:,} studies each, standard error at most {np.sqrt(0.1 * 0.9 / STUDIES):.3f}")
    for spread in SPREADS:
        truth = true_kappa(spread)
        for n_personas in PERSONAS:
            covered = np.mean(list(hits(n_personas, spread, truth)))
            print(f"spread {spread}, kappa {truth:.3f}, {n_personas:3} personas: {100 * covered:.1f} %", flush=True)


if __name__ == "__main__":
    main()
