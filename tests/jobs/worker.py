"""python -m tests.jobs.worker [VERSION]: manage.py work, with the kinds of run of these tests."""

import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    from jobs import engine, working
    from tests.jobs import ledger  # noqa: F401 (registers them)

    if len(sys.argv) > 1:
        engine.VERSION = working.VERSION = sys.argv[1]
    call_command("work", "--nice", "0")
