"""docs/data-formats.md lists the columns of each export as the code has them."""

import re
from pathlib import Path

import pytest

from annotation.exporting.rows import EXPORTS
from files.columns import Column
from files.writing import GUARDED
from synthetic.services.exporting import LAYOUTS
from synthetic.services.fidelity import COLUMNS as FIDELITY

DOCUMENT = (Path(__file__).resolve().parents[1] / "docs" / "data-formats.md").read_text(encoding="utf-8")
NAMES = {"\t": "TAB", "\r": "CR", "\n": "LF", "\x00": "NUL"}


def documented(column: Column) -> str:
    ids = " Only when ids are asked for." if column.is_identifying else ""
    return f"| `{column.name}` | {column.kind} | {column.help}{ids} |"


@pytest.mark.parametrize("what", EXPORTS)
def test_data_formats_lists_the_columns_of_an_export_in_order(what):
    section = DOCUMENT.split(f"### {what.capitalize()} (written)\n")[1].split("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [documented(column) for column in EXPORTS[what].columns]


def test_data_formats_names_what_a_csv_guards():
    sentence = next(line for line in DOCUMENT.splitlines() if line.startswith("- **CSV**"))
    assert all(f"`{NAMES.get(start, start)}`" in sentence for start in GUARDED)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_data_formats_lists_the_columns_of_preference_pairs_in_order(layout):
    section = DOCUMENT.split(f"### Pairs, {layout} (written)\n")[1].split("\n#")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [documented(column) for column in LAYOUTS[layout]]


def test_data_formats_names_the_columns_of_fidelity_in_order():
    section = DOCUMENT.split("## Fidelity (written)\n")[1].split("\n#")[0]
    assert re.findall("`([a-z_0-9]+)`", section.partition("attributes:")[2]) == list(FIDELITY)
