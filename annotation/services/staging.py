"""Annotations staged while their file is read, then switched in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from annotation.models import Annotation, StagedAnnotation, StagedAnnotator, StagedImport
from annotation.services.bulk import UNKNOWN, NewAnnotation, insert_values, quoted
from files.staging import touch

CONTENT = ("question_id", "run", "choice", "shown_first", "justification", "raw_verdict", "probability", "visible_ms")
STAGED_COLUMNS = ("staged_import_id", "annotator", "is_new", *CONTENT, "created_at")
STORED_COLUMNS = (*CONTENT, "rater_id", "created_at", "source_id", "saved_at", *UNKNOWN)


class PlannedRow(NamedTuple):
    """A sound row of the file: whose it is (a number in order of first use), and what would be stored."""

    annotator: int
    is_new: bool
    values: NewAnnotation


@transaction.atomic
def stage_rows(staged: StagedImport, rows: Sequence[PlannedRow]) -> None:
    """Write one batch, in a transaction of its own."""
    touch(staged)
    insert_values(StagedAnnotation, STAGED_COLUMNS, (staged_values(staged.pk, row) for row in rows))


def staged_values(staged_id: int, row: PlannedRow) -> tuple:
    values = row.values
    time = connection.ops.adapt_datetimefield_value(values.created_at) if values.created_at else None
    return staged_id, row.annotator, row.is_new, *(getattr(values, name) for name in CONTENT), time


def switch(
    staged: StagedImport, *, rater_ids: Sequence[int], replaced: Sequence[bool], source_id: int, now: datetime
) -> int:
    """Store the staged rows that are new, and all of replaced annotators; return how many.

    ``rater_ids`` and ``replaced`` are by the annotators' numbers. Call inside the transaction that
    makes the import visible.
    """
    StagedAnnotator.objects.bulk_create(
        [
            StagedAnnotator(staged_import=staged, number=number, rater_id=rater_id, replaces=replaces)
            for number, (rater_id, replaces) in enumerate(zip(rater_ids, replaced, strict=True))
        ],
        batch_size=500,
    )
    time = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(switch_statement(), [time, source_id, time, *UNKNOWN.values(), staged.pk])
        return cursor.rowcount


def switch_statement() -> str:
    staged, annotators = quoted(StagedAnnotation._meta.db_table), quoted(StagedAnnotator._meta.db_table)
    content = ", ".join(f"staged.{quoted(name)}" for name in CONTENT)
    constants = ", ".join(["%s"] * len(UNKNOWN))
    # Names of the models' own tables and columns; every value goes in by its place.
    return f"""
        INSERT INTO {quoted(Annotation._meta.db_table)} ({", ".join(map(quoted, STORED_COLUMNS))})
        SELECT {content}, annotator.rater_id, COALESCE(staged.created_at, %s), %s, %s, {constants}
        FROM {staged} staged
        JOIN {annotators} annotator
          ON annotator.staged_import_id = staged.staged_import_id AND annotator.number = staged.annotator
        WHERE staged.staged_import_id = %s AND (staged.is_new OR annotator.replaces)
        ORDER BY staged.id
    """  # noqa: S608
