"""manage.py rehearse: walk simulated raters through a study's pages, and hold what they saw against the database."""

from django.core.management import BaseCommand, CommandError

from annotation.management.lookup import find_study
from annotation.models import Study
from annotation.rehearsal.behaviour import DEFAULT_ACCURACY
from annotation.rehearsal.rehearse import (
    BURST,
    Rehearsal,
    RehearsalRefused,
    refuse_what_makes_no_sense,
    rehearse,
    seat_draft,
)
from annotation.services.assembly import wipe_rehearsal


class Command(BaseCommand):
    help = (
        "Send simulated raters through a study's real pages: bursts of arrivals, drop-outs, returns, late finishers, "
        "double clicks, changes of mind. Everything they create is marked as rehearsal data; --wipe deletes it."
    )

    def add_arguments(self, parser):
        parser.add_argument("study", help="the study's short name in its link, such as example")
        parser.add_argument("--raters", type=int, default=80, help="number of simulated raters (80)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same raters (1)")
        parser.add_argument(
            "--accuracy", type=float, default=DEFAULT_ACCURACY, help="mean chance of choosing the revised answer (0.85)"
        )
        parser.add_argument("--burst", type=int, default=BURST, help="how many arrive at the same moment (20)")
        parser.add_argument(
            "--url", help="a running site with this database (default: one is started for the rehearsal)"
        )
        parser.add_argument("--alongside", action="store_true", help="run although real participants are in the study")
        parser.add_argument("--wipe", action="store_true", help="delete what rehearsals made in this study, and stop")

    def handle(self, *args, study, wipe, **options):
        study = find_study(study)
        if wipe:
            return self.stdout.write(f"{wipe_rehearsal(study=study)} simulated raters wiped from {study.slug}.")
        if options["raters"] < 1 or options["burst"] < 1 or not 0 <= options["accuracy"] <= 1:
            raise CommandError("--raters and --burst must be at least 1, and --accuracy between 0 and 1.")
        try:
            self.judge(self.walk(study, options))
        except RehearsalRefused as error:
            hint = " Or add --alongside if you mean it." if "real participants" in str(error) else ""
            raise CommandError(f"{error}{hint}") from None

    def walk(self, study: Study, options: dict) -> Rehearsal:
        refuse_what_makes_no_sense(study, alongside=options["alongside"])
        seat_draft(study)
        crowd = {name: options[name] for name in ("raters", "seed", "accuracy", "burst", "url")}
        return rehearse(study, **crowd, progress=lambda text, done, of: self.stdout.write(text))

    def judge(self, rehearsal: Rehearsal) -> None:
        for line in rehearsal.lines:
            self.stdout.write(line)
        if rehearsal.problems:
            count = len(rehearsal.problems)
            raise CommandError("\n".join([f"{count} promises were broken:", *rehearsal.problems]))
        self.stdout.write(self.style.SUCCESS("Every promise was kept, and check_integrity found nothing."))
