"""manage.py work: a worker for long runs. Start as many as the machine has cores to spare, on any machines."""

from __future__ import annotations

import os
import signal

from django.core.management.base import BaseCommand

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Command(BaseCommand):
    # System checks import every view, and numpy with them: 0.9 s and 31 MB that a worker need not pay.
    requires_system_checks = ()
    help = "Work on runs until stopped by SIGTERM: chunks in progress go back to the queue. See docs/jobs.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--nice", type=int, default=10, help="niceness, so that the site comes first (10)")
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="stop when this process, the parent, is gone"
        )

    def handle(self, *, nice: int, with_parent: int | None, **options) -> None:
        # Before numpy is loaded, as in config/gunicorn.py.
        for name in ONE_THREAD:
            os.environ.setdefault(name, "1")
        os.nice(nice)
        # Loads the engine, which no other command needs.
        from jobs.working import WorkerProcess

        process = WorkerProcess(is_wanted=lambda: with_parent in (None, os.getppid()))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, process.stop)
        process.work()
