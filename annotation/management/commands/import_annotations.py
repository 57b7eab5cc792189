"""manage.py import_annotations STUDY FILE: all annotations of a file into a study, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from annotation.annotation_rows import EXTERNAL, MODEL
from annotation.management.lookup import find_study, open_file
from annotation.management.progress import ProgressLine
from annotation.services.annotation_import import StudyChanged, import_annotations, preview_annotations
from annotation.services.annotation_plan import AnnotationPlan, AnnotatorSummary
from files.reading import UnreadableFile

IN_WORDS = 20  # annotators listed by name


class Command(BaseCommand):
    help = "Import annotations of models or of people asked elsewhere: the whole file or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--kind", choices=[MODEL, EXTERNAL], default="", help="whose rows these are (default: model)"
        )
        parser.add_argument(
            "--ignore-surplus", action="store_true", help="leave out rows for questions that are not in the study"
        )
        parser.add_argument(
            "--replace", action="store_true", help="replace all answers of the annotators and runs in the file"
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would happen without changing anything")

    def handle(self, *, study: str, file: Path, dry_run: bool, **options) -> None:
        target = find_study(study)
        data = open_file(file)
        wanted = {name: options[name] for name in ("kind", "ignore_surplus", "replace")}
        progress = ProgressLine(self.stderr)
        try:
            if dry_run:
                plan = preview_annotations(target, data, file.name, progress=progress, **wanted)
            else:
                plan = import_annotations(study=target, data=data, filename=file.name, progress=progress, **wanted).plan
        except UnreadableFile as error:
            raise CommandError("\n".join([f"{file}: nothing was imported.", *error.report()])) from error
        except StudyChanged as error:
            raise CommandError(str(error)) from error
        finally:
            data.close()
            progress.close()
        self.stdout.write("\n".join(report_lines(target.slug, plan, is_dry=dry_run)))


def report_lines(slug: str, plan: AnnotationPlan, *, is_dry: bool) -> Iterator[str]:
    """The import in words: what came in, what was left out, what is missing."""
    yield f"{slug}: {headline(plan, is_dry=is_dry)}"
    for summary in plan.annotators[:IN_WORDS]:
        yield "  " + annotator_line(summary)
    if len(plan.annotators) > IN_WORDS:
        yield f"  and {len(plan.annotators) - IN_WORDS:,} more annotators"
    if plan.unparsable:
        words = ", ".join(f"{word or '(nothing)'} x {count:,}" for word, count in plan.unparsable_words)
        yield f"Kept as unparsable, left out of the statistics: {plan.unparsable:,} verdicts ({words})."
    for summary in plan.unread:
        label = summary.annotator.label
        yield f"None of the verdicts of {label} could be read. Is the choice column in a different format?"
    if plan.surplus:
        yield f"Left out: {plan.surplus:,} rows for questions that are not in the study. The first:"
        yield from (f"  {problem}" for problem in plan.first_surplus)
    yield from plan.notes
    if plan.unused_columns:
        yield f"Columns not used: {', '.join(plan.unused_columns)}."


def headline(plan: AnnotationPlan, *, is_dry: bool) -> str:
    if plan.changes_nothing:
        return "everything was already stored; nothing changed."
    there = f" {plan.already_there:,} were already stored." if plan.already_there else ""
    replaced = f" in place of {plan.removes:,}" if plan.removes else ""
    return f"{plan.new:,} annotations {'would be ' if is_dry else ''}imported{replaced}.{there}"


def annotator_line(summary: AnnotatorSummary) -> str:
    text = f"{summary.annotator.label} ({summary.annotator.kind}): {summary.rows:,} rows"
    if not summary.missing:
        return text
    return f"{text}, {summary.missing:,} questions without one (first: {summary.first_missing[0]})"
