"""/agreement/matrices/: who agrees with whom. Annotators, personas for two sources, or the raters of one persona."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from analysis.figures.heatmap import heatmap
from analysis.options import Coding, InvalidOption, ReportOptions
from analysis.paper.captions import HATCHED
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.matrices import KappaMatrix
from analysis.reports.overview import caption_of
from analysis.reports.people import people_of
from analysis.reports.persona_matrix import (
    FILE_COLUMNS,
    MOST_PANELS,
    PERSONAS_AT_ONCE,
    Panel,
    all_cells,
    default_panels,
    panels_of,
    persona_matrix,
    prompts_of,
)
from analysis.reports.rater_matrix import rater_matrix
from analysis.results import Results, results_of
from analysis.views.later import comes_later
from analysis.views.pages import address_with, agreement_page, csv_file, csv_stream, page_context, with_figures
from analysis.views.plots import Plot
from annotation.models import Study
from files.writing import write_csv
from personas.models import Persona

KINDS = (
    ("annotators", "Annotators"),
    ("personas", "Personas, for two sources"),
    ("raters", "Raters of one persona"),
)


FEW = 4
"""So many columns have room for their numbers on a phone."""


MOST_CELLS = 2_000
"""With more cells than this over several panels, each panel's table is on the page of that panel alone."""


@dataclass(frozen=True)
class Shown:
    """A matrix with its figure; its table stands below, or on the page at ``table_address``."""

    matrix: KappaMatrix
    plot: Plot
    table_address: str = ""


@with_figures
@agreement_page
@comes_later("matrices")
def matrices(request: HttpRequest, study: Study, options: ReportOptions) -> HttpResponseBase:
    results = results_of(study, options)
    kind = request.GET.get("kind", "annotators")
    if kind not in VIEWS:
        raise InvalidOption(f"kind={kind} is not one of {', '.join(VIEWS)}.")
    return VIEWS[kind](request, results)


def _annotators(request: HttpRequest, results: Results) -> HttpResponseBase:
    baselines = request.GET.get("baselines") == "1"
    matrix = annotator_matrix(results, baselines=baselines)
    if request.GET.get("format") == "csv":
        return csv_file(matrix.table(), f"{results.study.slug}-annotators")
    found = [matrix] if (matrix.n > 0).any() else []
    return _page(request, results, "annotators", found, {"baselines": baselines})


def _personas(request: HttpRequest, results: Results) -> HttpResponseBase:
    offered = {panel.key: panel for panel in panels_of(results)}
    chosen = [offered[key] for key in _asked_panels(request.GET, results) if key in offered][:MOST_PANELS]
    prompts = prompts_of(results)
    if request.GET.get("format") == "csv":
        lines = write_csv(all_cells(results, prompts, chosen), FILE_COLUMNS)
        return csv_stream(lines, f"{results.study.slug}-persona-matrix")
    start, at_once = _start(request, len(results.matrix.personas)), _at_once(results, len(chosen))
    found = [persona_matrix(results, prompts, panel, start=start, stop=start + at_once) for panel in chosen]
    own = {"panels": _ticked(offered, chosen), "most_panels": MOST_PANELS} | _window(request, results, start, at_once)
    if sum(matrix.kappa.size for matrix in found) > MOST_CELLS and len(found) > 1:
        own["table_addresses"] = [address_with(request, kind="personas", panel=panel.key) for panel in chosen]
    return _page(request, results, "personas", found, own)


def _raters(request: HttpRequest, results: Results) -> HttpResponseBase:
    personas = results.matrix.personas
    persona = _chosen_persona(request, personas)
    matrix = rater_matrix(results, persona) if persona else None
    found = [matrix] if matrix and len(matrix.rows) > 1 else []
    if request.GET.get("format") == "csv" and found:
        return csv_file(found[0].table(), f"{results.study.slug}-raters-{persona.pk}")
    return _page(request, results, "raters", found, {"personas": personas, "persona": persona})


VIEWS = {"annotators": _annotators, "personas": _personas, "raters": _raters}


def _page(
    request: HttpRequest, results: Results, kind: str, found: list[KappaMatrix], own: dict[str, object]
) -> HttpResponseBase:
    context = page_context(request, results.study, results.options, "matrices")
    upper = request.GET.get("triangle") == "upper"
    addresses = own.pop("table_addresses", [""] * len(found))
    context |= {
        "kind": kind,
        "kinds": KINDS,
        "people": people_of(results),
        "shown": [_shown(results, *pair, upper=upper) for pair in zip(found, addresses, strict=True)],
        "upper": upper,
        "option_pairs": results.options.parameters(),
        "csv_address": address_with(request, format="csv"),
        "has_symmetric": any(matrix.is_symmetric for matrix in found),
    }
    return render(request, "analysis/matrices.html", context | own)


def _shown(results: Results, matrix: KappaMatrix, table_address: str, *, upper: bool) -> Shown:
    filename = f"{results.study.slug}-{matrix.key}"
    figure = heatmap(matrix, upper_only=upper)
    fits = len(matrix.columns) <= FEW
    plot = Plot(matrix.key, matrix.title, caption(results, matrix), filename, figure, fits_phone=fits)
    return Shown(matrix, plot, table_address)


def caption(results: Results, matrix: KappaMatrix) -> str:
    """Coding, votes, n and intervals of one matrix; across personas the coding is always by content."""
    across = matrix.key.startswith("panel-")
    coded = (
        results if not across else Results(results.study, results.options.with_(coding=Coding.CONTENT), results.matrix)
    )
    hatched = f" {HATCHED}" if any(any(row) for row in matrix.reasons) else ""
    return f"Cohen's kappa confusion matrix. {caption_of(coded, intervals=matrix.interval_words)}{hatched}"


def _asked_panels(parameters: QueryDict, results: Results) -> list[str]:
    return parameters.getlist("panel") or default_panels(results)


def _ticked(offered: dict[str, Panel], chosen: list[Panel]) -> list[tuple[Panel, bool]]:
    return [(panel, panel in chosen) for panel in offered.values()]


def _start(request: HttpRequest, n_personas: int) -> int:
    """The first persona shown, from its number in the address."""
    text = request.GET.get("from", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise InvalidOption(f"from={text} is not the number of a persona.")
    return max(0, min(int(text) - 1, n_personas - 1))


def _at_once(results: Results, n_panels: int) -> int:
    """How many personas a panel shows; fewer where there are several panels and not all personas fit anyway."""
    several = n_panels > 2 and len(results.matrix.personas) > PERSONAS_AT_ONCE
    return PERSONAS_AT_ONCE // 2 if several else PERSONAS_AT_ONCE


def _window(request: HttpRequest, results: Results, start: int, at_once: int) -> dict[str, object]:
    n_personas = len(results.matrix.personas)
    stop = min(start + at_once, n_personas)
    window: dict[str, object] = {"first": start + 1, "last": stop, "n_personas": n_personas}
    if start:
        window["before"] = address_with(request, **{"from": str(max(1, start + 1 - at_once))})
    if stop < n_personas:
        window["after"] = address_with(request, **{"from": str(stop + 1)})
    return window


def _chosen_persona(request: HttpRequest, personas: tuple[Persona, ...]) -> Persona | None:
    """The persona of the address, else the first."""
    key = request.GET.get("persona")
    if key is None:
        return personas[0] if personas else None
    found = next((persona for persona in personas if persona.key == key), None)
    if found is None:
        raise InvalidOption(f"persona={key} is not a persona of this study, or is filtered out.")
    return found
