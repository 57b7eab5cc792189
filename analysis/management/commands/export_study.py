"""manage.py export_study STUDY DIR: data, settings, headline numbers, and a script that makes the numbers again."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.bundle.headline import RuleNotCounted
from analysis.bundle.writing import FolderInUse, write_bundle
from analysis.management.option_flags import add_option_flags, options_from
from analysis.services.html_report import report_of
from annotation.management.lookup import find_study
from annotation.management.progress import ProgressLine


class Command(BaseCommand):
    help = "Write a study's bundle into a new folder. Check it with DIR/recompute.py. See docs/data-formats.md."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is new or empty")
        add_option_flags(parser)

    def handle(self, *, study: str, folder: Path, **given) -> None:
        found, options, progress = find_study(study), options_from(given), ProgressLine(self.stderr)
        try:
            files = write_bundle(found, folder, options=options, progress=progress, report=report_of)
        except (FolderInUse, RuleNotCounted) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        finally:
            progress.close()
        self.stdout.write(f"{len(files) + 1} files in {folder}. Check them: python {folder / 'recompute.py'}")
