"""Tables that sort by a click on a heading; the address holds the order, so it can be shared."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Column:
    label: str
    field: str
    is_figure: bool = False


@dataclass(frozen=True)
class Heading:
    """A column's heading: where a click leads, and how the table is sorted by it now."""

    label: str
    address: str
    sorted: str
    """ascending, descending or empty."""
    is_figure: bool


@dataclass(frozen=True)
class Sorting:
    chosen: str
    """A column's name, with a minus sign in front for descending."""
    fields: list[str]
    headings: list[Heading]

    @classmethod
    def of(cls, request: HttpRequest, columns: dict[str, Column], *, default: str) -> Sorting:
        """As the address asks, if there is such a column, else the default."""
        asked = request.GET.get("sort", "")
        chosen = asked if asked.removeprefix("-") in columns else default
        minus = "-" if chosen.startswith("-") else ""
        field = f"{minus}{columns[chosen.removeprefix('-')].field}"
        return cls(chosen, [field], [_heading(request, name, column, chosen) for name, column in columns.items()])


def _heading(request: HttpRequest, name: str, column: Column, chosen: str) -> Heading:
    parameters = request.GET.copy()
    parameters.pop("page", None)
    parameters["sort"] = f"-{name}" if chosen == name else name
    how = {name: "ascending", f"-{name}": "descending"}.get(chosen, "")
    return Heading(column.label, f"?{parameters.urlencode()}", how, column.is_figure)
