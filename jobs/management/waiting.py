"""``--wait``: the command works on its run itself and returns when it is done, with a bar."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from jobs.models import Run, RunState
from jobs.services.inline import perform

WIDTH = 30


def add_wait_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="do the work now, in this process, and show a bar")


def follow(command: BaseCommand, run: Run, *, wait: bool) -> Run:
    """Do the run's work where the command is to wait for it; else say how to see it. Raises CommandError."""
    if not wait and not run.has_ended:
        command.stdout.write(f"Asked for as run {run.pk}. See manage.py runs show {run.pk}; workers: manage.py work.")
        return run
    bar = Bar(command.stdout)
    perform(run, after_each=bar)
    bar.close()
    if run.state != RunState.DONE:
        what = run.reason or f"The run is {run.get_state_display().lower()}."
        raise CommandError(f"Run {run.pk}: {what} See manage.py runs show {run.pk}.")
    for name, value in run.result.items():
        command.stdout.write(f"{name}: {value:,}" if isinstance(value, int) else f"{name}: {value}")
    return run


class Bar:
    """Draws the run's progress over itself on a terminal, and writes nothing elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.is_open = False

    def __call__(self, run: Run) -> None:
        if self.out.isatty():
            full = WIDTH * run.percent // 100
            self.out.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {run.done:,} of {run.total:,}", ending="")
            self.out.flush()
            self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self.out.write("")
