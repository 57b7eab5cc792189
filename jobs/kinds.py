"""What a run can do. Each app registers its kinds in a module ``run_kinds``; docs/jobs.md shows how.

Importing this module imports no engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.models import Chunk, Run


class Refused(Exception):
    """The work cannot be done, and trying again would not help. The text is for whoever started the run."""


class Interrupted(Exception):
    """The run was paused or cancelled, or the worker is stopping. The chunk goes back to the queue."""


class Superseded(Exception):
    """Another worker has taken this chunk over; this attempt must write nothing more."""


class UnknownKind(LookupError):
    """No installed app registered this kind."""


@dataclass(frozen=True)
class ItemErrors:
    """Items of a chunk that failed the same way."""

    kind: str
    example: str
    count: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a chunk did: items done and failed. ``result`` is merged into the run's result."""

    done: int
    failed: int = 0
    errors: tuple[ItemErrors, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """How many chunks run at once: in one worker, in all of them, and how many may start within a period."""

    name: str
    per_worker: int
    overall: int | None = None
    starts: int | None = None
    seconds: float = 60


QUICK = Queue("quick", per_worker=2)
HEAVY = Queue("heavy", per_worker=1)
"""For work that takes a core or much memory for minutes."""
QUEUES: dict[str, Queue] = {queue.name: queue for queue in (QUICK, HEAVY)}


class Kind:
    """A kind of run. Subclass it, register the class, and call ``start_run(kind=name, ...)``.

    A run has up to three phases: ``plan`` cuts it into chunks, ``run_chunk`` does each chunk, ``finish`` follows
    when all are done. A worker may be killed at any moment and the chunk is then run again, so every effect is
    either the same when repeated or committed inside ``chunk.writing(done=...)``.
    """

    name: str
    label: str
    queue: Queue = QUICK
    attempts: int = 3
    """How often a chunk is tried when it raises. A worker that dies does not count."""
    resumes: bool = False
    """A chunk that is run again starts at ``chunk.done`` instead of at 0."""
    has_plan: bool = False
    has_finish: bool = False
    tolerates_failures: bool = False
    """Finish although some chunks or items failed."""
    stops_at_failure: bool = False
    """One failed chunk ends the run: for work that is all or nothing."""
    one_at_a_time: str = ""
    """Runs of one study that share this word run one after another."""

    def queue_for(self, run: Run) -> Queue:
        """Where the run's chunks wait; one that workers know (``QUEUES``)."""
        return self.queue

    def plan(self, run: Run) -> Iterable[int]:
        """The number of items in each chunk. Without a plan a run is one chunk."""
        raise NotImplementedError

    def run_chunk(self, run: Run, chunk: Chunk) -> Outcome | None:
        raise NotImplementedError

    def finish(self, run: Run, chunk: Chunk) -> dict[str, Any] | None:
        """Called once all chunks are done; returns what the run's page shows as its result."""

    def describe(self, run: Run) -> str:
        """The parameters in a few words, for lists."""
        return ""

    def facts(self, run: Run) -> list[tuple[str, str]]:
        """What the run's page says beside its counts: settings, costs."""
        return []


_kinds: dict[str, Kind] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Class decorator: make a kind known to the site, its workers and its commands."""
    _kinds[kind.name] = kind()
    QUEUES.setdefault(kind.queue.name, kind.queue)
    return kind


def kind_named(name: str) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"This version of the site knows no runs of the kind {name!r}.") from None


def label_of(name: str) -> str:
    kind = _kinds.get(name)
    return kind.label if kind else name
