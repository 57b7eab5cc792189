"""The parts of a run that workers do, and what went wrong in them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobs.aside import aside
from jobs.kinds import Interrupted, Superseded
from jobs.models.run import Run, Wanted
from jobs.models.worker import Worker

BETWEEN_REPORTS = 0.5  # seconds
LONGEST_IDLENESS = "60s"


class Phase(models.IntegerChoices):
    """A phase starts when the one before it is over."""

    PLAN = 0, "Planning"
    WORK = 1, "Working"
    FINISH = 2, "Finishing"


class ChunkState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Chunk(models.Model):
    """About a hundred items of a run. A worker holds one ``attempt`` at it; a higher number ends that attempt."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    phase = models.PositiveSmallIntegerField(choices=Phase.choices, default=Phase.WORK)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=ChunkState.choices, default=ChunkState.WAITING)
    size = models.PositiveIntegerField(default=1)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    # How often it raised, and how often its worker died.
    errors = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    worker = models.ForeignKey(Worker, null=True, blank=True, on_delete=models.SET_NULL, related_name="chunks")
    not_before = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["run_id", "phase", "number"]
        indexes = [models.Index(fields=["run", "phase", "state"], name="chunk_by_state")]  # the planner's counts
        constraints = [
            models.UniqueConstraint(fields=["run", "phase", "number"], name="one_chunk_per_number"),
            models.CheckConstraint(condition=Q(state__in=ChunkState.values), name="chunk_state_is_known"),
            models.CheckConstraint(
                condition=Q(done__lte=models.F("size") - models.F("failed")), name="chunk_counts_fit_its_size"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.number} of run {self.run_id}"

    # --- For the kind's code -----------------------------------------------------------------------
    @contextmanager
    def writing(self, *, done: int | None = None) -> Iterator[None]:
        """A transaction that only the current attempt can commit; ``done`` items are committed with it.

        Keep it short: on SQLite everybody else's writes wait for it. Raises ``Superseded``.
        """
        with transaction.atomic():
            limit_idleness()
            if not self._mine().select_for_update().exists():
                raise Superseded
            yield
            if done is not None:
                self.done = done
                self._mine().update(done=done, changed_at=Now())

    def report(self, doing: str = "", done: int | None = None, of: int | None = None) -> None:
        """Say how far it is, from inside a transaction too; call it often, it writes twice a second at most.

        Raises ``Interrupted`` where the run is to pause or end, ``Superseded`` where another worker has the chunk.
        Does nothing where the run is done without a worker: nobody could see it meanwhile.
        """
        now = time.monotonic()
        if doing == self.doing and now - getattr(self, "_reported", 0.0) < BETWEEN_REPORTS:
            return
        self._reported = now
        self.doing = doing[:200]
        self.size = self.size if of is None else max(of, 1)
        self.done = self.done if done is None else min(done, self.size)
        if self.worker_id is None:
            return
        fresh = {"doing": self.doing, "done": self.done, "size": self.size, "changed_at": Now()}
        if not aside(lambda: self._mine().update(**fresh)):
            raise Superseded
        self.check_wanted()

    def check_wanted(self) -> None:
        """Raise ``Interrupted`` unless the run is wanted and this process is to work on."""
        unwanted = Run.objects.filter(pk=self.run_id).exclude(wanted=Wanted.RUN)
        if stopping() or (aside(unwanted.exists) if self.worker_id else unwanted.exists()):
            raise Interrupted

    def _mine(self) -> models.QuerySet[Chunk]:
        return Chunk.objects.filter(pk=self.pk, attempt=self.attempt, state=ChunkState.RUNNING)


def limit_idleness() -> None:
    """A worker that is stopped or cut off inside this transaction must not keep its locks."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [LONGEST_IDLENESS])


_stopping = False


def stopping() -> bool:
    return _stopping


def stop_working() -> None:
    """From now on every chunk of this process is interrupted at its next report."""
    global _stopping
    _stopping = True


class RunError(models.Model):
    """What went wrong: one row per chunk, attempt and kind of error."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="errors")
    chunk = models.ForeignKey(Chunk, null=True, on_delete=models.SET_NULL, related_name="+")
    attempt = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=100)
    example = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=1)
    # The chunk was tried again and got further.
    was_retried = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["run", "kind"], name="run_error_by_kind")]  # the run's page

    def __str__(self) -> str:
        return f"{self.kind}: {self.example[:60]}"
