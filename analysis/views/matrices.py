"""/results/matrices/: who agrees with whom. Annotators, personas for two sources, or the raters of one persona."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.figures.heatmap import Links, heatmap
from analysis.figures.scale import scale_of
from analysis.options import Coding, InvalidOption
from analysis.paper.captions import HATCHED
from analysis.reports.annotator_choice import annotator_key
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.conditions import by_condition
from analysis.reports.matrices import Cell, KappaMatrix
from analysis.reports.metrics import Metric
from analysis.reports.overview import caption_of
from analysis.reports.persona_matrix import (
    FILE_COLUMNS,
    MOST_PANELS,
    PERSONAS_AT_ONCE,
    Panel,
    Prompts,
    all_cells,
    default_panels,
    is_mostly_undefined,
    panels_of,
    persona_matrix,
    prompts_of,
    sources_by_prompt,
)
from analysis.reports.persona_order import GIVEN, Order, order_of, orders_of
from analysis.reports.rater_matrix import rater_matrix
from analysis.reports.tables import Table
from analysis.results import Results
from analysis.views.pages import address_with
from analysis.views.plots import Plot
from analysis.views.results_page import ResultsPage
from analysis.views.switches import switch
from files.writing import write_csv
from personas.models import Persona

FEW = 4
"""Up to this many columns have room for their numbers on a phone."""
MOST_CELLS = 2_000
"""With more cells than this over several panels, each panel's table is on the page of that panel alone."""


@dataclass(frozen=True)
class Shown:
    """A matrix with its figure; its table is below it, or on the page at ``table_address``."""

    matrix: KappaMatrix
    plot: Plot
    table_address: str = ""
    links: Links = ()

    def rows(self) -> Iterator[tuple[str, list[tuple[Cell, str]]]]:
        """The rows of the table, each cell with the address it leads to."""
        for place, (name, cells) in enumerate(self.matrix.cells()):
            yield name, list(zip(cells, self.links[place], strict=True))


class MatricesPage(ResultsPage):
    section = "matrices"
    own = frozenset({"kind", "persona", "baselines", "triangle", "panel", "metric", "order"})
    figures = True

    @cached_property
    def chosen(self) -> Matrices:
        """The matrices of the kind that the address names."""
        kind = self.asked("kind", AnnotatorMatrices.key)
        if kind not in KINDS:
            raise InvalidOption(f"kind={kind} is not one of {', '.join(KINDS)}.")
        return KINDS[kind](self)

    def file(self, table: str) -> tuple[str, Table | Iterable[str]] | None:
        return self.chosen.file()

    def context(self) -> dict[str, Any]:
        found, addresses = self.chosen.found, self.chosen.table_addresses()
        upper = self.asked("triangle") == "upper"
        return {
            "kind": self.chosen.key,
            "kinds": switch(self.request, "kind", [(kind.key, kind.words) for kind in KINDS.values()], self.chosen.key),
            "finding": found[0].title if found else "",
            "shown": [self.shown(*pair, upper=upper) for pair in zip(found, addresses, strict=True)],
            "upper": upper,
            "has_symmetric": any(matrix.is_symmetric for matrix in found),
            "scale": scale_of(found[0].metric) if found else None,
            **self.chosen.context(),
        }

    def shown(self, matrix: KappaMatrix, table_address: str, *, upper: bool) -> Shown:
        links = self.chosen.links(matrix)
        figure = heatmap(matrix, upper_only=upper, links=links)
        fits = len(matrix.columns) <= FEW
        filename = f"{self.study.slug}-{matrix.key}"
        plot = Plot(matrix.key, matrix.title, caption(self.results, matrix), filename, figure, fits_phone=fits)
        return Shown(matrix, plot, table_address, links)


def caption(results: Results, matrix: KappaMatrix) -> str:
    """Coding, votes, n and intervals of one matrix; across personas the coding is always by content."""
    across = matrix.key.startswith("panel-")
    coded = (
        results if not across else Results(results.study, results.options.with_(coding=Coding.CONTENT), results.matrix)
    )
    hatched = f" {HATCHED}" if any(any(row) for row in matrix.reasons) else ""
    first = (
        "Cohen's kappa confusion matrix" if matrix.metric is Metric.KAPPA else f"{matrix.metric.words} of every pair"
    )
    return f"{first}. {caption_of(coded, intervals=matrix.interval_words)}{hatched}"


class Matrices:
    """The matrices of one kind: which there are, their file, and what the page needs beside them."""

    key = ""
    words = ""

    def __init__(self, page: MatricesPage):
        self.page, self.results = page, page.results

    @cached_property
    def found(self) -> list[KappaMatrix]:
        raise NotImplementedError

    def file(self) -> tuple[str, Table | Iterable[str]] | None:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {}

    def table_addresses(self) -> list[str]:
        return [""] * len(self.found)

    def links(self, matrix: KappaMatrix) -> Links:
        """For each cell the questions behind it."""
        rows, columns = range(len(matrix.rows)), range(len(matrix.columns))
        return [[self.link(matrix, row, column) for column in columns] for row in rows]

    def link(self, matrix: KappaMatrix, row: int, column: int) -> str:
        raise NotImplementedError

    def key_of(self, position: int) -> str:
        return annotator_key(self.results.annotators[position])


class AnnotatorMatrices(Matrices):
    key = "annotators"
    words = "Annotators"

    @cached_property
    def with_baselines(self) -> bool:
        return self.page.asked("baselines") == "1"

    @cached_property
    def matrix(self) -> KappaMatrix:
        return annotator_matrix(self.results, baselines=self.with_baselines)

    @cached_property
    def found(self) -> list[KappaMatrix]:
        return [self.matrix] if (self.matrix.n > 0).any() else []

    def file(self) -> tuple[str, Table]:
        return "annotators", self.matrix.table()

    def context(self) -> dict[str, Any]:
        return {"baselines": self.with_baselines}

    def link(self, matrix: KappaMatrix, row: int, column: int) -> str:
        """Where the two chose otherwise; the first two rows are people."""
        shown = [n for n, one in enumerate(self.results.annotators) if self.with_baselines or not one.is_baseline]
        keys = ["", "", *map(self.key_of, shown)]
        model, other = sorted((keys[row], keys[column]), reverse=True)
        return self.page.items_address(model=model, other=other, alike="no" if model else "")


class PersonaMatrices(Matrices):
    key = "personas"
    words = "Personas, for two sources"

    @cached_property
    def offered(self) -> dict[str, Panel]:
        return {panel.key: panel for panel in panels_of(self.results)}

    @cached_property
    def panels(self) -> list[Panel]:
        asked = self.page.request.GET.getlist("panel") or default_panels(self.results)
        return [self.offered[key] for key in asked if key in self.offered][:MOST_PANELS]

    @cached_property
    def start(self) -> int:
        """The first persona shown, from its number in the address."""
        text = self.page.asked("from", "1")
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            raise InvalidOption(f"from={text} is not the number of a persona.")
        return max(0, min(int(text) - 1, len(self.results.matrix.personas) - 1))

    @cached_property
    def at_once(self) -> int:
        """How many personas a panel shows; fewer where there are several panels and not all personas fit anyway."""
        several = len(self.panels) > 2 and len(self.results.matrix.personas) > PERSONAS_AT_ONCE
        return PERSONAS_AT_ONCE // 2 if several else PERSONAS_AT_ONCE

    @cached_property
    def prompts(self) -> Prompts:
        return prompts_of(self.results)

    @cached_property
    def metric(self) -> Metric:
        """The metric of the address; else kappa, or agreement where most cells have no kappa."""
        asked = self.page.asked("metric")
        if asked and asked not in list(Metric):
            raise InvalidOption(f"metric={asked} is not one of {', '.join(Metric)}.")
        if asked:
            return Metric(asked)
        return Metric.AGREEMENT if self.is_undefined else Metric.KAPPA

    @cached_property
    def is_undefined(self) -> bool:
        return bool(self.panels) and is_mostly_undefined(self.results, self.prompts, self.panels[0])

    @cached_property
    def order_key(self) -> str:
        return self.page.asked("order", GIVEN)

    @cached_property
    def order(self) -> Order:
        """One order for all panels, so that they can be compared: that of the first."""
        tables = sources_by_prompt(self.results, self.prompts, self.panels[0])
        return order_of(self.results, self.order_key, tables).window(self.start, self.start + self.at_once)

    @cached_property
    def found(self) -> list[KappaMatrix]:
        how = {"metric": self.metric, "order": self.order} if self.panels else {}
        return [persona_matrix(self.results, self.prompts, panel, **how) for panel in self.panels]

    def file(self) -> tuple[str, Iterable[str]]:
        cells = all_cells(self.results, self.prompts, self.panels)
        return "persona-matrix", write_csv(cells, FILE_COLUMNS)

    def context(self) -> dict[str, Any]:
        n_personas = len(self.results.matrix.personas)
        stop = min(self.start + self.at_once, n_personas)
        context = {
            "panels": [(panel, panel in self.panels) for panel in self.offered.values()],
            "most_panels": MOST_PANELS,
            "first": self.start + 1,
            "last": stop,
            "n_personas": n_personas,
            "metrics": switch(self.page.request, "metric", [(one.value, one.words) for one in Metric], self.metric),
            "metric": self.metric,
            "opens_on_agreement": self.is_undefined and not self.page.asked("metric"),
            "orders": orders_of(self.results),
            "order": self.order_key,
        }
        if self.start:
            context["before"] = self.window_from(max(1, self.start + 1 - self.at_once))
        if stop < n_personas:
            context["after"] = self.window_from(stop + 1)
        return context

    def link(self, matrix: KappaMatrix, row: int, column: int) -> str:
        """The prompts that both personas answered, with the choice of the model, if one is compared."""
        personas = list(dict.fromkeys((matrix.rows[row], matrix.columns[column])))
        sources = matrix.key.removeprefix("panel-").split("-")
        keys = [self.key_of(int(one)) for one in dict.fromkeys(sources) if one.isdecimal()]
        model, other = (*keys, "", "")[:2]
        return self.page.items_address(persona=personas, shared="1", model=model, other=other)

    def window_from(self, number: int) -> str:
        return address_with(self.page.request, **{"from": str(number)})

    def table_addresses(self) -> list[str]:
        if len(self.found) == 1 or sum(matrix.kappa.size for matrix in self.found) <= MOST_CELLS:
            return super().table_addresses()
        return [address_with(self.page.request, kind=self.key, panel=panel.key) for panel in self.panels]


class RaterMatrices(Matrices):
    key = "raters"
    words = "Raters of one persona"

    @cached_property
    def persona(self) -> Persona | None:
        """The persona of the address, else the first."""
        personas, key = self.results.matrix.personas, self.page.request.GET.get("persona")
        if key is None:
            return personas[0] if personas else None
        found = next((persona for persona in personas if persona.key == key), None)
        if found is None:
            raise InvalidOption(f"persona={key} is not a persona of this study, or is filtered out.")
        return found

    @cached_property
    def found(self) -> list[KappaMatrix]:
        matrix = rater_matrix(self.results, self.persona) if self.persona else None
        return [matrix] if matrix and len(matrix.rows) > 1 else []

    def file(self) -> tuple[str, Table] | None:
        if self.persona is None or not self.found:
            return None
        return f"raters-{self.persona.pk}", self.found[0].table()

    def context(self) -> dict[str, Any]:
        return {"personas": self.results.matrix.personas, "persona": self.persona}

    def link(self, matrix: KappaMatrix, row: int, column: int) -> str:
        """The persona's questions, with the choice of a model that is compared."""
        n_raters = matrix.groups[0][1] if matrix.groups else 0
        positions = [place - n_raters for place in (row, column) if place >= n_raters]
        keys = [self.key_of(by_condition(self.results)[place]) for place in positions]
        model, other = (*dict.fromkeys(keys), "", "")[:2]
        return self.page.items_address(persona=self.persona.key if self.persona else "", model=model, other=other)


KINDS: dict[str, type[Matrices]] = {kind.key: kind for kind in (AnnotatorMatrices, PersonaMatrices, RaterMatrices)}
