"""One description of each column of results: its heading, order and cell on a page, its columns in a file, its meaning.

Pages, CSV files, the definitions of a bundle and docs/data-formats.md are all made from it or compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from operator import attrgetter
from typing import Any, TypeVar

from analysis.reports.tables import Table
from analysis.stats.alt_test import SlotAltTest
from analysis.stats.bias import PositionBias
from analysis.stats.estimates import Estimate
from files.columns import BOOLEAN, DECIMAL, NUMBER, TEXT, Column

Getter = Callable[[Any], Any]
Row = TypeVar("Row")
WHY_UNDEFINED = "Why it, or its interval, has no value: a reason of the list above; else empty."


def itself(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class ReportColumn:
    """What rows have in one respect.

    ``get`` takes a row; everything else takes what ``get`` gives, which may be None. ``fields`` are the columns of a
    file. A column without ``heading`` is in files only, one without ``fields`` on the page only. ``sort`` is its name
    in an address, ``cell`` its template in templates/analysis/cells/, ``style`` the class of the cell, ``badge`` a word
    beside the heading. ``order_of_row`` is for values that are made only for the rows shown.
    """

    get: Getter
    fields: tuple[Column, ...] = ()
    heading: str = ""
    sort: str = ""
    order: Getter = itself
    order_of_row: Getter | None = None
    cell: str = "text"
    badge: str = ""
    style: str = "figure"
    is_recomputed: bool = False
    """Whether a bundle states its numbers, which needs code in analysis/bundle/recompute.py."""

    def place(self, row: Any) -> Any:
        """What the row is sorted by."""
        return self.order_of_row(row) if self.order_of_row else self.order(self.get(row))

    @property
    def template(self) -> str:
        return f"analysis/cells/{self.cell}.html"


Columns = Sequence[ReportColumn]


def text(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    return ReportColumn(get, (Column(name, TEXT, help, itself),), order=str.casefold, style="", **shown)


def whole_number(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    return ReportColumn(get, (Column(name, NUMBER, help, itself),), **shown)


def decimal(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    """A plain float; nan is an empty cell of a file."""
    return ReportColumn(get, (Column(name, DECIMAL, help, itself),), **{"cell": "number", **shown})


def flag(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    return ReportColumn(get, (Column(name, BOOLEAN, help, itself),), style="", **shown)


def coefficient(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    """A number with a reason where it has none (``value``, ``undefined``), without its interval."""
    return ReportColumn(get, (value_field(name, help),), order=value_of, **{"cell": "coefficient", **shown})


def share(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    """As :func:`coefficient`, in percent on the page."""
    return coefficient(name, help, get, **{"cell": "share", **shown})


def estimate(name: str, help: str, get: Getter, **shown: Any) -> ReportColumn:
    """A number with its interval (``analysis.stats.estimates.Estimate``), or the reason why there is none."""
    fields = (value_field(name, help), *limit_fields(name), undefined_field(name))
    return ReportColumn(get, fields, order=value_of, **{"cell": "estimate", **shown})


def value_field(name: str, help: str) -> Column:
    return Column(name, DECIMAL, help, lambda one: one.value if one else None)


def limit_fields(name: str, method: str = "") -> tuple[Column, Column]:
    low = f"Low end of its 95 % interval{f' ({method})' if method else ''}."
    return (
        Column(f"{name}_low", DECIMAL, low, lambda one: one.interval.low if one else None),
        Column(f"{name}_high", DECIMAL, "High end.", lambda one: one.interval.high if one else None),
    )


def undefined_field(name: str) -> Column:
    return Column(f"{name}_undefined", TEXT, WHY_UNDEFINED, lambda one: reason_of(one) if one else "")


def reason_of(one: Estimate) -> str:
    return in_words(one.undefined or one.interval.undefined)


def in_words(reason: StrEnum | None) -> str:
    return reason.value if reason else ""


def value_of(one: Any) -> float:
    """What a column of numbers is sorted by; nan where there is none."""
    return one.value if one else nan


def position_bias_column(get: Getter, **shown: Any) -> ReportColumn:
    """How often the response shown first was chosen (``analysis.stats.bias.PositionBias``)."""
    fields = (
        Column("share_shown_first", DECIMAL, "Share of choices that are the response shown first.", _first_share),
        Column("position_bias_p", DECIMAL, "Two-sided binomial test of that share against a half.", _p_value),
    )
    return ReportColumn(get, fields, order=_first_share, cell="position_bias", **shown)


_first_share: Callable[[PositionBias], float] = attrgetter("first_share.value")
_p_value: Callable[[PositionBias], float] = attrgetter("p_value")


def alt_test_column(get: Getter, **shown: Any) -> ReportColumn:
    """The alternative annotator test; None where there are not two people to compare with."""
    help = "Alt-test: share of people the annotator may replace."
    fields = (
        Column("alt_test_omega", DECIMAL, help, _of_test("winning_rate")),
        Column("alt_test_rho", DECIMAL, "Alt-test: how often it does at least as well as a person.", _advantage),
        Column("alt_test_passed", BOOLEAN, "Whether omega reaches a half.", _of_test("passed")),
        Column(
            "alt_test_under_powered",
            TEXT,
            "few_items or few_annotators where the study is too small for the test; else empty.",
            lambda test: in_words(test.under_powered) if test else "",
        ),
    )
    return ReportColumn(get, fields, order=_advantage, cell="alt_test", style="wide", **shown)


def _of_test(name: str) -> Callable[[SlotAltTest | None], Any]:
    return lambda test: getattr(test, name) if test else None


def _advantage(test: SlotAltTest | None) -> float:
    return test.advantage if test else nan


def file_table(columns: Columns, rows: Iterable[Any]) -> Table:
    """The rows as a file has them."""
    names = tuple(field.name for column in columns for field in column.fields)
    return Table(names, tuple(_in_file(columns, row) for row in rows))


def _in_file(columns: Columns, row: Any) -> tuple[Any, ...]:
    found = [(column, column.get(row)) for column in columns if column.fields]
    return tuple(field.value(value) for column, value in found for field in column.fields)


def fields_of(columns: Columns) -> list[Column]:
    """The columns of the file, as docs/data-formats.md lists them."""
    return [field for column in columns for field in column.fields]


def sorted_by(columns: Columns, sort: str) -> ReportColumn | None:
    """The column that a ``sort`` of an address names, with or without a minus in front."""
    key = sort.removeprefix("-")
    return next((column for column in columns if column.sort and column.sort == key), None)


def in_order(rows: Sequence[Row], columns: Columns, sort: str) -> list[Row]:
    """Rows by a column, downwards with a minus in front; those without a value (nan) come last either way."""
    column = sorted_by(columns, sort)
    if column is None:
        return list(rows)
    values = [column.place(row) for row in rows]
    places = range(len(rows))
    known = sorted((n for n in places if values[n] == values[n]), key=values.__getitem__, reverse=sort.startswith("-"))
    return [rows[n] for n in [*known, *(n for n in places if values[n] != values[n])]]


def without_heading(column: ReportColumn) -> ReportColumn:
    """The same column in files only."""
    return replace(column, heading="", sort="")
