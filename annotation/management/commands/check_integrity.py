"""manage.py check_integrity [STUDY]: are all invariants true of the data? Exit code 1 when one is not."""

from __future__ import annotations

from itertools import groupby

from django.core.management.base import BaseCommand, CommandError

from annotation.integrity.checking import RULES, integrity_problems
from annotation.management.lookup import find_study

SHOWN = 20  # breaches of one invariant; the rest are counted


class Command(BaseCommand):
    help = "Check the invariants of the data: seats, answers, revisions, audit rows, draws, exports."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", nargs="?", help="a study's slug; without it, all studies")

    def handle(self, *, study: str | None, **options) -> None:
        problems = integrity_problems(find_study(study) if study else None)
        if not problems:
            self.stdout.write(f"All {len(RULES)} invariants hold.")
            return
        for _, group in groupby(problems, key=lambda problem: problem.invariant):
            self.report(list(group))
        raise CommandError(f"{len(problems)} breaches of {len({p.invariant for p in problems})} invariants.")

    def report(self, problems: list) -> None:
        self.stdout.write(f"BROKEN {problems[0].invariant}: {problems[0].demand}")
        for problem in problems[:SHOWN]:
            self.stdout.write(f"  {problem.found}")
        if len(problems) > SHOWN:
            self.stdout.write(f"  ... and {len(problems) - SHOWN} more")
