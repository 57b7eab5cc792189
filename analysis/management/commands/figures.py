"""manage.py figures STUDY DIR: every figure as SVG and PDF with its table and caption, and a methods paragraph."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.management.option_flags import add_option_flags, options_from
from analysis.paper.writing import write_figures
from annotation.management.lookup import find_study
from annotation.management.progress import ProgressLine


class Command(BaseCommand):
    help = "Write the figures of a study for a paper. The flags say what a page's address says."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("folder", metavar="DIR", type=Path, help="made where it is not there")
        add_option_flags(parser)

    def handle(self, *, study: str, folder: Path, **given) -> None:
        found, options, progress = find_study(study), options_from(given), ProgressLine(self.stderr)
        try:
            files = write_figures(found, folder, options=options, progress=progress)
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        finally:
            progress.close()
        self.stdout.write(f"{len(files)} files in {folder}.")
