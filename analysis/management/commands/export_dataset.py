"""manage.py export_dataset STUDY DIR: a study as Parquet files with a data card, in the layout of Hugging Face."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.management.option_flags import add_option_flags, options_from
from analysis.services.dataset import write_dataset
from annotation.management.lookup import find_study
from annotation.management.progress import ProgressLine


class Command(BaseCommand):
    help = "Write a study's answers, votes, agreement, questions and personas as Parquet, with a data card."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("folder", metavar="DIR", type=Path, help="made where it does not exist")
        add_option_flags(parser)

    def handle(self, *, study: str, folder: Path, **given) -> None:
        found, options, progress = find_study(study), options_from(given), ProgressLine(self.stderr)
        try:
            files = write_dataset(found, folder, options=options, progress=progress)
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        finally:
            progress.close()
        self.stdout.write(f"{len(files)} files in {folder}.")
