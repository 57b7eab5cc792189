"""manage.py import_pairs FILE NAME: one's own copy of a published set of preference pairs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from files.reading import UnreadableFile
from synthetic.services.pair_import import import_pairs
from synthetic.services.pairs import BadPairSet


class Command(BaseCommand):
    help = (
        "Import pairs with the columns persona, instruction, original and data from JSONL, CSV or Parquet, with their "
        "personas and prompts. All of the file or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("name", help="name of the pair set, its personas and its prompts")
        parser.add_argument("--note", default="", help="its licence and source, for data cards")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pair_set = import_pairs(name=options["name"], path=options["file"], note=options["note"])
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(f"{error.total:,} problems; nothing was changed.\n{error}") from error
        except BadPairSet as error:
            raise CommandError(str(error)) from None
        personas = pair_set.persona_set.personas.count()
        self.stdout.write(f"{pair_set.pairs.count():,} pairs of {personas:,} personas imported as {pair_set}.")
