"""A chunk from the queue to its end. Each step holds only for the attempt it was made for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.kinds import Interrupted, ItemErrors, Outcome, Refused, Superseded, UnknownKind, kind_named
from jobs.models import Chunk, ChunkState, Phase, Run, RunError, Wanted, Worker

MOST_DEATHS = 10
"""A chunk that takes so many workers with it is given up."""
LONGEST = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ticket:
    """What the engine carries: one attempt at one chunk."""

    chunk_id: int
    attempt: int

    def __str__(self) -> str:
        return f"{self.chunk_id}-{self.attempt}"

    @classmethod
    def of(cls, chunk: Chunk) -> Ticket:
        return cls(chunk.pk, chunk.attempt)

    @classmethod
    def read(cls, text: str) -> Ticket | None:
        chunk, _, attempt = text.partition("-")
        return cls(int(chunk), int(attempt)) if chunk.isdecimal() and attempt.isdecimal() else None

    def chunks(self) -> Any:
        return Chunk.objects.filter(pk=self.chunk_id, attempt=self.attempt)


def run_ticket(ticket: Ticket, worker: Worker | None = None) -> None:
    """Do what the ticket says, and write down what came of it. Does nothing where the attempt is over."""
    chunk = claim(ticket, worker)
    if chunk is None:
        return
    try:
        outcome = do(chunk)
    except Interrupted:
        give_back(ticket)
    except Superseded:
        log.info("%s was taken over by another worker.", chunk)
    except (Refused, UnknownKind) as error:
        fail(chunk, error, for_good=True)
    except Exception as error:
        log.exception("%s failed.", chunk)
        fail(chunk, error, for_good=False)
    else:
        complete(chunk, outcome)


def claim(ticket: Ticket, worker: Worker | None) -> Chunk | None:
    claimed = ticket.chunks().filter(state=ChunkState.QUEUED, run__wanted=Wanted.RUN)
    # Not one UPDATE: SQLite cannot join in it. Of two that find it queued one gets it.
    pk = claimed.values_list("pk", flat=True).first()
    mine = {"state": ChunkState.RUNNING, "worker": worker, "changed_at": Now()}
    if pk is None or not ticket.chunks().filter(state=ChunkState.QUEUED).update(**mine):
        return None
    chunk = Chunk.objects.select_related("run__study", "run__started_by").get(pk=pk)
    return chunk if chunk.attempt == ticket.attempt else None


def do(chunk: Chunk) -> Any:
    kind = kind_named(chunk.run.kind)
    if not kind.resumes:
        chunk.done = 0
    action = {Phase.PLAN: lambda run, _: list(kind.plan(run)), Phase.WORK: kind.run_chunk, Phase.FINISH: kind.finish}
    return action[Phase(chunk.phase)](chunk.run, chunk)


def complete(chunk: Chunk, outcome: Any) -> None:
    """Store the chunk's outcome, in one transaction, if the attempt is still the current one."""
    try:
        with chunk.writing():
            {Phase.PLAN: _planned, Phase.WORK: _worked, Phase.FINISH: _finished}[Phase(chunk.phase)](chunk, outcome)
    except Superseded:
        log.info("%s was taken over by another worker.", chunk)


def _planned(chunk: Chunk, sizes: list[int]) -> None:
    Chunk.objects.filter(run=chunk.run_id, phase=Phase.WORK).delete()
    work = (Chunk(run_id=chunk.run_id, number=number, size=size) for number, size in enumerate(sizes))
    Chunk.objects.bulk_create(work, batch_size=1000)
    _close(chunk, done=chunk.size)


def _worked(chunk: Chunk, outcome: Outcome | None) -> None:
    outcome = outcome or Outcome(done=chunk.size)
    RunError.objects.bulk_create(_errors_of(chunk, outcome.errors))
    _add_result(chunk, outcome.result)
    _close(chunk, done=outcome.done, failed=outcome.failed)


def _finished(chunk: Chunk, result: dict | None) -> None:
    _add_result(chunk, result or {})
    _close(chunk, done=chunk.size)


def _close(chunk: Chunk, *, done: int, failed: int = 0) -> None:
    size = max(chunk.size, done + failed)
    ended = {"state": ChunkState.DONE, "size": size, "done": done, "failed": failed, "doing": "", "changed_at": Now()}
    Chunk.objects.filter(pk=chunk.pk).update(**ended)


def _add_result(chunk: Chunk, result: dict) -> None:
    if result:
        run = Run.objects.select_for_update().get(pk=chunk.run_id)
        Run.objects.filter(pk=run.pk).update(result={**run.result, **result})


def _errors_of(chunk: Chunk, errors: tuple[ItemErrors, ...]) -> list[RunError]:
    return [
        RunError(
            run_id=chunk.run_id,
            chunk=chunk,
            attempt=chunk.attempt,
            kind=error.kind[:100],
            example=error.example[:LONGEST],
            count=error.count,
        )
        for error in errors
    ]


@transaction.atomic
def fail(chunk: Chunk, error: Exception, *, for_good: bool) -> None:
    """Note the error; the chunk waits for its next try, or is given up."""
    ticket, tries = Ticket.of(chunk), chunk.errors + 1
    is_over = for_good or tries >= kind_named(chunk.run.kind).attempts
    after = {"state": ChunkState.FAILED if is_over else ChunkState.WAITING, "errors": tries, "changed_at": Now()}
    if is_over:
        # What another try would do again is not done.
        done = F("done") if resumes(chunk) else 0
        after |= {"done": done, "failed": F("size") - done, "doing": ""}
    else:
        after |= {"not_before": Now() + timedelta(seconds=2**tries)}
    if ticket.chunks().filter(state=ChunkState.RUNNING).update(**after):
        kind = type(error).__name__ if not for_good else "Refused"
        RunError.objects.bulk_create(_errors_of(chunk, (ItemErrors(kind, words_of(error)),)))


def resumes(chunk: Chunk) -> bool:
    try:
        return kind_named(chunk.run.kind).resumes
    except UnknownKind:
        return False


def words_of(error: Exception) -> str:
    """The error's text. Of the database's only the first line: the others can quote a participant's row."""
    text = str(error).strip()
    if isinstance(error, DatabaseError):
        text = text.partition("\n")[0]
    return text[:LONGEST] or type(error).__name__


def give_back(ticket: Ticket) -> bool:
    """Put the chunk back among those that wait; False where the attempt was over."""
    held = ticket.chunks().filter(state__in=[ChunkState.QUEUED, ChunkState.RUNNING])
    return bool(held.update(state=ChunkState.WAITING, worker=None, changed_at=Now()))


def take_away(ticket: Ticket) -> None:
    """The worker of this attempt died: the chunk waits for another one, or is given up as a killer of workers."""
    running = ticket.chunks().filter(state=ChunkState.RUNNING)
    running.update(deaths=F("deaths") + 1)
    chunk = running.filter(deaths__gte=MOST_DEATHS).select_related("run").first()
    if chunk is not None:
        fail(chunk, Refused(f"{MOST_DEATHS} workers died while working on this part."), for_good=True)
    give_back(ticket)
