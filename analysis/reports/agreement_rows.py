"""Every number of the pages of results as one row: what it is about, its interval, n, coding and vote rule.

The rows are the tables that the pages offer as files, made by the same reports, so a number cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from analysis.options import Coding, ReportOptions
from analysis.reports.annotator_choice import chosen_annotator
from analysis.reports.annotator_matrix import annotator_matrix
from analysis.reports.best import best_model
from analysis.reports.breakdown import breakdown_of, default_way
from analysis.reports.comparisons import comparisons_of
from analysis.reports.histograms import histograms_of
from analysis.reports.influence import Kind, influence_of
from analysis.reports.league import league_of
from analysis.reports.persona_matrix import FILE_COLUMNS, all_cells, default_panels, panels_of, prompts_of
from analysis.reports.personas import persona_kappas_of
from analysis.reports.raters import raters_of
from analysis.reports.sides import sides_of
from analysis.reports.skill import guessed_pair, skill_of
from analysis.reports.tables import Table, Value, plain, table_of
from analysis.reports.vote_rules import vote_rules_of
from analysis.results import Results
from files.columns import DECIMAL, JSON, NUMBER, TEXT, Column

NOTHING = Table((), ())


def _skill(results: Results) -> Table:
    pair = guessed_pair(results.annotators)
    if pair is None:
        return NOTHING
    table = skill_of(results, pair).table()
    # Here a measure is any column of numbers.
    return Table(tuple("compared" if name == "measure" else name for name in table.names), table.rows)


def _breakdown(results: Results) -> Table:
    position = chosen_annotator(results, "")
    return NOTHING if position is None else breakdown_of(results, position, default_way(results)).table()


def _influence(results: Results) -> Table:
    best = best_model(results)
    position = chosen_annotator(results, "") if best is None else best
    left = None if position is None else influence_of(results, position, kind=Kind.PERSONA.value).chosen
    return left.table() if left else NOTHING


def _personas_matrix(results: Results) -> Table:
    wanted = default_panels(results)
    panels = [panel for panel in panels_of(results) if panel.key in wanted]
    return table_of(all_cells(results, prompts_of(results), panels), names=FILE_COLUMNS)


TABLES: dict[str, Callable[[Results], Table]] = {
    "league": lambda results: league_of(results).table(),
    "sides": lambda results: sides_of(results).table(),
    "model_pairs": lambda results: comparisons_of(results).pair_table(),
    "skill": _skill,
    "vote_rules": lambda results: vote_rules_of(results).table(),
    "annotator_matrix": lambda results: annotator_matrix(results, baselines=True).table(),
    "persona_matrix": _personas_matrix,
    "histograms": lambda results: histograms_of(results, baselines=True).table(),
    "personas": lambda results: persona_kappas_of(results).table(),
    "breakdown": _breakdown,
    "raters": lambda results: raters_of(results).table(),
    "influence": _influence,
}
"""The tables by name, each as its page offers it without further parameters, baseline raters included."""

BY_CONTENT = frozenset({"persona_matrix"})
NAMING = frozenset({"from", "to", "run"})
"""Numbers that say which row it is."""


@dataclass(frozen=True)
class AgreementRow:
    study: str
    table: str
    number: int
    about: dict[str, Value]
    measure: str
    value: Value
    low: Value
    high: Value
    undefined: str
    n: Value
    coding: str
    rule: str
    target: str


COLUMNS = [
    Column("study", TEXT, "The study's slug.", attrgetter("study")),
    Column("table", TEXT, "The table of the pages of results that has the number.", attrgetter("table")),
    Column("line", NUMBER, "The number of its row in that table, from 1.", attrgetter("number")),
    Column("about", JSON, "What the row is about: annotator, kind, condition, …", attrgetter("about")),
    Column("measure", TEXT, "The column of that table, as described there.", attrgetter("measure")),
    Column("value", DECIMAL, "The number; null where it is undefined.", attrgetter("value")),
    Column("low", DECIMAL, "Low end of its 95 % interval; null without one.", attrgetter("low")),
    Column("high", DECIMAL, "High end.", attrgetter("high")),
    Column("undefined", TEXT, "Why it, or its interval, has no value; else empty.", attrgetter("undefined")),
    Column("n", NUMBER, "Questions behind the row; null where the table does not count them.", attrgetter("n")),
    Column("coding", TEXT, "content or reference.", attrgetter("coding")),
    Column("rule", TEXT, "The vote rule.", attrgetter("rule")),
    Column("target", TEXT, "What the interval generalises to.", attrgetter("target")),
]


def agreement_rows(results: Results, table: str) -> Iterator[AgreementRow]:
    """One row for each number of a table of ``TABLES``, in the order of its rows and columns."""
    found = TABLES[table](results)
    measures = measures_of(found)
    for number, line in enumerate(found.rows, start=1):
        cells = dict(zip(found.names, map(plain, line), strict=True))
        about = {name: value for name, value in cells.items() if name not in _all_parts(measures)}
        for measure, parts in measures.items():
            low, high, undefined = (cells.get(part) for part in parts)
            yield AgreementRow(
                study=results.study.slug,
                table=table,
                number=number,
                about=about,
                measure=measure,
                value=cells[measure],
                low=low,
                high=high,
                undefined=str(undefined or ""),
                n=cells.get("n"),
                coding=_coding(table, measure, results.options),
                rule=str(cells.get("rule") or results.options.rule.value),
                target=results.options.target.value,
            )


Parts = tuple[str, str, str]


def measures_of(table: Table) -> dict[str, Parts]:
    """The columns of numbers, and where each has its limits and its reason."""
    limits = {f"{name}{end}" for name in table.names for end in ("_low", "_high", "_undefined")}
    bare = {"low", "high", "undefined"} & set(table.names)
    measures: dict[str, Parts] = {}
    for place, name in enumerate(table.names):
        if name in limits | bare | NAMING or not _is_number(table, place):
            continue
        is_bare = name == "kappa" and bare
        parts = ("low", "high", "undefined") if is_bare else (f"{name}_low", f"{name}_high", f"{name}_undefined")
        measures[name] = parts
    return measures


def _is_number(table: Table, place: int) -> bool:
    """Whether the column has numbers; one without any value has none to show, but texts are never null."""
    values = [row[place] for row in table.rows if row[place] is not None]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _all_parts(measures: dict[str, Parts]) -> set[str]:
    return {name for measure, parts in measures.items() for name in (measure, *parts)}


def _coding(table: str, measure: str, options: ReportOptions) -> str:
    for coding in Coding:
        if coding.value in measure.split("_"):
            return coding.value
    return Coding.CONTENT.value if table in BY_CONTENT else options.coding.value


def agreement_values(results: Results, table: str) -> Iterator[dict[str, Value]]:
    """The rows as files and the API have them."""
    return ({column.name: column.value(row) for column in COLUMNS} for row in agreement_rows(results, table))
