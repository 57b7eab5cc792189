"""A large import in small steps: batches into a staging table, then one short transaction that switches them in.

On SQLite everybody else's writes wait for a transaction. 300,000 rows in one of them made raters
wait for 7.8 seconds; a batch of 500 makes them wait for hundredths of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from django.db import connection, transaction
from django.db.models.functions import Now

from files.models import StagedFile

# On SQLite a rater's save waits for a batch; on PostgreSQL nobody does, and fewer commits are quicker.
ROWS_AT_ONCE = {"sqlite": 500, "postgresql": 5_000}
# Rows can be a megabyte each.
CHARACTERS_AT_ONCE = 4_000_000
Staged = TypeVar("Staged", bound=StagedFile)
Row = TypeVar("Row")


@contextmanager
def staging(model: type[Staged], **fields) -> Iterator[Staged]:
    """A staging area that is removed afterwards, whatever happens; those of processes that died go too."""
    drop_abandoned(model)
    staged = model.objects.create(**fields)
    try:
        yield staged
    finally:
        # In a transaction that has failed it goes with the rest.
        if not (connection.in_atomic_block and connection.needs_rollback):
            drop_staged(staged)


def drop_abandoned(model: type[StagedFile]) -> int:
    """Remove what killed processes have left and return how many imports that were."""
    abandoned = list(model.objects.abandoned())
    for staged in abandoned:
        drop_staged(staged)
    return len(abandoned)


def drop_staged(staged: StagedFile) -> None:
    """Remove a staging area, its rows a batch at a time."""
    for relation in staged._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: staged}).order_by("pk")
        while ids := list(rows.values_list("pk", flat=True)[: rows_at_once()]):
            rows.filter(pk__gte=ids[0], pk__lte=ids[-1])._raw_delete(using="default")
    with transaction.atomic():
        staged.delete()


def touch(staged: StagedFile) -> None:
    """Show that the import is still being worked on."""
    type(staged).objects.filter(pk=staged.pk).update(touched_at=Now())


def rows_at_once() -> int:
    return ROWS_AT_ONCE[connection.vendor]


class Batches(Generic[Row]):
    """Collects rows and hands them to ``keep`` whenever there are enough of them, or enough text in them."""

    def __init__(self, keep: Callable[[list[Row]], None]) -> None:
        self.keep = keep
        self.rows: list[Row] = []
        self.characters = 0

    def add(self, row: Row, *, characters: int) -> bool:
        """Take a row; return whether a batch was handed on."""
        self.rows.append(row)
        self.characters += characters
        is_full = len(self.rows) >= rows_at_once() or self.characters >= CHARACTERS_AT_ONCE
        if is_full:
            self.flush()
        return is_full

    def flush(self) -> None:
        if self.rows:
            self.keep(self.rows)
        self.rows, self.characters = [], 0
