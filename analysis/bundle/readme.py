"""README.md and DICTIONARY.md of a bundle, from the same tables as its files."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.bundle.headline import DEFINITIONS
from analysis.bundle.settings import PERSONA_SET
from analysis.bundle.tables import DATA_FILES
from analysis.reports.overview import Overview
from analysis.results import Results
from annotation.study_fields import IN_BUNDLE

README = """# {name}

{simulated}> {sentence}

{caption}

The data, the settings and the headline numbers of the study `{slug}`, and a script that makes every number again.

## Check it

    python -m pip install numpy
    python recompute.py

It reads the files of this folder, computes every number of `headline.json` with formulas of its own, compares the files
with the hashes in `MANIFEST.json`, and ends with 1 naming each that differs. Intervals are drawn anew from the recorded
seed, so they too come out the same. The alt-test is not among the headline numbers.

## What is in it

{files}
- `study.json`: the settings. Completion codes, the contact and the researchers' names are left out.
- `headline.json`: the options in force, every number with its name, and what each means; null where it is undefined.
- `report.html`, if it was made: the finding, figures, tables and methods as one page that needs no network.
- `DICTIONARY.md`: every column and every setting.
- `MANIFEST.json`: SHA-256, size and rows of each file.
- `recompute.py`: the check.

People have random pseudonyms. Prolific ids are in no file; where somebody wrote one into a text, it is replaced by
`[id removed]`. Texts are otherwise exactly as written: read them before you publish them.
"""

SIMULATED = "**{raters}: no finding about people.**\n\n"
FORMS = """# What the files hold

One JSON object a line (JSONL), UTF-8; times are ISO 8601 in UTC; what is not known is null; only text is never null.
"""


def readme_of(results: Results, overview: Overview) -> str:
    people, study = overview.people, results.study
    return README.format(
        name=study.name,
        slug=study.slug,
        sentence=overview.sentence,
        caption=overview.caption,
        simulated=SIMULATED.format(raters=people.kind.capitalize()) if people.simulated else "",
        files="\n".join(f"- `{file.filename}`: {file.help[0].lower()}{file.help[1:]}" for file in DATA_FILES),
    )


def dictionary() -> str:
    return "\n".join([FORMS, *sections()])


def sections() -> Iterator[str]:
    for file in DATA_FILES:
        yield f"## {file.filename}\n\n{file.help}\n"
        yield as_table(("Column", "Kind", "Meaning"), [(f"`{c.name}`", c.kind, c.help) for c in file.columns])
    yield "## study.json\n"
    settings = IN_BUNDLE | {f"persona_set.{name}": meaning for name, meaning in PERSONA_SET.items()}
    yield as_table(("Setting", "Meaning"), [(f"`{name}`", meaning) for name, meaning in settings.items()])
    yield "## headline.json\n\nEach number is named `about: statistic`; `_low` and `_high` are its 95 % limits.\n"
    yield as_table(("Statistic", "Meaning"), [(f"`{name}`", meaning) for name, meaning in DEFINITIONS.items()])


def as_table(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [names, ("---",) * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
