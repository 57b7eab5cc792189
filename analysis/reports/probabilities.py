"""Where a model says how sure it is: are its probabilities right about people?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.labels import ALTERNATIVE, REVISED, LabelMatrix
from analysis.options import Coding
from analysis.reports.columns import ReportColumn, decimal, estimate, file_table, text, whole_number
from analysis.reports.tables import Table
from analysis.results import Results
from analysis.stats.calibration import Bin, Calibration, Scores, calibration, scores
from analysis.stats.labels import FloatArray, IntArray
from annotation.models import Annotation


class Against(StrEnum):
    """What a probability is compared with."""

    REFERENCES = "others' choice"
    """The most frequent choice of the other raters, each rater held out in turn."""
    VOTES = "share of votes"
    """The share of people who chose the revised response."""
    CONSTANT = "share of votes, by the overall share"
    """The same for somebody who always says the people's overall share."""


@dataclass(frozen=True, eq=False)
class ProbabilityLine:
    """One model's probabilities of the revised response, compared with one thing."""

    name: str
    against: Against
    found: Calibration
    scores: Scores


@dataclass(frozen=True, eq=False)
class ProbabilityRow:
    """One model's probabilities, against single references and against the votes, and the constant beside them."""

    name: str
    lines: tuple[ProbabilityLine, ProbabilityLine, ProbabilityLine]

    @property
    def references(self) -> Calibration:
        return self.lines[0].found

    @property
    def votes(self) -> Calibration:
        return self.lines[1].found

    @property
    def constant(self) -> Calibration:
        return self.lines[2].found


@dataclass(frozen=True)
class BinLine:
    """The questions of one bin of a model's probabilities, beside the share of votes."""

    name: str
    bin: Bin


SCORE_COLUMNS: tuple[ReportColumn, ...] = (
    text("model", "A model run that gives probabilities.", lambda line: line.name, heading="Model"),
    text(
        "against",
        "What its probabilities are compared with; by the overall share: what knowing nothing scores.",
        lambda line: line.against.value,
        heading="Against",
    ),
    whole_number("n", "Comparisons.", lambda line: line.found.n, heading="n"),
    estimate("brier", "Mean squared distance.", lambda line: line.scores.brier, heading="Brier score", cell="score"),
    estimate(
        "log_loss",
        "Mean of minus the log of the probability of what came.",
        lambda line: line.scores.log_loss,
        heading="Log loss",
        cell="score",
    ),
    estimate(
        "calibration_error",
        "Mean distance of what was said and what came over ten bins.",
        lambda line: line.scores.error,
        heading="Calibration error",
        cell="score",
    ),
)
BIN_COLUMNS: tuple[ReportColumn, ...] = (
    text("model", "A model run that gives probabilities.", lambda line: line.name),
    decimal("low", "Low end of the bin.", lambda line: line.bin.low),
    decimal("high", "High end.", lambda line: line.bin.high),
    whole_number("n", "Questions in it.", lambda line: line.bin.n),
    decimal("said", "Mean probability of the revised response.", lambda line: line.bin.said),
    decimal("came", "Mean share of people who chose it.", lambda line: line.bin.came),
)


def score_table(rows: tuple[ProbabilityRow, ...]) -> Table:
    return file_table(SCORE_COLUMNS, [line for row in rows for line in row.lines])


def bin_table(rows: tuple[ProbabilityRow, ...]) -> Table:
    return file_table(BIN_COLUMNS, [BinLine(row.name, one) for row in rows for one in row.votes.bins])


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
    every = np.arange(said.size)

    def line(against: Against, p: FloatArray, y: FloatArray, at: IntArray) -> ProbabilityLine:
        return ProbabilityLine(name, against, calibration(p, y), scores(p, y, at, results.sampling))

    return ProbabilityRow(
        name,
        (
            line(Against.REFERENCES, said[items], came, items),
            line(Against.VOTES, said, share, every),
            line(Against.CONSTANT, constant, share, every),
        ),
    )


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
