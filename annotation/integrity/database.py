"""The exports and the database's own constraints."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet

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


def references_lead_somewhere(studies: QuerySet[Study]) -> Iterator[str]:
    """Every foreign key of every table leads to a row that is there."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.many_to_one or field.one_to_one:
                yield from dangling(model, field)


def dangling(model: type[Model], field) -> Iterator[str]:
    there = field.related_model._base_manager.filter(**{field.target_field.name: OuterRef(field.attname)})
    rows = model._base_manager.filter(**{f"{field.attname}__isnull": False}).filter(~Exists(there)).order_by("pk")
    for pk, value in rows.values_list("pk", field.attname):
        table, target = model._meta.db_table, field.related_model._meta.db_table
        yield f"{table} {pk}: {field.column} {value} leads to no row of {target}."


DATABASE_RULES = (exports_hold_every_row, constraints_are_in_place, references_lead_somewhere)
