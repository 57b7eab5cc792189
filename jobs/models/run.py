"""A run: one piece of long work, from the request to its result. These rows are the truth; the engine only carries."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs import kinds


class Wanted(models.TextChoices):
    """What people asked for."""

    RUN = "run", "Run"
    PAUSE = "pause", "Pause"
    CANCEL = "cancel", "Cancel"


class RunState(models.TextChoices):
    """What is the case."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ENDED = [RunState.DONE, RunState.FAILED, RunState.CANCELLED]


class RunQuerySet(models.QuerySet["Run"]):
    def unfinished(self) -> RunQuerySet:
        return self.exclude(state__in=ENDED)

    def visible_to(self, user) -> RunQuerySet:
        """Admins see every run; researchers those of their studies, and what they started for no study."""
        if user.is_staff:
            return self
        return self.filter(Q(study__researchers=user) | Q(study=None, started_by=user))


class Run(models.Model):
    kind = models.CharField(max_length=60)
    study = models.ForeignKey("annotation.Study", null=True, blank=True, on_delete=models.CASCADE, related_name="runs")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    parameters = models.JSONField(default=dict, blank=True)
    # While a run with this key is unfinished, asking for the same again gives that run.
    key = models.CharField(max_length=64, blank=True)
    # Runs with the same lane run one after another.
    lane = models.CharField(max_length=100, blank=True)
    wanted = models.CharField(max_length=20, choices=Wanted.choices, default=Wanted.RUN)
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.WAITING)
    # Items. Written by the planner from the chunks, so that a page reads one row.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    # [[seconds since 1970, items done], ...] of the last minute
    pace = models.JSONField(default=list, blank=True)
    result = models.JSONField(default=dict, blank=True)
    # Why it failed, for whoever started it.
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="run_by_state")]  # the planner's look each second
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_is_known"),
            models.CheckConstraint(condition=Q(wanted__in=Wanted.values), name="run_wanted_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED) ^ Q(finished_at__isnull=True), name="run_has_finished_when_it_ended"
            ),
            models.CheckConstraint(condition=~Q(state=RunState.FAILED) | ~Q(reason=""), name="failed_run_says_why"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=~Q(key="") & ~Q(state__in=ENDED),
                name="one_unfinished_run_per_key",
            ),
            models.UniqueConstraint(
                fields=["lane"], condition=~Q(lane="") & Q(state=RunState.RUNNING), name="one_running_run_per_lane"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}: {self.label}"

    @property
    def label(self) -> str:
        return kinds.label_of(self.kind)

    @property
    def description(self) -> str:
        try:
            return kinds.kind_named(self.kind).describe(self)
        except kinds.UnknownKind:
            return ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        try:
            return kinds.kind_named(self.kind).facts(self)
        except kinds.UnknownKind:
            return []

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def look(self) -> str:
        """The badge's class in the style sheet."""
        looks = {RunState.RUNNING: "live", RunState.PAUSED: "paused", RunState.DONE: "complete"}
        return "excluded" if self.state == RunState.FAILED else looks.get(RunState(self.state), "")

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def rate(self) -> float | None:
        """Items a second over the last minute; None where too little was seen."""
        if len(self.pace) < 2:
            return None
        (start, before), (end, after) = self.pace[0], self.pace[-1]
        return max(0.0, (after - before) / (end - start)) if end > start else None

    @property
    def time_left(self) -> timedelta | None:
        if not self.rate or self.has_ended:
            return None
        return timedelta(seconds=(self.total - self.done - self.failed) / self.rate)

    @property
    def can_pause(self) -> bool:
        return not self.has_ended and self.wanted == Wanted.RUN

    @property
    def can_resume(self) -> bool:
        return not self.has_ended and self.wanted == Wanted.PAUSE

    @property
    def can_cancel(self) -> bool:
        return not self.has_ended and self.wanted != Wanted.CANCEL

    @property
    def can_retry(self) -> bool:
        return self.state in (RunState.FAILED, RunState.CANCELLED) or (self.state == RunState.DONE and self.failed > 0)

    def seconds_taken(self) -> float | None:
        if not self.started_at:
            return None
        end: datetime | None = self.finished_at
        return (end - self.started_at).total_seconds() if end else None


class RunEvent(models.Model):
    """Who gave a run which order, and what became of it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what
