"""Raters x raters within one persona, the models beside them: few questions, so wide intervals."""

from __future__ import annotations

import numpy as np

from analysis.reports.conditions import by_condition, condition_groups
from analysis.reports.matrices import KappaMatrix, parts_of_tables
from analysis.reports.wording import count, number
from analysis.results import Results
from analysis.stats.agreement import pairwise_tables
from annotation.exporting.tables import name_of
from annotation.models import Rater
from personas.models import Persona

ANALYTIC = "95 % intervals from the large-sample standard error, which ten questions hardly justify"


def rater_matrix(results: Results, persona: Persona) -> KappaMatrix:
    """The persona's raters in the order of their seats, then the models by condition."""
    matrix = results.matrix
    place = matrix.personas.index(persona)
    items = results.clusters == place
    seated = matrix.slot_raters[:, place] >= 0
    models = by_condition(results)
    labels = np.concatenate([results.humans[seated][:, items], results.named[models][:, items]])
    parts = parts_of_tables(pairwise_tables(labels, categories=results.categories))
    names = (*_names(matrix.slot_raters[seated, place]), *(results.annotators[n].label_with_condition for n in models))
    n_humans = int(seated.sum())
    return KappaMatrix(
        key="raters",
        title=_finding(persona, n_humans, parts.kappa),
        rows=names,
        columns=names,
        row_title="",
        column_title="",
        kappa=parts.kappa,
        low=parts.low,
        high=parts.high,
        n=parts.n,
        reasons=parts.reasons,
        is_symmetric=True,
        interval_words=ANALYTIC,
        groups=(("Raters", n_humans), *condition_groups(results, models)),
    )


def _names(rater_ids: np.ndarray) -> list[str]:
    raters = Rater.objects.in_bulk(rater_ids.tolist())
    return [name_of(raters[pk]) for pk in rater_ids.tolist()]


def _finding(persona: Persona, n_humans: int, kappa: np.ndarray) -> str:
    pairs = kappa[:n_humans, :n_humans][np.tril_indices(n_humans, -1)]
    known = pairs[~np.isnan(pairs)]
    if not known.size:
        return f"No two raters of {persona.key} can be compared"
    defined = f"defined for {known.size} of {count(pairs.size, 'pair')}"
    return f"The raters of {persona.key} agree with each other at a mean kappa of {number(known.mean())}, {defined}"
