"""One rehearsal: a crowd walks the pages of a site, and what it saw is held against the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from annotation.integrity.checking import integrity_problems
from annotation.models import Assignment, Rater, Study, StudyState
from annotation.rehearsal.audit import broken_promises
from annotation.rehearsal.behaviour import DEFAULT_ACCURACY
from annotation.rehearsal.crowd import make_crowd, walk_in_bursts
from annotation.rehearsal.oracle import Oracle
from annotation.rehearsal.report import rehearsal_report
from annotation.rehearsal.server import ServerDidNotStart, SiteServer
from annotation.rehearsal.walker import Broken, Walker
from annotation.services.assembly import design_problems, prepare_rehearsal

BURST = 20
Progress = Callable[[str, int, int], None]


class RehearsalRefused(Exception):
    """The study cannot be rehearsed; the text says why."""


@dataclass(frozen=True)
class Rehearsal:
    """What came out: the report, and the promises that were broken."""

    lines: list[str]
    problems: list[str]


def rehearse(
    study: Study,
    *,
    raters: int,
    seed: int = 1,
    accuracy: float = DEFAULT_ACCURACY,
    habits: Mapping[str, int] | None = None,
    burst: int = BURST,
    url: str | None = None,
    progress: Progress,
) -> Rehearsal:
    """Walk simulated raters through the site at ``url``, or one of our own. Raises ``RehearsalRefused``."""
    oracle, started = Oracle(study), time.monotonic()
    progress("starting a site for the rehearsal", 0, raters)
    try:
        with site_to_walk(url) as site:
            crowd = {"raters": raters, "seed": seed, "accuracy": accuracy, "habits": habits}
            walkers = make_crowd(study, oracle, site=site, **crowd)
            refuse_a_site_that_takes_them_for_people(study, walkers[0])

            def say(text: str) -> None:
                progress(text, sum(bool(walker.walk.end) for walker in walkers), raters)

            walks = walk_in_bursts(walkers, oracle, burst=burst, say=say)
    except ServerDidNotStart as error:
        raise RehearsalRefused(f"The site did not start:\n{error}") from None
    lines = rehearsal_report(study, walks, seconds=time.monotonic() - started)
    return Rehearsal(lines, [*broken_promises(study, walks), *map(str, integrity_problems(study))])


def refuse_what_makes_no_sense(study: Study, *, alongside: bool = False) -> None:
    """Only a draft or an open study, without real participants. Raises ``RehearsalRefused``."""
    if study.state not in (StudyState.DRAFT, StudyState.OPEN):
        raise RehearsalRefused(f"{study.slug} is {study.state}. Only a draft or an open study can be rehearsed.")
    if problems := design_problems(study):
        raise RehearsalRefused(" ".join(problems))
    real = Assignment.objects.filter(study=study, rater__is_rehearsal=False).of_participants().count()
    if real and not alongside:
        raise RehearsalRefused(
            f"{real} real participants are in {study.slug}; simulated raters would take seats from people. "
            "Rehearse on a copy."
        )


def seat_draft(study: Study, *, by=None) -> None:
    """A draft has no seats yet."""
    if study.state == StudyState.DRAFT:
        prepare_rehearsal(study=study, by=by)


def refuse_a_site_that_takes_them_for_people(study: Study, walker: Walker) -> None:
    """Send one rater ahead: a site with another secret key does not know our mark, and ours alone has our database."""
    try:
        is_seated = walker.arrive() is not None
    except Broken as error:
        raise RehearsalRefused(f"The site at {walker.site} does not let raters in: {error}") from None
    finally:
        walker.client.close()
    marked = Rater.objects.filter(study=study, prolific_id=walker.walk.prolific_id, is_rehearsal=True)
    if is_seated and not marked.exists():
        raise RehearsalRefused(
            f"The site at {walker.site} seated a simulated rater without the mark of a rehearsal, or in another "
            f"database. Rehearse with that site's DATABASE_URL and SECRET_KEY. "
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
