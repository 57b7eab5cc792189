"""Annotators x annotators: each model, the human consensus and a held-out human, pooled over all questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.options import Coding
from analysis.reports.matrices import KappaMatrix
from analysis.reports.people import people_of
from analysis.reports.wording import number, quoted, range_words, resampling_words
from analysis.results import Results
from analysis.stats.bootstrap import Estimate, bootstrap_tables, tables_by_cluster
from analysis.stats.bootstrap_matrix import IntervalMatrix, bootstrap_pairwise_kappa
from analysis.stats.ceiling import human_ceiling
from analysis.stats.formulas import kappa_of_tables
from analysis.stats.intervals import Interval


def annotator_matrix(results: Results, *, baselines: bool = False) -> KappaMatrix:
    """The first row is the human consensus, the second a held-out human, then come models and baseline raters."""
    shown = [n for n, one in enumerate(results.annotators) if baselines or not one.is_baseline]
    labels = np.concatenate([results.consensus[None], results.named[shown]])
    pooled = bootstrap_pairwise_kappa(labels, **_how(results))
    noun = people_of(results).noun
    names = (f"{noun} consensus", f"held-out {noun}", *(results.annotators[n].label for n in shown))
    return _with_held_out(results, pooled, names, [_ceiling(results), *(_one_human(results, n) for n in shown)])


def _how(results: Results) -> dict:
    options = results.options
    how = {"categories": results.categories, "clusters": results.clusters}
    return how | {"seed": options.seed, "n_resamples": options.resamples}


def _ceiling(results: Results) -> Estimate:
    """A held-out human with the consensus: with that of the others, since the whole one holds the human's own vote."""
    return human_ceiling(results.humans, **_how(results))


def _one_human(results: Results, position: int) -> Estimate:
    """One human with a named annotator, pooled over all humans; a person is drawn with all of a persona's raters."""
    how = {"categories": results.categories, "clusters": results.clusters}
    k, n_personas = len(results.categories), int(np.unique(results.clusters).size)
    tables = np.zeros((n_personas, k, k))
    for human in results.humans:
        tables += tables_by_cluster(human, results.named[position], **how)
    options = results.options
    return bootstrap_tables(tables, kappa_of_tables, seed=options.seed, n_resamples=options.resamples)


def _with_held_out(
    results: Results, pooled: IntervalMatrix, names: tuple[str, ...], held_out: Sequence[Estimate]
) -> KappaMatrix:
    """Put the held-out human in as second row and column."""
    size = len(names)
    others = [0, *range(2, size)]
    place = np.ix_(others, others)
    kappa, low, high = (np.full((size, size), np.nan) for _ in range(3))
    n = np.zeros((size, size), dtype=np.int64)
    kappa[place], low[place], high[place], n[place] = pooled.matrix.kappa, pooled.low, pooled.high, pooled.matrix.n
    for other, estimate in zip(others, held_out, strict=True):
        for cell in ((1, other), (other, 1)):
            kappa[cell], low[cell], high[cell] = estimate.value, estimate.interval.low, estimate.interval.high
            n[cell] = estimate.n
    return KappaMatrix(
        key="annotators",
        title=_finding(names, kappa, low, high, results.options.coding),
        rows=names,
        columns=names,
        row_title="",
        column_title="",
        kappa=kappa,
        low=low,
        high=high,
        n=n,
        reasons=_reasons(pooled, held_out, others),
        is_symmetric=True,
        interval_words=resampling_words(pooled.n_clusters, results.options.resamples, results.options.seed),
    )


def _reasons(pooled: IntervalMatrix, held_out: Sequence[Estimate], others: list[int]):
    inner = {place: n for n, place in enumerate(others)}
    outer = {place: estimate.undefined for place, estimate in zip(others, held_out, strict=True)}

    def reason(row: int, column: int):
        if row == column:
            return None
        if 1 in (row, column):
            return outer[column if row == 1 else row]
        return pooled.matrix.reason(inner[row], inner[column])

    size = len(others) + 1
    return tuple(tuple(reason(row, column) for column in range(size)) for row in range(size))


def _finding(names: tuple[str, ...], kappa: np.ndarray, low: np.ndarray, high: np.ndarray, coding: Coding) -> str:
    """Who stands nearest to the consensus, and whether that is more than chance."""
    with_consensus = np.where(np.arange(len(names)) < 2, np.nan, kappa[0])
    if not np.isfinite(with_consensus).any():
        return f"No annotator can be compared with the {names[0]} yet"
    best = int(np.nanargmax(with_consensus))
    interval = range_words(Interval(float(low[0, best]), float(high[0, best]), 0.95, "percentile", None))
    found = f"kappa {number(float(kappa[0, best]))} {interval} by {coding.value}".replace("  ", " ")
    if not low[0, best] > 0:
        return f"No annotator agrees with the {names[0]} clearly beyond chance: the highest is {found}"
    return f"{quoted(names[best])} stands nearest to the {names[0]}: {found}"
