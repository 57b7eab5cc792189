"""manage.py export_annotations STUDY: a study's data as CSV or JSONL, pseudonymous unless ids are asked for."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.exporting.rows import EXPORTS, FORMATS, export_text
from annotation.management.lookup import find_study


class Command(BaseCommand):
    help = "Write a study's annotations (or assignments, or revisions) as JSONL or CSV. See docs/data-formats.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("--format", choices=FORMATS, default="jsonl", dest="form", help="jsonl is exact")
        parser.add_argument("--what", choices=EXPORTS, default="annotations")
        parser.add_argument("--output", metavar="FILE", type=Path, help="the output file (default: standard output)")
        parser.add_argument(
            "--with-prolific-ids", action="store_true", help="add Prolific's ids, for payment lists; never share these"
        )

    def handle(self, *, study: str, form: str, what: str, output: Path | None, with_prolific_ids: bool, **options):
        pieces = export_text(find_study(study), what, form, include_prolific_ids=with_prolific_ids)
        if output is None:
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        try:
            # newline="": RFC 4180's CRLF stays as it is.
            with output.open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
