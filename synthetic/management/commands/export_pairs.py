"""manage.py export_pairs NAME DIR: a pair set as JSONL, CSV and Parquet, with a data card."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from synthetic.management.options import pair_set_named
from synthetic.services.exporting import FORMATS, export_pairs


class Command(BaseCommand):
    help = "Write a pair set in the layout of the published PERSONA data set and in a typed one, with a data card."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the pair set")
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--format", action="append", choices=FORMATS, help="only this one; may be repeated (all)")

    def handle(self, *args: Any, **options: Any) -> None:
        pair_set = pair_set_named(options["name"])
        try:
            written = export_pairs(pair_set, options["folder"], formats=tuple(options["format"] or FORMATS))
        except OSError as error:
            raise CommandError(f"Cannot write to {options['folder']}: {error.strerror}.") from error
        pairs = pair_set.pairs.complete().count()
        self.stdout.write(f"{pairs:,} pairs written to {', '.join(path.name for path in written)}.")
