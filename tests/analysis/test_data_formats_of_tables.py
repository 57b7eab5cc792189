"""docs/data-formats.md names every column of the tables of results it promises."""

from pathlib import Path

import pytest

from analysis.reports import influence, planner, sides

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "data-formats.md").read_text(encoding="utf-8")
TABLES = {"Influence": influence.COLUMNS, "Plan": planner.COLUMNS, "Sides": sides.COLUMNS}


def documented(heading: str) -> tuple[str, ...]:
    """The columns below a heading, in the order of the document."""
    section = DOCUMENT.split(f"\n### {heading}\n")[1].split("\n#")[0]
    return tuple(line.split("`")[1] for line in section.splitlines() if line.startswith("| `"))


@pytest.mark.parametrize("heading", TABLES)
def test_document_names_each_column_in_order(heading):
    assert documented(heading) == TABLES[heading]
