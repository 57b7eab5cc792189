"""The only module that knows DBOS: it carries tickets to workers and keeps the schedule. docs/decisions/0017 says why.

Never imported by the web process: it costs every process 38 MB.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from django.db import connection, connections

from jobs.kinds import QUEUES, Queue
from jobs.models import Worker
from jobs.schedule import TASKS, run_task
from jobs.services.chunks import Ticket, run_ticket

# Pinned: with the default, a hash of the code, an upgrade would strand what is queued. Raise it only when the
# arguments of the workflows below change; the planner then takes over what the older version left.
VERSION = "1"
NAME = "understudy"
SCHEMA = "jobs_engine"
POLL_SECONDS = 0.3
GRACE_SECONDS = 10
KEPT = timedelta(minutes=10)
DELETED_AT_ONCE = 1000
SCHEDULE = Queue("schedule", per_worker=1)
QUEUED = {"ENQUEUED", "DELAYED"}
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
log = logging.getLogger(__name__)

_worker: Worker | None = None
chunk_ended = threading.Event()
"""Set so that the planner need not wait for its next round."""


# Attempts are counted in our own rows, so DBOS need not.
@DBOS.workflow(name="chunk", max_recovery_attempts=None)
def carry_chunk(chunk_id: int, attempt: int) -> None:
    try:
        run_ticket(Ticket(chunk_id, attempt), _worker)
    finally:
        # Of this thread: DBOS starts many, and each would keep a connection.
        connections.close_all()
        chunk_ended.set()


@DBOS.workflow(name="task", max_recovery_attempts=None)
def carry_task(due: datetime | str, name: str) -> None:
    try:
        run_task(name, datetime.fromisoformat(due) if isinstance(due, str) else due)
    finally:
        connections.close_all()


class DbosEngine:
    """The engine of one worker process."""

    def __init__(self, worker: Worker) -> None:
        global _worker
        _worker = worker
        self.worker = worker

    def launch(self) -> None:
        DBOS(config=config_for(self.worker))
        DBOS.launch()
        for queue in (*QUEUES.values(), SCHEDULE):
            register(queue)
        keep_schedule()

    def stop(self) -> None:
        """Take no new work, and give chunks a moment to reach their next report."""
        DBOS.destroy(workflow_completion_timeout_sec=GRACE_SECONDS)

    # --- What the planner asks ---------------------------------------------------------------------
    def enqueue(self, ticket: Ticket, queue: Queue) -> None:
        with SetWorkflowID(str(ticket)):
            DBOS.enqueue_workflow(queue.name, carry_chunk, ticket.chunk_id, ticket.attempt)

    def abandoned(self) -> Iterable[Ticket]:
        """What dead workers held would keep its place in a queue's limits for ever."""
        alive = executors_alive()
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        lost = [workflow.workflow_id for workflow in pending if workflow.executor_id not in alive]
        if lost:
            DBOS.cancel_workflows(lost)
        return [ticket for ticket in map(Ticket.read, lost) if ticket]

    def unknown(self, tickets: Iterable[Ticket]) -> Iterable[Ticket]:
        wanted = {str(ticket): ticket for ticket in tickets}
        alive, versions = executors_alive(), versions_alive()
        found = DBOS.list_workflows(workflow_ids=list(wanted), load_input=False, load_output=False)
        for workflow in found:
            is_queued = workflow.status in QUEUED and workflow.app_version in versions
            if is_queued or (workflow.status == "PENDING" and workflow.executor_id in alive):
                del wanted[workflow.workflow_id]
        if stranded := [workflow.workflow_id for workflow in found if workflow.workflow_id in wanted]:
            DBOS.cancel_workflows(stranded)
        return list(wanted.values())

    def delete_old(self) -> None:
        """What is over is in our own rows; here it would pile up."""
        before = (datetime.now(UTC) - KEPT).isoformat()
        over = DBOS.list_workflows(
            status=OVER, completed_before=before, limit=DELETED_AT_ONCE, load_input=False, load_output=False
        )
        if over:
            DBOS.delete_workflows([workflow.workflow_id for workflow in over])


def executors_alive() -> set[str]:
    return {worker.executor_id for worker in Worker.objects.alive()}


def versions_alive() -> set[str | None]:
    # None: enqueued without a version, for the latest.
    return {None, *Worker.objects.alive().values_list("engine_version", flat=True)}


def register(queue: Queue) -> None:
    limiter = {"limit": queue.starts, "period": queue.seconds} if queue.starts else None
    DBOS.register_queue(
        queue.name,
        worker_concurrency=queue.per_worker,
        global_concurrency=queue.overall,
        limiter=limiter,
        polling_interval_sec=POLL_SECONDS,
        on_conflict="always_update",
    )


def keep_schedule() -> None:
    """Schedules are stored by the engine: those of earlier versions go, and missed times are not made up for."""
    for schedule in DBOS.list_schedules():
        if schedule["schedule_name"] not in TASKS:
            DBOS.delete_schedule(schedule["schedule_name"])
    DBOS.apply_schedules(
        [
            {
                "schedule_name": task.name,
                "workflow_fn": carry_task,
                "schedule": task.cron,
                "context": task.name,
                "automatic_backfill": False,
                "queue_name": SCHEDULE.name,
            }
            for task in TASKS.values()
        ]
    )


# --- Where the engine keeps its own tables -----------------------------------------------------------
def config_for(worker: Worker) -> DBOSConfig:
    return {
        "name": NAME,
        "system_database_url": engine_url(),
        "dbos_system_schema": SCHEMA,
        "sys_db_pool_size": 4,
        "use_listen_notify": False,
        "application_version": VERSION,
        "executor_id": worker.executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": 30,
    }


def engine_url() -> str:
    """Beside the site's database: a file of its own, or a schema of its own."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        file = Path(database["NAME"]).with_name("jobs.sqlite3")
        prepare_file(file)
        return f"sqlite:///{file}"
    name, user, password, host = (quote(str(database[part]), safe="") for part in ("NAME", "USER", "PASSWORD", "HOST"))
    account = f"{user}:{password}" if password else user
    tls = {name: value for name, value in database.get("OPTIONS", {}).items() if name.startswith("ssl")}
    return f"postgresql+psycopg://{account}@{host}:{database['PORT'] or 5432}/{name}?{urlencode(tls)}"


def prepare_file(file: Path) -> None:
    """For this account's eyes only; in WAL mode, which stays with the file, readers do not wait for writers."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    made = sqlite3.connect(file, timeout=20)
    try:
        made.execute("PRAGMA journal_mode=WAL")
    finally:
        made.close()
