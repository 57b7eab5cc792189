"""What a worker does each second: see which workers live, which chunks are lost, and what is to be done next.

Several workers plan at the same time. Every step is a compare-and-set on a row, so it does not matter which one wins.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now

from jobs.kinds import Kind, Queue, UnknownKind, kind_named
from jobs.models import ENDED, Chunk, ChunkState, Phase, Run, RunState, Wanted
from jobs.services.chunks import Ticket, give_back, take_away
from jobs.services.runs import note

AHEAD = 200
"""Chunks of a run that are with the engine at once."""
PACE_SECONDS = 60
SETTLING = timedelta(seconds=4)
"""A chunk is not called lost sooner: another planner may be about to hand it to the engine."""
WITH_ENGINE = [ChunkState.QUEUED, ChunkState.RUNNING]


class Engine(Protocol):
    """All that the rest of the package knows of an engine."""

    def enqueue(self, ticket: Ticket, queue: Queue) -> None:
        """Carry the ticket to some worker. Enqueuing the same ticket twice does nothing."""

    def abandoned(self) -> Iterable[Ticket]:
        """Drop what workers held that are gone, and say what it was."""

    def unknown(self, tickets: Iterable[Ticket]) -> Iterable[Ticket]:
        """Those of the tickets that are neither queued nor with a living worker."""


def plan_next(engine: Engine) -> None:
    """One round for all unfinished runs."""
    collect_lost(engine)
    for run in Run.objects.unfinished().order_by("pk"):
        advance(run, engine)


def collect_lost(engine: Engine) -> None:
    """Chunks of dead workers, and chunks the engine knows nothing of, wait again."""
    for ticket in engine.abandoned():
        take_away(ticket)
        give_back(ticket)
    held = Chunk.objects.filter(state__in=WITH_ENGINE, changed_at__lt=Now() - SETTLING)
    tickets = [Ticket(*row) for row in held.values_list("pk", "attempt")]
    for ticket in engine.unknown(tickets) if tickets else ():
        give_back(ticket)


def advance(run: Run, engine: Engine) -> None:
    """Take a run one step further; ``run`` is as it was read a moment ago."""
    if run.wanted == Wanted.RUN:
        if run.state != RunState.RUNNING and not begin(run):
            return
        take_next_step(run, engine)
    else:
        stop(run)


def begin(run: Run) -> bool:
    """Let the run start or resume, unless another one of its lane is first."""
    if run.lane:
        ahead = Run.objects.unfinished().filter(Q(state=RunState.RUNNING) | Q(pk__lt=run.pk), lane=run.lane)
        if ahead.filter(wanted=Wanted.RUN).exclude(pk=run.pk).exists():
            return False
    waiting = Run.objects.filter(pk=run.pk, wanted=Wanted.RUN, state__in=[RunState.WAITING, RunState.PAUSED])
    try:
        with transaction.atomic():
            begun = waiting.update(state=RunState.RUNNING, started_at=run.started_at or Now(), pace=[])
    except IntegrityError:  # another one of the lane began at this moment
        return False
    return bool(begun)


def stop(run: Run) -> None:
    """Take back what is queued; once nobody works on it, the run is paused or cancelled."""
    withdraw_queued(run)
    if run.chunks.filter(state__in=WITH_ENGINE).exists():
        return
    if run.wanted == Wanted.CANCEL:
        store_counts(run, count(run))
        end(run, RunState.CANCELLED)
    elif run.state != RunState.PAUSED:
        Run.objects.filter(pk=run.pk, wanted=Wanted.PAUSE).exclude(state__in=ENDED).update(state=RunState.PAUSED)


# --- Counting --------------------------------------------------------------------------------------
@dataclass
class Counts:
    """A run's items, and its chunks by phase and state."""

    total: int = 0
    done: int = 0
    failed: int = 0
    chunks: dict[tuple[int, str], int] = field(default_factory=dict)

    def of_phase(self, phase: int, *states: str) -> int:
        return sum(n for (its_phase, state), n in self.chunks.items() if its_phase == phase and state in states)

    @property
    def phase(self) -> int | None:
        """The first phase with a chunk that is not over; None when all are."""
        left = [phase for (phase, state) in self.chunks if state not in (ChunkState.DONE, ChunkState.FAILED)]
        return min(left, default=None)


def count(run: Run) -> Counts:
    counts = Counts()
    sums = {"n": Count("pk"), "items": Sum("size"), "items_done": Sum("done"), "items_failed": Sum("failed")}
    for row in run.chunks.order_by().values("phase", "state").annotate(**sums):
        counts.chunks[row["phase"], row["state"]] = row["n"]
        if row["phase"] == Phase.WORK:
            counts.total += row["items"]
            counts.done += row["items_done"]
            counts.failed += row["items_failed"]
    return counts


def store_counts(run: Run, counts: Counts) -> None:
    now = time.time()
    pace = [[at, done] for at, done in run.pace if at > now - PACE_SECONDS]
    if not pace or now - pace[-1][0] >= 1:
        pace.append([now, counts.done])
    busy = run.chunks.filter(state=ChunkState.RUNNING).exclude(doing="").order_by("-changed_at")
    doing = busy.values_list("doing", flat=True).first() or ""
    fresh = {"total": counts.total, "done": counts.done, "failed": counts.failed, "doing": doing}
    if any(getattr(run, name) != value for name, value in fresh.items()) or (pace and len(run.pace) < 2):
        Run.objects.filter(pk=run.pk).exclude(state__in=ENDED).update(**fresh, pace=pace)


# --- The next step -----------------------------------------------------------------------------------
def take_next_step(run: Run, engine: Engine) -> None:
    """Queue the next chunks, or end the run."""
    counts = count(run)
    store_counts(run, counts)
    try:
        kind = kind_named(run.kind)
    except UnknownKind as error:
        return end(run, RunState.FAILED, str(error))
    if is_beyond_help(kind, counts):
        # What is queued is withdrawn; what is being worked on may finish first.
        withdraw_queued(run)
        if not run.chunks.filter(state=ChunkState.RUNNING).exists():
            end(run, RunState.FAILED, reason_of(run, counts))
    elif counts.phase is None:
        end(run, RunState.DONE)
    else:
        room = AHEAD - counts.of_phase(counts.phase, *WITH_ENGINE)
        for ticket in queue_waiting(run, counts.phase, room):
            engine.enqueue(ticket, kind.queue_for(run))


def is_beyond_help(kind: Kind, counts: Counts) -> bool:
    """Whether the run can only fail now."""
    if counts.of_phase(Phase.PLAN, ChunkState.FAILED) or counts.of_phase(Phase.FINISH, ChunkState.FAILED):
        return True
    if kind.stops_at_failure and counts.of_phase(Phase.WORK, ChunkState.FAILED):
        return True
    work_is_over = counts.phase is None or counts.phase > Phase.WORK
    return work_is_over and counts.failed > 0 and not kind.tolerates_failures


def queue_waiting(run: Run, phase: int, room: int) -> list[Ticket]:
    """Mark up to ``room`` waiting chunks as queued, each with a new attempt; only this caller enqueues them."""
    is_due = Q(not_before__isnull=True) | Q(not_before__lte=Now())
    waiting = Chunk.objects.filter(is_due, run=run, phase=phase, state=ChunkState.WAITING)
    with transaction.atomic():
        locking = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        # Its own query: no lock on the run, which would make orders wait.
        if not (pks := list(waiting.select_for_update(**locking).values_list("pk", flat=True)[: max(room, 0)])):
            return []
        chunks = Chunk.objects.filter(pk__in=pks)
        chunks.update(state=ChunkState.QUEUED, attempt=F("attempt") + 1, worker=None, changed_at=Now())
        return [Ticket(*row) for row in chunks.order_by("number").values_list("pk", "attempt")]


def withdraw_queued(run: Run) -> None:
    run.chunks.filter(state=ChunkState.QUEUED).update(state=ChunkState.WAITING, changed_at=Now())


def reason_of(run: Run, counts: Counts) -> str:
    """Why it failed: the latest error that was not overcome, and how much failed."""
    last = run.errors.filter(was_retried=False).order_by("-pk").first()
    words = "No error was recorded." if last is None else last.example
    if last is not None and last.kind != "Refused":
        words = f"{last.kind}: {words}"
    return words if counts.total <= 1 else f"{counts.failed:,} of {counts.total:,} failed. {words}"


def end(run: Run, state: RunState, reason: str = "") -> None:
    unfinished = Run.objects.unfinished().filter(pk=run.pk)
    if unfinished.update(state=state, reason=reason, doing="", finished_at=Now()):
        note(run, f"{state.label.lower()}: {reason}" if reason else state.label.lower())
