"""manage.py rehearse: walk simulated raters through a study's pages, and hold what they saw against the database."""

import time
from contextlib import nullcontext

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from annotation.integrity.checking import integrity_problems
from annotation.management.lookup import find_study
from annotation.models import Assignment, Rater, Study, StudyState
from annotation.rehearsal.audit import broken_promises
from annotation.rehearsal.behaviour import DEFAULT_ACCURACY
from annotation.rehearsal.crowd import make_crowd, walk_in_bursts
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.report import rehearsal_report
from annotation.rehearsal.server import ServerDidNotStart, SiteServer
from annotation.rehearsal.walker import Broken, Walker
from annotation.services.assembly import wipe_rehearsal


class Command(BaseCommand):
    help = (
        "Walk simulated raters through a study's real pages: bursts of arrivals, drop-outs, returns, late finishers, "
        "double clicks, changes of mind. All they make is marked as rehearsal data; --wipe deletes it."
    )

    def add_arguments(self, parser):
        parser.add_argument("study", help="the study's short name in its link, such as example")
        parser.add_argument("--raters", type=int, default=80, help="how many simulated raters come (80)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same raters (1)")
        parser.add_argument(
            "--accuracy", type=float, default=DEFAULT_ACCURACY, help="chance of choosing the revised answer (0.85)"
        )
        parser.add_argument("--burst", type=int, default=20, help="how many arrive at the same moment (20)")
        parser.add_argument("--url", help="a running site with this database; without it one is started for the while")
        parser.add_argument(
            "--alongside", action="store_true", help="go on although real participants are in the study"
        )
        parser.add_argument("--wipe", action="store_true", help="delete what rehearsals made in this study, and stop")

    def handle(self, *args, study, wipe, **options):
        study = find_study(study)
        if wipe:
            return self.stdout.write(f"{wipe_rehearsal(study=study)} simulated raters wiped from {study.slug}.")
        refuse_what_makes_no_sense(study, options)
        return self.rehearse(study, options)

    def rehearse(self, study: Study, options: dict) -> None:
        oracle, started = Oracle(study), time.monotonic()
        crowd = {name: options[name] for name in ("raters", "seed", "accuracy")}
        try:
            with site_to_walk(options["url"]) as site:
                walkers = make_crowd(study, oracle, site=site, **crowd)
                refuse_a_site_that_takes_them_for_people(study, walkers[0])
                walks = walk_in_bursts(walkers, oracle, burst=options["burst"], say=self.stdout.write)
        except ServerDidNotStart as error:
            raise CommandError(f"The site did not start:\n{error}") from None
        for line in rehearsal_report(study, walks, seconds=time.monotonic() - started):
            self.stdout.write(line)
        self.judge([*broken_promises(study, walks), *integrity_problems(study)])

    def judge(self, problems: list[str]) -> None:
        if problems:
            raise CommandError("\n".join([f"{len(problems)} promises were broken:", *map(str, problems)]))
        self.stdout.write(self.style.SUCCESS("Every promise was kept, and check_integrity found nothing."))


def refuse_what_makes_no_sense(study: Study, options: dict) -> None:
    if study.state != StudyState.OPEN:
        raise CommandError(f"{study.slug} is {study.state}. Open it first: simulated raters come as people come.")
    if options["raters"] < 1 or options["burst"] < 1 or not 0 <= options["accuracy"] <= 1:
        raise CommandError("--raters and --burst must be at least 1, and --accuracy between 0 and 1.")
    real = Assignment.objects.filter(study=study, rater__is_rehearsal=False).of_participants().count()
    if real and not options["alongside"]:
        raise CommandError(
            f"{real} real participants are in {study.slug}; simulated raters would take seats from people. "
            "Rehearse on a copy, or add --alongside if you mean it."
        )


def refuse_a_site_that_takes_them_for_people(study: Study, walker: Walker) -> None:
    """Send one rater ahead: a site with another secret key does not know our mark, and ours alone has our database."""
    try:
        is_seated = walker.arrive() is not None
    except Broken as error:
        raise CommandError(f"The site at {walker.site} does not let raters in: {error}") from None
    finally:
        walker.client.close()
    marked = Rater.objects.filter(study=study, prolific_id=walker.walk.prolific_id, is_rehearsal=True)
    if is_seated and not marked.exists():
        raise CommandError(
            f"The site at {walker.site} seated a simulated rater without the mark of a rehearsal, or in another "
            f"database. Run this command with that site's DATABASE_URL and SECRET_KEY. "
            f"The rater there has the Prolific id {walker.walk.prolific_id}."
        )


def site_to_walk(url: str | None):
    """The address of the site that was named, else of one of our own that ends with the block."""
    if url:
        return nullcontext(url)
    collect_static_files_if_missing()
    # The server's processes must not share this process's connection.
    connection.close()
    return OwnSite()


def collect_static_files_if_missing() -> None:
    """Pages cannot be made without the manifest of the static files, where the settings ask for one."""
    is_hashed = "Manifest" in settings.STORAGES["staticfiles"]["BACKEND"]
    if is_hashed and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


class OwnSite(SiteServer):
    """A server of our own, entered for its address."""

    def __enter__(self) -> str:
        super().__enter__()
        return self.url
