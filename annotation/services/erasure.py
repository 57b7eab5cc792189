"""Erasing one person's data. The words go and a tombstone stays, so that seats, counts and results remain right.

docs/operations.md says what goes, what stays and why; decision 0016 how a person who was erased is recognised.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDay
from django.utils import timezone

from annotation import defaults
from annotation.models import (
    HUMAN_KINDS,
    Annotation,
    AnnotationImport,
    AnnotationRevision,
    Assignment,
    Rater,
    RaterKind,
    Screen,
    StagedImport,
    Study,
    StudyEvent,
    TurnedAway,
)
from annotation.prolific.entry import clean_id
from annotation.services import ledger
from annotation.services.locks import lock_arrival
from annotation.services.seating import erased_id_of, visitor_of
from files.models import Upload
from jobs.models import Run
from jobs.services.runs import forget_reasons

EVENT = "participant erased"
ERASED_CONTENT = {
    "justification": "",
    "first_choice": "",
    "choice_changes": 0,
    "visible_ms": 0,
    "active_ms": 0,
    "paste_count": 0,
    "paste_characters": 0,
    "focus_losses": 0,
}
"""What a person wrote and how they went about it; the choice stays."""
ERASED_SCREEN = {"draft_choice": "", "draft_justification": "", "draft_at": None, "telemetry": {}}
ERASED_ASSIGNMENT = {
    "submission_id": "",
    "prolific_status": "",
    "comment": "",
    "check_missed": [],
    "practice_length": None,
}
ERASED_TIMES = (
    *("arrived_at", "last_seen", "deadline", "consented_at", "instructed_at"),
    *("check_passed_at", "introduced_at", "completed_at"),
)

Hook = Callable[[Study], None]
_hooks: list[Hook] = []


class NobodyToErase(Exception):
    """No person of the study has this id or pseudonym."""


class AlreadyErased(Exception):
    """The person's data were erased before."""


def after_erasure(hook: Hook) -> None:
    """Call ``hook`` with the study once an erasure is committed: it removes files and copies made from the study."""
    if hook not in _hooks:
        _hooks.append(hook)


def find_person(study: Study, who: str) -> Rater:
    """The person with this Prolific id or pseudonym. Raises ``NobodyToErase``."""
    who = who.strip()
    people = study.raters.filter(kind__in=HUMAN_KINDS)
    prolific_id = clean_id(who)
    if prolific_id:
        people = people.filter(prolific_id=prolific_id) | people.filter(erased_id=erased_id_of(study, prolific_id))
    else:
        people = people.filter(pseudonym=who)
    rater = people.first()
    if rater is None:
        raise NobodyToErase
    return rater


@transaction.atomic
def erase(*, rater: Rater, by=None) -> None:
    """Replace the person by a tombstone. Raises ``AlreadyErased``; either everything is erased or nothing."""
    study, now = rater.study, timezone.now()
    if rater.prolific_id:
        # An arrival of the same person waits, and then finds them erased.
        lock_arrival(study.pk, rater.prolific_id)
    assignment = Assignment.objects.filter(rater=rater).first()
    if assignment:
        ledger.locked(assignment)
    rater = Rater.objects.select_for_update(of=("self",)).get(pk=rater.pk)
    if rater.erased_at:
        raise AlreadyErased
    if assignment:
        _erase_assignment(assignment)
    _erase_answers(rater)
    _forget_copies(study, rater)
    _bury(rater, now)
    StudyEvent.objects.create(study=study, by=by, what=EVENT, detail={"rater": rater.pseudonym})
    # Inside the transaction: an erasure that cannot be repeated after a restore must not seem to have worked.
    _write_down(study, rater)
    forget_made_files(study)


def _erase_assignment(assignment: Assignment) -> None:
    if assignment.state == ledger.S.LIVE:
        ledger.move(assignment, ledger.S.RELEASED, cause="erased")
    for name, value in ERASED_ASSIGNMENT.items():
        setattr(assignment, name, value)
    # Whoever has the old address, the person included, finds nothing there and can write nothing more.
    assignment.code = defaults.new_code()
    assignment.save(update_fields=[*ERASED_ASSIGNMENT, "code"])
    _keep_the_day(Assignment.objects.filter(pk=assignment.pk), *ERASED_TIMES)
    assignment.events.update(note="")
    _keep_the_day(assignment.events.all(), "at")
    Screen.objects.filter(assignment=assignment).update(**ERASED_SCREEN)


def _keep_the_day(rows: QuerySet, *names: str) -> None:
    """Take the time of day away: with it Prolific's record of the same minute names the person."""
    rows.update(**{name: TruncDay(name, tzinfo=UTC) for name in names})


def _erase_answers(rater: Rater) -> None:
    answers = Annotation.objects.filter(rater=rater)
    revisions = AnnotationRevision.objects.filter(annotation__in=answers)
    revisions.update(**ERASED_CONTENT)
    answers.update(**ERASED_CONTENT, raw_verdict="")
    _keep_the_day(revisions, "saved_at")
    _keep_the_day(answers, "saved_at", "created_at")


def _forget_copies(study: Study, rater: Rater) -> None:
    if rater.prolific_id:
        TurnedAway.objects.filter(study=study, visitor=visitor_of(study, rater.prolific_id)).delete()
    # Files that wait for their import; they may hold what people elsewhere wrote.
    Upload.objects.filter(name=study.slug).delete()
    StagedImport.objects.abandoned().filter(study=study).delete()
    # Reasons of failures can quote a row of a file or of the database; runs for all studies have none.
    forget_reasons(Run.objects.filter(Q(study=study) | Q(study=None)))
    if rater.kind == RaterKind.EXTERNAL:
        for source in AnnotationImport.objects.filter(study=study):
            # Counts stay; lists name raters as the other tool did.
            source.report = {name: value for name, value in source.report.items() if isinstance(value, int)}
            source.save(update_fields=["report"])


def _bury(rater: Rater, now: datetime) -> None:
    rater.erased_at = now
    rater.metadata = {}
    if rater.kind == RaterKind.PARTICIPANT:
        rater.erased_id, rater.prolific_id = erased_id_of(rater.study, rater.prolific_id), None
    else:
        rater.name = f"erased {rater.pseudonym}"
    rater.save(update_fields=["erased_at", "metadata", "erased_id", "prolific_id", "name"])
    _keep_the_day(Rater.objects.filter(pk=rater.pk), "created_at", "erased_at")


def forget_made_files(study: Study) -> None:
    """Remove what was made of the study's data, once this is committed."""
    for hook in _hooks:
        transaction.on_commit(partial(hook, study))


# --- Again after a restore ---------------------------------------------------------------------------
def _write_down(study: Study, rater: Rater) -> None:
    path = Path(settings.ERASURES_FILE)
    line = json.dumps({"study": study.slug, "rater": rater.pseudonym, "at": timezone.now().date().isoformat()})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def read_erasures(lines: Iterable[str]) -> list[tuple[str, str]]:
    """(study, pseudonym) of each line. Raises ``ValueError`` naming the first line that is none."""
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found.append((str(row["study"]), str(row["rater"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} is no erasure: {line.strip()[:80]!r}") from error
    return found
