"""The exports and the database's own constraints."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from annotation.exporting.rows import rows_of
from annotation.models import Annotation, AnnotationRevision, Assignment, RaterKind, Study


def exports_hold_every_row(studies: QuerySet[Study]) -> Iterator[str]:
    """Rows in an export = rows in the database, previews left out."""
    kinds = [kind for kind in RaterKind if kind != RaterKind.PREVIEW]
    kept = Annotation.objects.filter(rater__study__in=studies, rater__kind__in=kinds)
    stored = {
        "annotations": kept.count(),
        "revisions": AnnotationRevision.objects.filter(annotation__in=kept).count(),
        "assignments": Assignment.objects.filter(rater__study__in=studies, rater__kind__in=kinds).count(),
    }
    for what, count in stored.items():
        exported = sum(1 for _ in rows_of(studies, what))
        if exported != count:
            yield f"The export of {what} has {exported} rows, the database {count}."


def constraints_are_in_place(studies: QuerySet[Study]) -> Iterator[str]:
    """Each constraint that the models declare is there in the database."""
    with connection.cursor() as cursor:
        for model in [*apps.get_app_config("annotation").get_models(), *apps.get_app_config("personas").get_models()]:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
            for constraint in model._meta.constraints:
                if constraint.name not in there:
                    yield f"{model._meta.db_table}: the constraint {constraint.name} is missing."


DATABASE_RULES = (exports_hold_every_row, constraints_are_in_place)
