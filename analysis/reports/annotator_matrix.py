"""Annotators x annotators: people, each model and baseline rater, pooled over all questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.options import Coding
from analysis.reference import ceiling, is_held_out, with_people, with_single_humans
from analysis.reports.matrices import KappaMatrix
from analysis.reports.people import people_of
from analysis.reports.wording import number, quoted, range_words, sampling_words
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.interval_matrix import IntervalMatrix, pairwise_intervals
from analysis.stats.intervals import Interval
from analysis.stats.undefined import Undefined


def annotator_matrix(results: Results, *, baselines: bool = False) -> KappaMatrix:
    """The first row is the reference (``analysis.reference``), the second a held-out human, then come annotators."""
    shown = [n for n, one in enumerate(results.annotators) if baselines or not one.is_baseline]
    coding, named = results.options.coding, results.matrix.named
    pooled = pairwise_intervals(results.named[shown], categories=results.categories, sampling=results.sampling)
    reference = [ceiling(results, coding), *(with_people(results, named[n], coding) for n in shown)]
    human = [with_single_humans(results, named[n], coding) for n in shown]
    names = (*_people_names(results), *(results.annotators[n].label_with_condition for n in shown))
    return _with_people(results, pooled, names, reference, human)


def _people_names(results: Results) -> tuple[str, str]:
    noun = people_of(results).noun
    others = "other " if is_held_out(results) else ""
    return f"consensus of the {others}{noun}s", f"held-out {noun}"


def _with_people(
    results: Results,
    pooled: IntervalMatrix,
    names: tuple[str, ...],
    reference: Sequence[Estimate],
    human: Sequence[Estimate],
) -> KappaMatrix:
    """Put the reference and the held-out human in as first two rows and columns."""
    size = len(names)
    kappa, low, high = (np.full((size, size), np.nan) for _ in range(3))
    n = np.zeros((size, size), dtype=np.int64)
    kappa[2:, 2:], low[2:, 2:], high[2:, 2:], n[2:, 2:] = pooled.matrix.kappa, pooled.low, pooled.high, pooled.matrix.n
    estimates = {(0, other): one for other, one in enumerate(reference, start=1)}
    estimates |= {(1, other): one for other, one in enumerate(human, start=2)}
    for (row, column), one in estimates.items():
        for cell in ((row, column), (column, row)):
            kappa[cell], low[cell], high[cell] = one.value, one.interval.low, one.interval.high
            n[cell] = one.n
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
        reasons=_reasons(pooled, estimates, size),
        is_symmetric=True,
        interval_words=sampling_words(results.sampling),
    )


def _reasons(
    pooled: IntervalMatrix, estimates: dict[tuple[int, int], Estimate], size: int
) -> tuple[tuple[Undefined | None, ...], ...]:
    def reason(row: int, column: int) -> Undefined | None:
        first, second = sorted((row, column))
        if first == second:
            return None
        if first < 2:
            return estimates[first, second].undefined
        return pooled.matrix.reason(first - 2, second - 2)

    return tuple(tuple(reason(row, column) for column in range(size)) for row in range(size))


def _finding(names: tuple[str, ...], kappa: np.ndarray, low: np.ndarray, high: np.ndarray, coding: Coding) -> str:
    """Which annotator agrees most with the consensus, and whether by more than chance."""
    with_consensus = np.where(np.arange(len(names)) < 2, np.nan, kappa[0])
    if not np.isfinite(with_consensus).any():
        return f"No annotator can be compared with the {names[0]} yet"
    best = int(np.nanargmax(with_consensus))
    interval = range_words(Interval(float(low[0, best]), float(high[0, best]), 0.95, "percentile", None))
    found = f"kappa {number(float(kappa[0, best]))} {interval} by {coding.value}".replace("  ", " ")
    if not low[0, best] > 0:
        return f"No annotator's kappa with the {names[0]} is clearly above 0: the highest is {found}"
    return f"{quoted(names[best])} agrees most with the {names[0]}: {found}"
