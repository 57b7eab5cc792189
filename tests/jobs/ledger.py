"""A kind of run whose effects can be counted: it writes each item into a table without any constraint."""

from __future__ import annotations

import os
import time

from django.db import connection

from jobs.kinds import Kind, Refused, register

TABLE = "jobs_test_ledger"


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (run integer, chunk integer, item integer, pid integer)")


def written(run) -> list[tuple[int, int]]:
    """(chunk, item) as often as it was written."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT chunk, item FROM {TABLE} WHERE run = %s ORDER BY chunk, item", [run.pk])
        return [tuple(row) for row in cursor.fetchall()]


def work_on(item: int, seconds: float) -> None:
    time.sleep(seconds)


@register
class Ledger(Kind):
    """Parameters: chunks, size, pause (seconds per item), fails (numbers of chunks that always raise)."""

    name = "test-ledger"
    label = "Ledger"
    has_plan = has_finish = resumes = True

    def plan(self, run):
        return [run.parameters["size"]] * run.parameters["chunks"]

    def run_chunk(self, run, chunk):
        for item in range(chunk.done, chunk.size):
            chunk.check_wanted()
            work_on(item, run.parameters.get("pause", 0))
            if chunk.number in run.parameters.get("fails", []):
                raise ValueError(f"Item {item} cannot be done.")
            with chunk.writing(done=item + 1), connection.cursor() as cursor:
                row = [run.pk, chunk.number, item, os.getpid()]
                cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s)", row)

    def finish(self, run, chunk):
        return {"items": len(written(run))}


@register
class Refusing(Kind):
    name = "test-refusing"
    label = "Refusing"
    one_at_a_time = "test"

    def run_chunk(self, run, chunk):
        raise Refused("There is nothing to do.")
