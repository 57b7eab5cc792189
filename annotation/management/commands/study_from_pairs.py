"""manage.py study_from_pairs NAME SLUG --design baseline|foil: a draft study from preference pairs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.models import Design
from annotation.services.pair_study import PERSONAS, POOL, QUESTIONS, RATERS, NoStudyPossible, study_from_pairs
from synthetic.management.options import pair_set_named


class Command(BaseCommand):
    help = "Draw personas and questions from a pair set and make a draft study of them, ready to rehearse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the pair set")
        parser.add_argument("slug", help="the study's short name in its link")
        parser.add_argument("--design", choices=Design.values, required=True)
        parser.add_argument("--personas", type=int, default=PERSONAS, help=f"how many personas ({PERSONAS})")
        parser.add_argument("--pool", type=int, default=POOL, help=f"questions kept for each persona ({POOL})")
        parser.add_argument("--questions", type=int, default=QUESTIONS, help=f"questions for each rater ({QUESTIONS})")
        parser.add_argument("--raters", type=int, default=RATERS, help=f"raters for each persona ({RATERS})")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("slug", "design", "personas", "pool", "questions", "raters", "seed")
        try:
            study = study_from_pairs(
                pair_set=pair_set_named(options["name"]), **{name: options[name] for name in names}
            )
        except NoStudyPossible as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Draft study {study.slug}: {study.personas.count()} personas, {study.questions.count():,} questions. "
            f"Rehearse it: manage.py rehearse {study.slug}"
        )
