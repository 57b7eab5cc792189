"""A large import in small steps: batches into a staging table, then one short transaction that switches them in.

On SQLite everybody else's writes wait for a transaction. 300,000 rows in one of them made raters
wait for 7.8 seconds; a batch of 500 makes them wait for hundredths of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Now

from annotation.models import Annotation, StagedAnnotation, StagedAnnotator, StagedImport, Study
from annotation.services.bulk import UNKNOWN, NewAnnotation, insert_values, quoted

# On SQLite a rater's save waits for a batch; on PostgreSQL nobody does, and fewer commits are quicker.
ROWS_AT_ONCE = {"sqlite": 500, "postgresql": 5_000}
CONTENT = ("question_id", "run", "choice", "shown_first", "justification", "raw_verdict", "probability", "visible_ms")
STAGED_COLUMNS = ("staged_import_id", "annotator", "is_new", *CONTENT, "created_at")
STORED_COLUMNS = (*CONTENT, "rater_id", "created_at", "source_id", "saved_at", *UNKNOWN)


class PlannedRow(NamedTuple):
    """A sound row of the file: whose it is (a number in order of first use), and what would be stored."""

    annotator: int
    is_new: bool
    values: NewAnnotation


@contextmanager
def staging(study: Study) -> Iterator[StagedImport]:
    """A staging area that is removed afterwards, whatever happens; those of processes that died go too."""
    drop_abandoned()
    staged = StagedImport.objects.create(study=study)
    try:
        yield staged
    finally:
        # In a transaction that has failed it goes with the rest.
        if not (connection.in_atomic_block and connection.needs_rollback):
            drop_staged(staged)


def drop_abandoned() -> int:
    """Remove what killed processes have left and return how many imports that were."""
    abandoned = list(StagedImport.objects.abandoned())
    for staged in abandoned:
        drop_staged(staged)
    return len(abandoned)


def rows_at_once() -> int:
    return ROWS_AT_ONCE[connection.vendor]


@transaction.atomic
def stage_rows(staged: StagedImport, rows: Sequence[PlannedRow]) -> None:
    """Write one batch, in a transaction of its own."""
    StagedImport.objects.filter(pk=staged.pk).update(touched_at=Now())
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


def drop_staged(staged: StagedImport) -> None:
    """Remove a staging area a batch at a time."""
    rows = StagedAnnotation.objects.filter(staged_import=staged).order_by("pk")
    while ids := list(rows.values_list("pk", flat=True)[: rows_at_once()]):
        rows.filter(pk__gte=ids[0], pk__lte=ids[-1])._raw_delete(using="default")
    StagedImport.objects.filter(pk=staged.pk).delete()
