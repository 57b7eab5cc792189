"""A run from start to end in this process, without an engine: for tests, and for commands that wait for the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models.functions import Now

from jobs.kinds import Queue
from jobs.models import Chunk, ChunkState, Run
from jobs.services.chunks import Ticket, run_ticket
from jobs.services.planner import WITH_ENGINE, advance, count, store_counts


class InlineEngine:
    """Does each ticket at once, then calls ``after_each``."""

    def __init__(self, after_each: Callable[[], None] = lambda: None) -> None:
        self.after_each = after_each

    def enqueue(self, ticket: Ticket, queue: Queue) -> None:
        run_ticket(ticket)
        self.after_each()

    def abandoned(self) -> Iterable[Ticket]:
        return ()

    def unknown(self, tickets: Iterable[Ticket]) -> Iterable[Ticket]:
        return ()


def perform(run: Run, *, after_each: Callable[[Run], None] | None = None) -> Run:
    """Work on the run until it ended, was paused, or waits for another one; ``run`` is refreshed.

    ``after_each`` is called with the run, its counts up to date, when a chunk is done.
    """

    def tell() -> None:
        if after_each:
            store_counts(run, count(run))
            run.refresh_from_db()
            after_each(run)

    engine = InlineEngine(tell)
    take_over(run)
    while True:
        before = signature(run)
        # Nobody waits here for the pause between two tries.
        Chunk.objects.filter(run=run).update(not_before=None)
        advance(run, engine)
        run.refresh_from_db()
        if run.has_ended or signature(run) == before:
            return run


def take_over(run: Run) -> None:
    """Put back what a process held that worked without an engine; if it still lives, it can write nothing more."""
    held = run.chunks.filter(state__in=WITH_ENGINE, worker__isnull=True)
    held.update(state=ChunkState.WAITING, changed_at=Now())


def signature(run: Run) -> tuple:
    """What changes with every step."""
    return (run.state, *run.chunks.order_by("pk").values_list("pk", "state", "attempt", "done"))
