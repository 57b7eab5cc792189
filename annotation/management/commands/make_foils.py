"""manage.py make_foils STUDY: the foil design from a study with baselines."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from annotation.management.lookup import find_study, valid_slug
from annotation.services.foils import MadeFoils, NoFoilsPossible, make_foils

SHOWN = 5


class Command(BaseCommand):
    help = "Make a new draft in which each revised answer is compared with another persona's revised answer."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the slug of a study with baselines")
        parser.add_argument("--slug", help="the new study's slug (default: STUDY-foils)")
        parser.add_argument("--seed", type=int, help="draws the foils (default: the study's own seed)")

    def handle(self, *, study: str, slug: str | None, seed: int | None, **options) -> None:
        slug = valid_slug(slug) if slug else None
        try:
            made = make_foils(study=find_study(study), slug=slug, seed=seed)
        except NoFoilsPossible as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.study.slug}: {made.questions} questions with foils, a draft.")
        self.report(made)

    def report(self, made: MadeFoils) -> None:
        if made.reused:
            self.stdout.write(f"{made.reused} revisions are used more than once, since the others have the same text.")
        if made.left_out:
            first = ", ".join(f"{persona} on {prompt}" for persona, prompt in made.left_out[:SHOWN])
            self.stdout.write(
                f"{len(made.left_out)} questions left out, since no other answer exists (first: {first})."
            )
