"""Previews: the participant's pages without a seat. Their rows are nobody's data and go after a day."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation import defaults
from annotation.flow import AssignmentState
from annotation.models import Assignment, Rater, RaterKind, Study
from annotation.services.seating import deal_screens
from personas.models import Persona

KEPT_FOR = timedelta(days=1)
KEPT_AT_MOST = 200


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
