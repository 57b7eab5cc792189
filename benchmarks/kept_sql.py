"""CPU of one rater's services with the writes of annotation/sql_once.py, beside Django's own save().

    .venv/bin/python benchmarks/kept_sql.py

In one process on a new SQLite file, four raters by turns each way, so that a busy machine slows both alike. Only the
services are timed: no request, no template. About two minutes.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PAIRS, RATERS = 40, 4


def start_django(folder: str) -> None:
    import django
    from django.core.management import call_command

    os.environ |= {"ENV_FILE": "", "SECRET_KEY": "benchmark" * 6, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    call_command("migrate", verbosity=0)


def save_as_django_does(instance) -> None:
    instance.save(force_insert=True)


def update_as_django_does(instance, *names: str) -> None:
    instance._state.adding = False
    instance.save(update_fields=names)


def write_with(insert, update) -> None:
    from annotation.services import ledger, participation, seating

    for module in (ledger, participation, seating):
        for name, function in (("insert", insert), ("update", update)):
            if hasattr(module, name):
                setattr(module, name, function)


class Crowd:
    def __init__(self) -> None:
        from tests.factories import make_study

        self.study = make_study(personas=200, questions=10, raters=4)
        self.arrived = 0

    def cpu_of_a_rater(self) -> float:
        """Milliseconds of CPU from arrival to the last of ten answers, the mean of a few raters."""
        from tests.factories import answer_all, arrive, walk_to_questions

        started = time.process_time()
        for _ in range(RATERS):
            self.arrived += 1
            answer_all(walk_to_questions(arrive(self.study, self.arrived)))
        return (time.process_time() - started) / RATERS * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder)
        from annotation import sql_once

        ways = {
            "kept SQL": (sql_once.insert, sql_once.update),
            "save()": (save_as_django_does, update_as_django_does),
        }
        crowd, taken = Crowd(), {name: [] for name in ways}
        for _ in range(PAIRS + 1):
            for name, functions in ways.items():
                write_with(*functions)
                taken[name].append(crowd.cpu_of_a_rater())
        report({name: times[1:] for name, times in taken.items()})


def report(taken: dict[str, list[float]]) -> None:
    kept, saved = taken["kept SQL"], taken["save()"]
    ratio = statistics.median(theirs / ours for ours, theirs in zip(kept, saved, strict=True))
    for name, times in taken.items():
        print(f"{name:10} {statistics.median(times):5.1f} ms of CPU a rater (median of {len(times)})")
    print(f"save() takes {ratio:.2f} times as much, pair by pair")


if __name__ == "__main__":
    main()
