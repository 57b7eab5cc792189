"""Marking what needs attention as seen, and taking the mark back; the study's log keeps both."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotation.models import Assignment, AttentionKind, Seen, StudyEvent


@transaction.atomic
def mark_seen(*, assignment: Assignment, kind: str, by=None) -> None:
    kind = AttentionKind(kind)
    now = timezone.now()
    Seen.objects.update_or_create(assignment=assignment, kind=kind, defaults={"by": by, "at": now})
    _note(assignment, kind, by, "marked as seen")


@transaction.atomic
def mark_unseen(*, assignment: Assignment, kind: str, by=None) -> None:
    """Undo ``mark_seen``; without effect where nobody has seen it."""
    kind = AttentionKind(kind)
    if Seen.objects.filter(assignment=assignment, kind=kind).delete()[0]:
        _note(assignment, kind, by, "marked as not seen")


def _note(assignment: Assignment, kind: AttentionKind, by, what: str) -> None:
    detail = {"rater": assignment.rater.pseudonym, "about": kind.label.lower()}
    StudyEvent.objects.create(study=assignment.study, by=by, what=what, detail=detail)
