"""What is done again and again. Each app registers its tasks in its module ``run_kinds``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from jobs.models import ScheduledTask
from jobs.services.chunks import words_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """``action`` returns its outcome in a few words. Missed times are not made up for."""

    name: str
    label: str
    cron: str
    action: Callable[[], str]


TASKS: dict[str, Task] = {}


def scheduled(*, name: str, label: str, cron: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Decorator: have a worker call this function at the times of ``cron`` (UTC)."""

    def add(action: Callable[[], str]) -> Callable[[], str]:
        TASKS[name] = Task(name, label, cron, action)
        return action

    return add


def run_task(name: str, due: datetime) -> None:
    """Run the task unless it has been started since it was due, as when ticks queued up behind a slow one."""
    task = TASKS.get(name)
    if task is None:
        return
    ScheduledTask.objects.get_or_create(name=name)
    row = ScheduledTask.objects.filter(name=name)
    if not row.filter(Q(started_at__isnull=True) | Q(started_at__lt=due)).update(started_at=Now()):
        return
    try:
        outcome = task.action()
    except Exception as error:
        log.exception("The scheduled task %s failed.", name)
        row.update(finished_at=Now(), outcome="", error=f"{type(error).__name__}: {words_of(error)}"[:300])
    else:
        row.update(finished_at=Now(), outcome=outcome[:300], error="")
