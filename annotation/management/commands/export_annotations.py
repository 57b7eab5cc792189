"""manage.py export_annotations STUDY: a study's data as a file, pseudonymous unless ids are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.exporting.rows import EXPORTS, FORMATS, export_text, write_export
from annotation.management.lookup import find_study


class Command(BaseCommand):
    help = "Write annotations (or assignments, or revisions) as JSONL, CSV or Parquet. See docs/data-formats.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("--format", choices=FORMATS, default="jsonl", dest="form", help="jsonl is exact")
        parser.add_argument("--what", choices=EXPORTS, default="annotations")
        parser.add_argument("--output", metavar="FILE", type=Path, help="the output file (default: standard output)")
        parser.add_argument(
            "--with-prolific-ids", action="store_true", help="add Prolific's ids, for payment lists; never share these"
        )

    def handle(self, *, study: str, form: str, what: str, output: Path | None, with_prolific_ids: bool, **options):
        found = find_study(study)
        if form == "parquet" and output is None:
            raise CommandError("Parquet is binary: name a file with --output.")
        try:
            if form == "parquet":
                with output.open("wb") as binary:
                    write_export(found, what, binary, include_prolific_ids=with_prolific_ids)
            else:
                self.write_text(export_text(found, what, form, include_prolific_ids=with_prolific_ids), output)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error

    def write_text(self, pieces: Iterator[str], output: Path | None) -> None:
        if output is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        # newline="": RFC 4180's CRLF stays as it is.
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
