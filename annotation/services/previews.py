"""Previews: the participant's pages without a seat. Their rows are nobody's data and go after a day."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation import defaults
from annotation.flow import AssignmentState
from annotation.models import Assignment, Rater, RaterKind, Study, StudyEvent
from annotation.services.seating import deal_screens
from personas.models import Persona

KEPT_FOR = timedelta(days=1)
KEPT_AT_MOST = 200
REVOKED = "preview links revoked"


class NothingToPreview(Exception):
    """The study has no questions yet."""


@transaction.atomic
def start_preview(*, study: Study, persona: Persona | None = None) -> Assignment:
    """A walk through the study's pages for one persona (the first, unless one is named)."""
    persona = persona or Persona.objects.filter(questions__study=study).order_by("position").first()
    if persona is None:
        raise NothingToPreview
    forget_old_previews(study)
    now = timezone.now()
    rater = Rater.objects.create(study=study, kind=RaterKind.PREVIEW, pseudonym=defaults.new_code())
    assignment = Assignment.objects.create(
        study=study,
        rater=rater,
        persona=persona,
        state=AssignmentState.PREVIEW,
        seed=defaults.new_seed(),
        arrived_at=now,
        last_seen=now,
        deadline=now + KEPT_FOR,
    )
    deal_screens(assignment, seat_number=1)
    return assignment


@transaction.atomic
def revoke_preview_links(*, study: Study, by=None) -> None:
    """No preview link made until now works any longer, and walks begun with one end."""
    StudyEvent.objects.create(study=study, by=by, what=REVOKED)
    study.raters.filter(kind=RaterKind.PREVIEW).delete()


def times_revoked(study: Study) -> int:
    """What a preview link must have been signed with; the log is the record of it."""
    return study.events.filter(what=REVOKED).count()


def forget_all_old_previews() -> int:
    """As ``forget_old_previews``, in every study; returns how many were deleted."""
    previews = Rater.objects.filter(kind=RaterKind.PREVIEW)
    before = previews.count()
    for study in Study.objects.filter(raters__kind=RaterKind.PREVIEW).distinct():
        forget_old_previews(study)
    return before - previews.count()


def forget_old_previews(study: Study) -> None:
    previews = Rater.objects.filter(study=study, kind=RaterKind.PREVIEW).order_by("-created_at")
    surplus = previews.values_list("pk", flat=True)[KEPT_AT_MOST - 1 :]
    old = previews.filter(created_at__lt=timezone.now() - KEPT_FOR).values_list("pk", flat=True)
    Rater.objects.filter(pk__in=[*surplus, *old]).delete()
