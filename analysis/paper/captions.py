"""The caption of each figure: its finding, what is drawn, and how the numbers were made. No matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from analysis.options import Coding
from analysis.paper.persona_kappas import PersonaKappas
from analysis.reports.matrices import KappaMatrix
from analysis.reports.overview import Overview
from analysis.reports.people import people_of
from analysis.reports.wording import coding_words, count, number
from analysis.results import Results

HATCHED = "Hatched cells have no kappa: nothing in common, or one category only."
SCALE = "The colour scale runs from -1 (brown) over 0 (near white) to 1 (blue)."


def league_caption(overview: Overview) -> str:
    return (
        f"{overview.sentence} Circles: models; squares: baseline raters that know nothing of the persona; diamond "
        "and dashed line: the human ceiling, a held-out human against the others. Lines: 95 % intervals. "
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


def panels_caption(matrices: Sequence[KappaMatrix], results: Results, most: int) -> str:
    if not matrices:
        return "There is nothing to compare yet."
    findings = " ".join(f"{matrix.title}." for matrix in matrices)
    personas, people = len(results.matrix.personas), people_of(results)
    part = f" The first {most} of {personas:,} personas are drawn; the table has all." if personas > most else ""
    return (
        f"{findings} Cell (i, j) compares the first source as persona i with the second as persona j, over the prompts "
        f"that both answered, {coding_words(Coding.CONTENT)}. {SCALE} {HATCHED}{part} Human vote: {people.rule}; "
        f"{people.kind}; halves drawn with seed {results.options.seed}. {matrices[0].interval_words}."
    )


def histograms_caption(found: Sequence[PersonaKappas], overview: Overview) -> str:
    spreads = "; ".join(f"{one.name}: {_spread(one)}" for one in found)
    return (
        "Cohen's kappa of each persona with the human consensus. Black line and grey band: the count in each bin, and "
        "its standard deviation, that sampling noise alone would give if all personas had the pooled agreement. "
        f"{spreads or 'There is no model yet'}. {overview.caption}"
    )


def _spread(one: PersonaKappas) -> str:
    if not one.defined.size:
        return "no persona with a kappa"
    noise = one.noise.kappa_deviation
    expected = "" if isnan(noise) else f", from noise alone {number(noise)}"
    return (
        f"{count(int(one.defined.size), 'persona')}, mean {number(float(one.defined.mean()))}, "
        f"standard deviation {number(float(one.defined.std()))}{expected}"
    )
