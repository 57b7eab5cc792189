"""Annotations by the hundred thousand: COPY on PostgreSQL, one prepared statement on SQLite, the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Model

from annotation import defaults
from annotation.models import Annotation, Rater, Study

BATCH = 5_000
IMPORTED, REPLACED = "annotations imported", "annotations replaced"
# What changes the answer to "could this file be stored?".
EVENTS = (IMPORTED, REPLACED, "questions imported", "settings changed")


class NewAnnotation(NamedTuple):
    """What a stored annotation of a rater without a seat can hold; one version, never revised."""

    rater_id: int
    question_id: int
    run: int
    choice: str
    shown_first: str = ""
    justification: str = ""
    raw_verdict: str = ""
    probability: float | None = None
    visible_ms: int = 0
    created_at: datetime | None = None
    source_id: int | None = None


# What people's screens record and files do not.
UNKNOWN = {
    "first_choice": "",
    "choice_changes": 0,
    "active_ms": 0,
    "paste_count": 0,
    "paste_characters": 0,
    "focus_losses": 0,
    "version": 1,
}
COLUMNS = (*NewAnnotation._fields, "saved_at", *UNKNOWN)


def insert_annotations(rows: Iterable[NewAnnotation], *, now: datetime) -> int:
    """Store the rows and return how many; those without a time get ``now``. Call inside a transaction."""
    time = connection.ops.adapt_datetimefield_value
    saved_at, unknown, at = time(now), tuple(UNKNOWN.values()), NewAnnotation._fields.index("created_at")
    values = (
        (*row[:at], time(row.created_at) if row.created_at else saved_at, *row[at + 1 :], saved_at, *unknown)
        for row in rows
    )
    return insert_values(Annotation, COLUMNS, values)


def insert_values(model: type[Model], columns: Sequence[str], values: Iterable[tuple]) -> int:
    """Insert rows of plain values and return how many: by COPY on PostgreSQL, else by one prepared statement."""
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    if connection.vendor == "postgresql":
        return copy_values(f"COPY {table} ({names}) FROM STDIN", values)
    places = ", ".join(["%s"] * len(columns))
    # Names of the model's own table and columns; every value goes in by its place.
    return execute_values(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608


def copy_values(statement: str, values: Iterable[tuple]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)
            count += 1
    return count


def execute_values(statement: str, values: Iterable[tuple]) -> int:
    count = 0
    with connection.cursor() as cursor:
        for batch in batches(values):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


def batches(values: Iterable[tuple]) -> Iterator[list[tuple]]:
    source = iter(values)
    while batch := list(islice(source, BATCH)):
        yield batch


def delete_run(rater_id: int, run: int) -> int:
    """Remove a run of a rater without a seat, and return how many annotations that were.

    Their answers have no revisions, so none of Django's look for dependent rows is needed.
    """
    statement = f"DELETE FROM {quoted(Annotation._meta.db_table)} WHERE rater_id = %s AND run = %s"  # noqa: S608 (the model's own name)
    with connection.cursor() as cursor:
        cursor.execute(statement, [rater_id, run])
        return cursor.rowcount


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


# --- Whose annotations they are --------------------------------------------------------------------
def make_named_raters(study: Study, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of the study's raters by (kind, name); those that are not there are made."""
    names = list(dict.fromkeys(names))
    there = named_rater_ids(study)
    new = [name for name in names if name not in there]
    pseudonyms = new_pseudonyms(study, len(new))
    Rater.objects.bulk_create(
        [
            Rater(study=study, kind=kind, name=name, pseudonym=pseudonym)
            for (kind, name), pseudonym in zip(new, pseudonyms, strict=True)
        ],
        batch_size=500,
    )
    there = named_rater_ids(study) if new else there
    return {name: there[name] for name in names}


def named_rater_ids(study: Study) -> dict[tuple[str, str], int]:
    return {(kind, name): pk for kind, name, pk in study.raters.exclude(name="").values_list("kind", "name", "pk")}


def new_pseudonyms(study: Study, count: int) -> list[str]:
    """Names nobody in the study has; among thousands, six random characters do meet."""
    taken = set(study.raters.values_list("pseudonym", flat=True)) if count else set()
    found: list[str] = []
    while len(found) < count:
        pseudonym = defaults.new_pseudonym()
        if pseudonym not in taken:
            taken.add(pseudonym)
            found.append(pseudonym)
    return found


def lock_annotation_imports(study: Study) -> None:
    """Imports into one study pass one after another; participants take no such lock. SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"annotations:{study.pk}"])


def last_event_id(study: Study) -> int:
    """While this stays the same, what was read of the study's questions and imported answers still holds."""
    return study.events.filter(what__in=EVENTS).aggregate(last=Max("pk"))["last"] or 0
