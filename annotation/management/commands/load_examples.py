"""manage.py load_examples: the two example studies, open for participants. Again changes nothing."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.models import Study
from annotation.services.examples import EXAMPLES, load_examples


class Command(BaseCommand):
    help = "Load the example studies (slugs example and example-foils), unless they already exist."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="only when there is no study at all")

    def handle(self, *, if_empty: bool, **options) -> None:
        if if_empty and Study.objects.exists():
            self.stdout.write("There are studies already; nothing loaded.")
            return
        new = {study.slug: study for study in load_examples()}
        for example in EXAMPLES:
            self.stdout.write(self.line(example.slug, new.get(example.slug)))

    def line(self, slug: str, study: Study | None) -> str:
        if study is None:
            return f"{slug}: already exists; left unchanged."
        questions, seats = study.questions.count(), study.seats.count()
        return f"{slug}: {study.personas.count()} personas, {questions} questions, {seats} seats, open at /s/{slug}/"
