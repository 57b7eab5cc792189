"""Are models as varied as people? The variance of choices over the personas of a prompt, models beside people."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.reports.columns import ReportColumn, estimate, file_table, text, whole_number
from analysis.reports.tables import Table
from analysis.results import Results
from analysis.stats.estimates import Estimate
from analysis.stats.variance_ratio import variance_ratio


@dataclass(frozen=True, eq=False)
class UniformityRow:
    """A model run; below 1 it is more uniform over personas than people are."""

    name: str
    ratio: Estimate


COLUMNS: tuple[ReportColumn, ...] = (
    text("model", "A model run.", lambda row: row.name, heading="Model"),
    whole_number("n", "Questions that it and people answered.", lambda row: row.ratio.n, heading="Questions with both"),
    estimate(
        "ratio",
        "Variance of its choices over the personas of a prompt, divided by that of people's; below 1: too uniform.",
        lambda row: row.ratio,
        heading="Variance, divided by people's",
        cell="brief_estimate",
    ),
)


def uniformity_of(results: Results) -> tuple[UniformityRow, ...]:
    """A row for each model run, in the order of the study."""
    matrix = results.matrix
    return tuple(
        UniformityRow(annotator.label, variance_ratio(labels, matrix.humans, results.sampling))
        for labels, annotator in zip(matrix.named, results.annotators, strict=True)
        if not annotator.is_baseline
    )


def uniformity_table(rows: tuple[UniformityRow, ...]) -> Table:
    return file_table(COLUMNS, rows)
