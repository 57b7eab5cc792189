"""The processes that work, and what they do on a schedule."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

DEAD_AFTER = timedelta(seconds=7)
"""A worker that has not been seen for this long loses its chunks to the others."""


class WorkerQuerySet(models.QuerySet["Worker"]):
    # By the database's clock: workers on several machines need not agree on theirs.
    def alive(self) -> WorkerQuerySet:
        return self.filter(seen_at__gt=Now() - DEAD_AFTER)

    def dead(self) -> WorkerQuerySet:
        return self.exclude(seen_at__gt=Now() - DEAD_AFTER)


class Worker(models.Model):
    """One slot for a worker process on one machine; ``boot`` is the process that has it now."""

    name = models.CharField(max_length=200, unique=True)
    boot = models.UUIDField(default=uuid.uuid4)
    pid = models.PositiveIntegerField()
    engine_version = models.CharField(max_length=40)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def executor_id(self) -> str:
        """What the engine calls this process."""
        return f"{self.name}:{self.boot}"


class ScheduledTask(models.Model):
    """When a task of the schedule last ran, and what came of it."""

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
