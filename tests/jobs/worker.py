"""python -m tests.jobs.worker: a nursery of workers with the kinds of run of these tests.

For each line it reads, a version of the engine, it forks a process that runs manage.py work, and prints its number.
Forked because thirty fresh interpreters would spend a minute importing the same modules.
"""

import os
import signal
import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    import jobs.working  # noqa: F401 (loaded before the forks)
    from jobs.models import ScheduledTask
    from jobs.schedule import scheduled
    from tests.jobs import ledger  # noqa: F401 (registers its kinds)

    @scheduled(name="test-ticks", label="Ticks", cron="* * * * * *")
    def tick() -> str:
        # Counted in its row: each worker is a process of its own.
        return str(int(ScheduledTask.objects.get(name="test-ticks").outcome or 0) + 1)

    # The system buries the dead.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become_worker(line.strip())
        print(pid, flush=True)


def become_worker(version: str) -> None:
    from jobs import engine, working

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    engine.VERSION = working.VERSION = version
    call_command("work", "--nice", "0")
    os._exit(0)


if __name__ == "__main__":
    main()
