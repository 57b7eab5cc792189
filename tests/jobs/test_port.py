"""The engine stays behind its port, and the commands steer runs."""

import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs import schedule
from jobs.models import Run, ScheduledTask, Worker
from jobs.services.chunks import Ticket
from jobs.services.planner import collect_lost, plan_next
from jobs.services.runs import start_run
from jobs.services.workers import is_seen, register_worker, sign_off
from tests.jobs.test_runs import SMALL, SlowEngine

ROOT = Path(__file__).resolve().parents[2]
THE_SITE = """
import config.wsgi
from django.urls import get_resolver
from config.gunicorn import load_the_pages
load_the_pages()
import sys
print([name for name in sys.modules if name in ("dbos", "sqlalchemy", "jobs.engine")])
"""


def test_web_process_never_imports_the_engine():
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": ""}
    said = subprocess.run([sys.executable, "-c", THE_SITE], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert said.stdout == "[]\n", said.stderr


def command(*words):
    out = StringIO()
    call_command("runs", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("in_background", "ledger_table")
class TestCommand:
    def test_list_show_and_orders(self):
        run = start_run("test-ledger", parameters=SMALL)
        number = str(run.pk)
        assert f"{number}  Ledger: waiting, 0 of 0 done" in command("list")
        assert "No worker is running" in command("list")
        assert "(to pause)" in command("pause", number)
        assert "waiting" in command("resume", number)
        assert "(to cancel)" in command("cancel", number)
        assert "asked for" in command("show", number)

    def test_order_that_makes_no_sense_is_refused(self):
        run = start_run("test-ledger", parameters=SMALL)
        with pytest.raises(CommandError, match="there is nothing to retry"):
            command("retry", str(run.pk))

    def test_unknown_run(self):
        with pytest.raises(CommandError, match="There is no run 99"):
            command("show", "99")


# --- Workers ---------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_worker_is_alive_while_it_is_seen():
    worker = register_worker("here/0", "1")
    assert Worker.objects.alive().get() == worker
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=8))
    assert Worker.objects.dead().get() == worker
    assert is_seen(worker)
    assert Worker.objects.alive().exists()


@pytest.mark.django_db
def test_worker_whose_slot_was_taken_is_not_seen():
    worker = register_worker("here/0", "1")
    register_worker("here/0", "1")
    assert not is_seen(worker)
    sign_off(worker)
    assert Worker.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("in_background", "ledger_table")
def test_chunk_the_engine_lost_waits_again():
    engine = SlowEngine()
    run = start_run("test-ledger", parameters=SMALL)
    plan_next(engine)
    (ticket,) = engine.strangers = engine.tickets
    collect_lost(engine)
    assert run.chunks.first().state == "queued", "too young to be called lost"
    run.chunks.update(changed_at=timezone.now() - timedelta(seconds=5))
    plan_next(engine)
    assert engine.tickets == [ticket, Ticket(ticket.chunk_id, 2)]
    engine.lost = [engine.tickets[1]]
    plan_next(engine)
    assert engine.tickets[2] == Ticket(ticket.chunk_id, 3)


# --- Schedule --------------------------------------------------------------------------------------
@pytest.fixture
def task(monkeypatch):
    said = []

    def action():
        said.append("called")
        if len(said) > 1:
            raise ValueError("not twice")
        return "one thing done"

    monkeypatch.setitem(schedule.TASKS, "test", schedule.Task("test", "Test", "* * * * *", action))
    return said


@pytest.mark.django_db
def test_task_notes_its_outcome_and_collapses_ticks_that_piled_up(task):
    due = timezone.now()
    schedule.run_task("test", due)
    schedule.run_task("test", due - timedelta(minutes=1))
    schedule.run_task("test", due)
    assert task == ["called"]
    assert ScheduledTask.objects.get().outcome == "one thing done"


@pytest.mark.django_db
def test_task_that_fails_says_why(task):
    for _ in range(2):
        schedule.run_task("test", timezone.now())
    row = ScheduledTask.objects.get()
    assert (row.outcome, row.error) == ("", "ValueError: not twice")


@pytest.mark.django_db
def test_task_of_an_earlier_version_is_nobodys():
    schedule.run_task("dropped", timezone.now())
    assert not ScheduledTask.objects.exists()
    assert not Run.objects.exists()
