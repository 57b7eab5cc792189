"""The Census Bureau's PUMS data dictionary as a file: codes and what they mean.

Two forms are read: the official CSV, published since 2017, whose lines are ``NAME,variable,type,length,title`` and
``VAL,variable,type,length,first code,last code,label``; and a table with the columns ``var_code``, ``val_min``,
``val_max`` and ``val_label``, as statistical packages re-publish it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from personas.pums.problems import CensusProblem

TABLE_COLUMNS = ("var_code", "val_min", "val_max", "val_label")


@dataclass(frozen=True)
class Dictionary:
    """Labels by variable and code; ranges of numbers, as of ages and incomes, have none."""

    filename: str
    labels: dict[str, dict[int, str]] = field(default_factory=dict)

    def label(self, variable: str, code: int) -> str | None:
        return self.labels.get(variable, {}).get(code)


def is_dictionary(first_line: str) -> bool:
    """Say whether the first line of a CSV file is that of a data dictionary."""
    cells = [cell.strip().strip('"').lstrip("\ufeff") for cell in first_line.split(",")]
    return cells[0] in ("NAME", "VAL") or set(TABLE_COLUMNS) <= {cell.casefold() for cell in cells}


def read_dictionary(path: Path) -> Dictionary:
    """Return the codes of a dictionary file. Raises CensusProblem."""
    labels: dict[str, dict[int, str]] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.reader(file))
    for variable, low, high, label in values_in(rows):
        if low == high and low.lstrip("-").isdigit():
            labels.setdefault(variable.upper(), {})[int(low)] = label.strip()
    if not labels:
        raise CensusProblem(f"{path.name}: no code with a label was found; is this a PUMS data dictionary?")
    return Dictionary(path.name, labels)


def values_in(rows: list[list[str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield variable, first code, last code and label of every value."""
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if set(TABLE_COLUMNS) <= set(header):
        places = [header.index(name) for name in TABLE_COLUMNS]
        for row in rows[1:]:
            if len(row) > max(places):
                variable, low, high, label = (row[place] for place in places)
                yield variable, low.strip(), high.strip(), label
        return
    for row in rows:
        if len(row) >= 7 and row[0].strip() == "VAL":
            yield row[1].strip(), row[4].strip(), row[5].strip(), ",".join(row[6:])
