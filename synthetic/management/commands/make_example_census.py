"""manage.py make_example_census DIR: made-up census files in the official form."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from personas.pums.example import write_example_census


class Command(BaseCommand):
    help = "Write made-up person, housing and dictionary files in the form of the ACS PUMS, to try things out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--persons", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["persons"] < 1:
            raise CommandError("--persons must be at least 1.")
        try:
            write_example_census(options["folder"], persons=options["persons"], seed=options["seed"])
        except OSError as error:
            raise CommandError(f"Cannot write to {options['folder']}: {error.strerror}.") from error
        self.stdout.write(f"Made-up census files written to {options['folder']}. Nobody in them exists.")
