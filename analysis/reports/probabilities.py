"""Where a model says how sure it is: are its probabilities right about people?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.labels import ALTERNATIVE, REVISED, LabelMatrix
from analysis.options import Coding
from analysis.results import Results
from analysis.stats.calibration import Calibration, calibration
from analysis.stats.labels import FloatArray
from annotation.models import Annotation


@dataclass(frozen=True, eq=False)
class ProbabilityRow:
    """One model's probabilities of the revised response, against single references and against the votes.

    ``constant`` is what the same score is for somebody who always says the people's overall share.
    """

    name: str
    references: Calibration
    votes: Calibration
    constant: Calibration


def probabilities_of(results: Results) -> tuple[ProbabilityRow, ...]:
    """A row for each model run that gives probabilities; one query."""
    said = _probabilities(results)
    share = vote_shares(results.matrix)
    rows = []
    for place, annotator in enumerate(results.annotators):
        if place in said and not annotator.is_baseline:
            rows.append(_row(annotator.label, said[place], results, share))
    return tuple(rows)


def vote_shares(matrix: LabelMatrix) -> FloatArray:
    """The share of people who chose the revised response, of those who chose one of the two; nan without any."""
    revised, other = ((matrix.humans == label).sum(axis=0) for label in (REVISED, ALTERNATIVE))
    with np.errstate(invalid="ignore"):
        return np.asarray(revised / (revised + other))


def _row(name: str, said: FloatArray, results: Results, share: FloatArray) -> ProbabilityRow:
    held = results.panels[Coding.CONTENT].held_out
    is_response = held.references < 2
    items, came = held.items[is_response], (held.references[is_response] == REVISED).astype(np.float64)
    known = ~np.isnan(said) & ~np.isnan(share)
    mean = float(share[known].mean()) if known.any() else float("nan")
    constant = np.where(known, mean, np.nan)
    return ProbabilityRow(name, calibration(said[items], came), calibration(said, share), calibration(constant, share))


def _probabilities(results: Results) -> dict[int, FloatArray]:
    """The probability of the revised response by the position of the annotator, shape (N,); nan where none is given."""
    matrix = results.matrix
    item = {pk: n for n, pk in enumerate(matrix.question_ids.tolist())}
    place = {(one.rater_id, one.run): n for n, one in enumerate(matrix.annotators)}
    rows = Annotation.objects.filter(rater__study=results.study, probability__isnull=False).from_models()
    found: dict[int, FloatArray] = {}
    for rater, run, question, choice, probability in rows.values_list(
        "rater_id", "run", "question_id", "choice", "probability"
    ):
        at, n = place.get((rater, run)), item.get(question)
        if at is not None and n is not None and choice in ("revised", "alternative"):
            said = found.setdefault(at, np.full(matrix.n_items, np.nan))
            said[n] = probability if choice == "revised" else 1 - probability
    return found
