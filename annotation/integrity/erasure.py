"""People whose data were erased: a tombstone holds no word of theirs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from annotation.models import Annotation, AnnotationRevision, Assignment, AssignmentEvent, Rater, Screen, Study
from annotation.services.erasure import ERASED_ASSIGNMENT, ERASED_CONTENT, ERASED_SCREEN

PLACES = (
    ("metadata is", Rater, "", {"metadata": {}}),
    ("an assignment's words are", Assignment, "rater", ERASED_ASSIGNMENT),
    ("a note in the log is", AssignmentEvent, "assignment__rater", {"note": ""}),
    ("a draft is", Screen, "assignment__rater", ERASED_SCREEN),
    ("an answer's words are", Annotation, "rater", ERASED_CONTENT),
    ("an earlier answer's words are", AnnotationRevision, "annotation__rater", ERASED_CONTENT),
)
"""What may be left of somebody: where it is, the way to its rater, and what an erasure makes of it."""


def erased_people_left_no_words(studies: QuerySet[Study]) -> Iterator[str]:
    """Of a person who was erased nothing is left but choices, states and days."""
    for what, model, to_rater, erased in PLACES:
        of_rater = f"{to_rater}__" if to_rater else ""
        people = {f"{of_rater}study__in": studies, f"{of_rater}erased_at__isnull": False}
        rows = model.objects.filter(**people).exclude(_as_erased(erased)).order_by()
        for pseudonym in rows.values_list(f"{of_rater}pseudonym", flat=True).distinct():
            yield f"Rater {pseudonym} was erased, but {what} still there."


def _as_erased(erased: dict) -> Q:
    found = Q()
    for name, value in erased.items():
        found &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return found


ERASURE_RULES = (erased_people_left_no_words,)
