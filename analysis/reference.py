"""The one reference that annotators and people are compared with.

Each rater is held out in turn; the reference is the most frequent choice of two or more others. A model and a held-out
human meet the same references on the same questions, so a model that answers as one more person would is level with
people. Where no question has three raters nobody can be held out: then the reference is the consensus of all raters,
and there is no human to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.labels import REVISED, Labels
from analysis.options import Coding
from analysis.results import Results, consensus_among
from analysis.stats.ceiling import HeldOut, against_held_out, beside_each_other, held_out_humans, human_ceiling
from analysis.stats.counting import Entries, entries_of
from analysis.stats.estimates import KAPPA, Estimate, PairedDifference, Scale, Statistic
from analysis.stats.inference import compare, estimate
from analysis.stats.jackknife import Evidence
from analysis.stats.labels import MISSING, FloatArray


def is_held_out(results: Results) -> bool:
    """Whether some question has three raters, so that one can be held out."""
    return bool(results.panels[Coding.CONTENT].held_out.items.size)


def reference_words(results: Results) -> str:
    """What annotators are compared with, for captions."""
    if is_held_out(results):
        return "the most frequent choice of the other raters, each rater held out in turn"
    return f"the consensus of all raters ({results.options.rule.words(results.study.raters_per_persona)})"


def with_people(results: Results, labels: Labels, coding: Coding, *, statistic: Statistic = KAPPA) -> Estimate:
    """Agreement of an annotator with the reference; ``labels`` (N,) are by content."""
    if not is_held_out(results):
        return with_everyone(results, labels, coding, statistic=statistic)
    return estimate(evidence_of(results, labels, coding), statistic, results.sampling)


def table_with_people(results: Results, labels: Labels, coding: Coding) -> FloatArray:
    """The contingency table behind :func:`with_people`, annotator in rows."""
    return evidence_of(results, labels, coding).entries.total()


def evidence_of(results: Results, labels: Labels, coding: Coding) -> Evidence:
    """What an annotator's agreement with the reference is counted from."""
    own = results.matrix.coded(labels, coding)
    if not is_held_out(results):
        return _evidence_of_everyone(results, own, coding=coding)
    panel = results.panels[coding]

    def entries(one: HeldOut) -> Entries:
        return _held_out_entries(own, one, len(panel.categories))

    return Evidence(entries(panel.held_out), lambda row: entries(panel.without(row)))


def evidence_of_humans(results: Results, coding: Coding) -> Evidence:
    """What a held-out human's agreement with the others is counted from."""
    return held_out_humans(results.panels[coding])


def ceiling(results: Results, coding: Coding, *, statistic: Statistic = KAPPA) -> Estimate:
    """Agreement of a held-out human with the others."""
    return human_ceiling(results.panels[coding], results.sampling, statistic=statistic)


def with_single_humans(results: Results, labels: Labels, coding: Coding) -> Estimate:
    """An annotator with one human at a time, pooled over all humans."""
    own, humans = (results.matrix.coded(one, coding) for one in (labels, results.matrix.humans))
    rows = [entries_of(human, own, n_categories=len(results.matrix.categories)) for human in humans]

    def entries(kept: Sequence[Entries]) -> Entries:
        nothing, k = np.empty(0, dtype=np.int64), len(results.matrix.categories)
        items = np.concatenate([nothing, *(one.items for one in kept)])
        cells = np.concatenate([nothing, *(one.cells for one in kept)])
        return Entries(items, cells, (k, k), own.size)

    evidence = Evidence(entries(rows), lambda row: entries([one for n, one in enumerate(rows) if n != row]))
    return estimate(evidence, KAPPA, results.sampling)


def beside_human(results: Results, labels: Labels, coding: Coding, *, statistic: Statistic = KAPPA) -> PairedDifference:
    """An annotator beside a held-out human: the same references, the same questions."""
    own = results.matrix.coded(labels, coding)
    return against_held_out(own, results.panels[coding], results.sampling, statistic=statistic)


def beside_annotator(
    results: Results, first: Labels, second: Labels, coding: Coding, *, statistic: Statistic = KAPPA
) -> PairedDifference:
    """Two annotators beside each other, both against the reference."""
    return compare(evidence_of_two(results, first, second, coding), statistic, results.sampling)


def evidence_of_two(results: Results, first: Labels, second: Labels, coding: Coding) -> Evidence:
    """What two annotators' agreement with the reference is counted from, on the questions both answered."""
    pair = [results.matrix.coded(labels, coding) for labels in (first, second)]
    if is_held_out(results):
        return beside_each_other(*pair, results.panels[coding])
    return _evidence_of_everyone(results, *pair, coding=coding)


def with_everyone(results: Results, labels: Labels, coding: Coding, *, statistic: Statistic = KAPPA) -> Estimate:
    """Agreement with the consensus of all raters: a number of its own, never to be read beside a held-out human."""
    own = results.matrix.coded(labels, coding)
    return estimate(_evidence_of_everyone(results, own, coding=coding), statistic, results.sampling)


def _evidence_of_everyone(results: Results, *labels: Labels, coding: Coding) -> Evidence:
    """Entries of the labels and the consensus, which is counted again where a seat is left out."""
    matrix, options = results.matrix, results.options
    k, seats = len(matrix.categories), results.study.raters_per_persona

    def entries(consensus: np.ndarray) -> Entries:
        return entries_of(*labels, matrix.coded(consensus.astype(np.int8), coding), n_categories=k)

    def without(row: int) -> Entries:
        kept = matrix.humans.copy()
        kept[row] = MISSING
        return entries(consensus_among(matrix, kept, options.rule, seats=seats).labels)

    return Evidence(entries(results.content_consensus.labels), without)


def _held_out_entries(own: Labels, one: HeldOut, k: int) -> Entries:
    answered = own[one.items].astype(np.int64)
    known = answered != MISSING
    return Entries(one.items[known], answered[known] * k + one.references[known], (k, k), own.shape[-1])


def against_key(results: Results, labels: Labels) -> Estimate:
    """How often an annotator chooses the response written for the persona; ``labels`` (N,) are by content.

    With foils that is the share of right answers, and chance is 50 %.
    """
    return estimate(Evidence(_right_entries(labels[None])), RIGHT, results.sampling)


def people_against_key(results: Results) -> Estimate:
    """The same of people, all their choices pooled."""
    humans = results.matrix.humans
    evidence = Evidence(_right_entries(humans), lambda row: _right_entries(np.delete(humans, row, axis=0)))
    return estimate(evidence, RIGHT, results.sampling)


def _right_entries(labels: Labels) -> Entries:
    rows, items = np.nonzero(labels != MISSING)
    right = (labels[rows, items] == REVISED).astype(np.int64)
    return Entries(items, right * 3, (2, 2), labels.shape[1])


def _share_right(tables: FloatArray) -> FloatArray:
    total = tables.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore"):
        return np.asarray(tables[..., 1, 1] / total)


RIGHT = Statistic(_share_right, Scale.SHARE)
