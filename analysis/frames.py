"""A study as tidy pandas data frames: for notebooks, for Parquet files, for whoever asks in ``manage.py shell``.

>>> from analysis import frames  # doctest: +SKIP
>>> frames.agreement(Study.objects.get(slug="example")).query("measure == 'kappa_reference'")  # doctest: +SKIP

Columns are those of the exports and of the pages' files (docs/data-formats.md). Imported by commands and runs only:
pandas is large, and participants must not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from analysis.options import ReportOptions
from analysis.reports import agreement_rows, vote_rows
from analysis.reports.agreement_rows import TABLES
from analysis.results import results_of
from annotation.exporting.rows import export_columns, export_rows
from annotation.models import Study
from files.columns import JSON, NUMBER, TEXT, Column
from files.parquet import arrow_tables, schema_of
from personas.models import Persona

PERSONAS = [
    Column("study", TEXT, "The study's slug.", lambda row: row[0]),
    Column("persona_id", TEXT, "The persona's id, as in its file.", lambda row: row[1].key),
    Column("position", NUMBER, "Its place in the persona set.", lambda row: row[1].position),
    Column("text", TEXT, "What the study's raters read of it; models get the same.", lambda row: row[1].study_text),
    Column("attributes", JSON, "[[name, value], …] in the order of the file.", lambda row: row[1].attributes),
]


def answers(study: Study, *, include_prolific_ids: bool = False) -> pd.DataFrame:
    """One row for each current answer of people and models, those that do not count included (``is_countable``)."""
    how = {"include_prolific_ids": include_prolific_ids}
    return frame_of(export_rows(study, "annotations", **how), export_columns("annotations", **how))


def votes(study: Study, options: ReportOptions | None = None) -> pd.DataFrame:
    """One row for each question that counts: the consensus under the options' vote rule, and the votes behind it."""
    return frame_of(vote_rows.vote_values(results_of(study, options)), vote_rows.COLUMNS)


def agreement(study: Study, options: ReportOptions | None = None, *, table: str = "league") -> pd.DataFrame:
    """One row for each number of a table of the pages; what a row is about (``annotator``, …) in columns of its own.

    ``table`` is one of ``analysis.reports.agreement_rows.TABLES``.
    """
    if table not in TABLES:
        raise ValueError(f"{table} is none of the tables {', '.join(TABLES)}.")
    rows = list(agreement_rows.agreement_values(results_of(study, options), table))
    frame = frame_of(rows, [column for column in agreement_rows.COLUMNS if column.name != "about"])
    about = pd.DataFrame([row["about"] for row in rows], index=frame.index)
    new = about[[name for name in about if name not in frame]]
    return pd.concat([frame[["study", "table", "line"]], new, frame.drop(columns=["study", "table", "line"])], axis=1)


def personas(study: Study) -> pd.DataFrame:
    """One row for each persona of the study; every attribute in a column of its own, named as in the file."""
    rows = list(persona_values(study))
    frame = frame_of(rows, PERSONAS).drop(columns=["attributes"])
    attributes = pd.DataFrame([dict(row["attributes"]) for row in rows], index=frame.index, dtype="str")
    return pd.concat([frame, attributes.rename(columns={name: f"attribute {name}" for name in frame})], axis=1)


def persona_values(study: Study) -> Iterable[dict[str, Any]]:
    for persona in Persona.objects.shown_in(study).order_by("position"):
        yield {column.name: column.value((study.slug, persona)) for column in PERSONAS}


def frame_of(rows: Iterable[dict[str, Any]], columns: Sequence[Column]) -> pd.DataFrame:
    """Rows of described columns with a type for each: whole numbers and truth values may be missing."""
    schema = schema_of(columns)
    table = pa.Table.from_batches(
        (batch for part in arrow_tables(rows, columns) for batch in part.to_batches()), schema
    )
    return table.to_pandas(types_mapper=NULLABLE.get)


NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
