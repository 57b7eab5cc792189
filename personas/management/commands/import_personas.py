"""manage.py import_personas FILE --set NAME: a persona set from a file, or a report and no change."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from files.reading import Problems, UnreadableFile
from personas.forms import names_in
from personas.importing import PersonaReader
from personas.services import BadSetName, drafts_of, import_persona_set, sound_name


class Command(BaseCommand):
    help = "Import personas from JSONL, JSON, CSV, TSV or key: value text. The whole file or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--set", dest="name", required=True, help="name of the persona set")
        parser.add_argument("--show", default="", help="attributes to show, in order, separated by commas")
        parser.add_argument("--made-by", default="", help="who or what wrote the personas, shown with the set")
        parser.add_argument("--dry-run", action="store_true", help="check the file without changing anything")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                self.check_file(file, options) if options["dry_run"] else self.store(file, options)
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}.") from error
        except BadSetName as error:
            raise CommandError(str(error)) from error
        except UnreadableFile as error:
            raise CommandError(f"{error.total:,} problems; nothing was changed.\n{error}") from error

    def check_file(self, file: BinaryIO, options: dict[str, Any]) -> None:
        name = sound_name(options["name"])
        reader = PersonaReader(Problems(), shown=names_in(options["show"]))
        for _ in drafts_of(file, options["file"].name, reader):
            pass
        for note in reader.notes:
            self.stdout.write(note)
        self.stdout.write(f"{reader.personas:,} personas for the set {name!r}, no problems. Nothing was changed.")

    def store(self, file: BinaryIO, options: dict[str, Any]) -> None:
        imported = import_persona_set(
            name=options["name"],
            data=file,
            filename=options["file"].name,
            shown_attributes=names_in(options["show"]),
            made_by=options["made_by"],
        )
        done = "imported as" if imported.created else "were already imported, unchanged, as"
        self.stdout.write(f"{imported.personas:,} personas {done} {imported.persona_set}.")
