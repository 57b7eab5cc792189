"""manage.py baseline_raters STUDY: let the site's own rules answer, to show what no skill gives."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotation.management.lookup import find_study
from annotation.services.baseline_raters import BaselineRaters, compute_baseline_raters


class Command(BaseCommand):
    help = "Compute the baseline raters of a study; safe to run again, such as after new questions."

    def add_arguments(self, parser) -> None:
        parser.add_argument("study", metavar="STUDY", help="the study's slug")
        parser.add_argument("--seed", type=int, help="the seed for coin tosses (default: the study's own seed)")

    def handle(self, *, study: str, seed: int | None, **options) -> None:
        target = find_study(study)
        self.stdout.write(f"{target.slug}: {sentence(compute_baseline_raters(study=target, seed=seed))}")


def sentence(done: BaselineRaters) -> str:
    if not done.changed:
        return "the baseline raters were already computed; nothing changed."
    return f"{len(done.changed)} baseline raters answered {done.questions:,} questions ({', '.join(done.changed)})."
