"""manage.py import_questions STUDY FILE: all questions of a file into a study, or none."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotation.management.lookup import find_persona_set, find_study, open_file, valid_slug
from annotation.models import Study
from annotation.services.assembly import StudyFrozen, StudyNotReady, create_study
from annotation.services.question_plan import NoPersonaSet
from annotation.services.questions import (
    ImportedQuestions,
    PersonaSetInUse,
    QuestionsInUse,
    import_questions,
    use_persona_set,
)
from files.reading import UnreadableFile

REFUSALS = (NoPersonaSet, PersonaSetInUse, QuestionsInUse, StudyFrozen, StudyNotReady)


class Command(BaseCommand):
    help = "Import questions (JSONL, JSON, CSV, TSV or text) into a study: the whole file or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--set", metavar="NAME[@VERSION]", help="the study's persona set; creates the study if it does not exist"
        )
        parser.add_argument("--replace", action="store_true", help="replace all questions with the file")

    def handle(self, *, study: str, file: Path, set: str | None, replace: bool, **options) -> None:
        try:
            with open_file(file) as data, transaction.atomic():
                target = self.study_for(study, set)
                done = import_questions(study=target, data=data, filename=file.name, replace=replace)
        except UnreadableFile as error:
            raise CommandError("\n".join([f"{file}: nothing was imported.", *error.report()])) from error
        except REFUSALS as error:
            raise CommandError(f"{file}: nothing was imported. {error}") from error
        self.stdout.write(sentence(target, done))

    def study_for(self, slug: str, set_name: str | None) -> Study:
        """The named study, made when a persona set for it is named too."""
        if set_name is None:
            return find_study(slug)
        persona_set = find_persona_set(set_name)
        study = Study.objects.filter(slug=slug).first() or create_study(slug=valid_slug(slug), name=slug)
        use_persona_set(study=study, persona_set=persona_set)
        return study


def sentence(study: Study, done: ImportedQuestions) -> str:
    if done.was_already_there:
        return f"{study.slug}: everything was already stored; nothing changed."
    removed = f" in place of {done.removed}" if done.removed else ""
    checks = f", {done.checks} of them attention checks" if done.checks else ""
    return f"{study.slug}: {done.created} questions imported{removed}{checks}."
