"""The caption of each figure: its finding, what is drawn, and how the numbers were made. No matplotlib."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.options import Coding
from analysis.reports.histograms import Histograms
from analysis.reports.matrices import KappaMatrix
from analysis.reports.overview import Overview
from analysis.reports.people import people_of
from analysis.reports.wording import coding_words
from analysis.results import Results

HATCHED = "Hatched cells have no kappa: nothing in common, or one category only."
SCALE = "The colour scale runs from -1 (brown) over 0 (near white) to 1 (blue)."


def league_caption(overview: Overview) -> str:
    return (
        f"{overview.sentence} Circles: models; squares: baseline raters, rules that the site follows; diamond, "
        "dashed line and band: the human ceiling, a held-out human against the others. Lines: 95 % intervals. "
        f"{overview.caption}"
    )


def ceiling_caption(overview: Overview) -> str:
    return (
        "Each annotator's kappa minus that of a held-out human (dashed line), both against the consensus of the other "
        "humans on the same questions; right of it the annotator is closer to the others than a human is. Lines: 95 % "
        f"intervals of the paired difference. {overview.caption}"
    )


def matrix_caption(matrix: KappaMatrix, overview: Overview) -> str:
    return (
        f"{matrix.title}. Agreement of every two annotators, pooled over questions. {SCALE} {HATCHED} "
        f"{overview.caption}"
    )


def panels_caption(matrices: Sequence[KappaMatrix], results: Results, *, most: int, has_all: bool) -> str:
    if not matrices:
        return "There is nothing to compare yet."
    findings = " ".join(f"{matrix.title}." for matrix in matrices)
    personas, people = len(results.matrix.personas), people_of(results)
    table = "has all" if has_all else "has these; that of all is on the site's page of matrices"
    part = f" The first {most} of {personas:,} personas are drawn; the table {table}." if personas > most else ""
    return (
        f"{findings} Cell (i, j) compares the first source as persona i with the second as persona j, over the prompts "
        f"that both answered, {coding_words(Coding.CONTENT)}. {SCALE} {HATCHED}{part} Human vote: {people.rule}; "
        f"{people.kind}; halves drawn with seed {results.options.seed}. {matrices[0].interval_words}."
    )


def histograms_caption(report: Histograms, overview: Overview) -> str:
    findings = " ".join(f"{one.title}." for one in report.spreads) or "There is nothing to compare yet."
    return (
        f"{findings} Cohen's kappa with the other raters of a persona, once for each rater held out, of that rater and "
        "of each annotator; where nobody can be held out, once for each persona, with the consensus. Line and grey "
        "band: the share in each bin, and its standard deviation, that sampling noise alone would give if "
        f"all had the pooled agreement. {overview.caption}"
    )
