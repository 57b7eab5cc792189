"""A study as a data set in the layout that Hugging Face reads: Parquet files and a card. No Prolific ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.bundle.columns import QUESTIONS
from analysis.bundle.ids import ids_of, without_ids
from analysis.bundle.tables import questions_of
from analysis.frames import PERSONAS, persona_values
from analysis.options import ReportOptions
from analysis.reports import agreement_rows, vote_rows
from analysis.reports.overview import Overview, overview_of
from analysis.results import Results, results_of
from annotation.exporting.rows import CHUNK, export_columns, export_rows
from annotation.integrity.snapshot import one_moment
from annotation.models import Study
from files.columns import Column
from files.parquet import write_parquet

MOST_PERSONAS = 300
"""With more of them a matrix of personas has millions of cells; the pages give it as CSV."""
Progress = Callable[[str, int, int], None]
Rows = Iterable[dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """One file of the set: what it has, its columns, its rows."""

    name: str
    help: str
    columns: list[Column]
    rows: Callable[[Results], Rows]

    @property
    def filename(self) -> str:
        return f"{self.name}.parquet"


PARTS = (
    Part(
        "answers",
        "Every current answer of people (under pseudonyms), models and rules; `is_countable` says which are data.",
        export_columns("annotations"),
        lambda results: export_rows(results.study, "annotations"),
    ),
    Part("votes", "What people's votes on each question came to.", vote_rows.COLUMNS, vote_rows.vote_values),
    Part(
        "agreement",
        "Every number of the pages of results, with its interval, n, coding and vote rule.",
        agreement_rows.COLUMNS,
        lambda results: agreement_of(results),
    ),
    Part("questions", "The prompts and both answers.", QUESTIONS, lambda results: question_values(results.study)),
    Part("personas", "The personas.", PERSONAS, lambda results: persona_values(results.study)),
)


def agreement_of(results: Results) -> Iterator[dict[str, Any]]:
    is_large = len(results.matrix.personas) > MOST_PERSONAS
    for table in agreement_rows.TABLES:
        if not (is_large and table == "persona_matrix"):
            yield from agreement_rows.agreement_values(results, table)


def question_values(study: Study) -> Iterator[dict[str, Any]]:
    for question in questions_of(study).iterator(chunk_size=CHUNK):
        yield {column.name: column.value(question) for column in QUESTIONS}


def no_progress(doing: str, done: int, of: int) -> None:
    """For callers that need not know."""


def write_dataset(
    study: Study, folder: Path, *, options: ReportOptions | None = None, progress: Progress = no_progress
) -> list[Path]:
    """Fill the folder, all of it as the database stood at one moment; the same data give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with one_moment():
        results = results_of(Study.objects.select_related("persona_set").get(pk=study.pk), options)
        ids = ids_of(results.study)
        for done, part in enumerate(PARTS):
            progress(f"writing {part.filename}", done, len(PARTS))
            counter = Counted(without_ids(row, ids) for row in part.rows(results))
            write_parquet(folder / part.filename, counter, part.columns)
            counts[part.name] = counter.count
        card = str(without_ids(card_of(results, overview_of(results), counts), ids))
    (folder / "README.md").write_text(card, encoding="utf-8")
    return [*(folder / part.filename for part in PARTS), folder / "README.md"]


class Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            self.count += 1
            yield row


# --- Data card -----------------------------------------------------------------------------------------
CARD = """---
pretty_name: {title}
annotations_creators:
{creators}
configs:
{configs}
---

# {name}

{made_by}{sentence}

{caption}

## What is in it

| Configuration | Rows | What |
|---|---|---|
{parts}

`datasets.load_dataset(FOLDER, "answers")`, or `pandas.read_parquet("answers.parquet")`.

## How it was made

Each question has a prompt and two answers, one of them revised for the persona; the other is {alternative}.
{design}
Labels: {name_of_label}. A person's choice is data where `is_countable` is true. Simulated raters have `simulated` true.

## Limits

- Raters play a persona; they are not the person. What they choose is a judgement of fit, not of quality.
- Justifications are as people wrote them: read them before you publish this set. Prolific ids are in no file.
- The licences of prompts, answers and personas are those of their sources; the study does not state them.

## Columns

{columns}
"""
ALTERNATIVES = {
    "baseline": "written without a persona (a baseline)",
    "foil": "the revision written for another persona (a foil)",
}


def card_of(results: Results, overview: Overview, counts: dict[str, int]) -> str:
    study, people = results.study, overview.people
    simulated = people.raters > 0 and people.simulated == people.raters
    return CARD.format(
        title=quoted(study.name),
        name=study.name,
        creators="- machine-generated" if simulated or not people.raters else "- crowdsourced",
        configs="\n".join(config_of(part) for part in PARTS),
        made_by=f"The content is made, not collected: {study.made_by}\n\n" if study.made_by else "",
        sentence=overview.sentence,
        caption=overview.caption,
        parts="\n".join(f"| `{part.name}` | {counts[part.name]:,} | {part.help} |" for part in PARTS),
        alternative=ALTERNATIVES[study.design],
        design=f"{people.kind} answered {people.answered:,} of {people.questions:,} questions on "
        f"{people.personas:,} personas.",
        name_of_label=f"`revised`, `{study.design}`" + (", `no_preference`" if study.allows_no_preference else ""),
        columns="\n\n".join(columns_of(part) for part in PARTS),
    )


def quoted(text: str) -> str:
    """A text as YAML takes it whatever is in it: JSON's strings are YAML's."""

    return json.dumps(text, ensure_ascii=False)


def config_of(part: Part) -> str:
    default = "\n  default: true" if part is PARTS[0] else ""
    return f"- config_name: {part.name}{default}\n  data_files:\n  - split: train\n    path: {part.filename}"


def columns_of(part: Part) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.kind} | {column.help} |" for column in part.columns)
    return f"### {part.name}\n\n| Column | Kind | Holds |\n|---|---|---|\n{rows}"
