"""Answers from files may have impossible times, such as year 9999 at UTC-14; those get the time of their import."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import Count, F, Q

PLAUSIBLE = Q(created_at__gte=datetime(2000, 1, 1, tzinfo=UTC), created_at__lt=datetime(2100, 1, 1, tzinfo=UTC))


def correct(apps, schema_editor):
    """Compare and set in the database: Python cannot read all of these times. Each study keeps a record of it."""
    annotations = apps.get_model("annotation", "Annotation").objects.exclude(PLAUSIBLE)
    found = annotations.order_by().values_list("question__study").annotate(count=Count("pk"))
    for study_id, count in list(found):
        apps.get_model("annotation", "StudyEvent").objects.create(
            study_id=study_id,
            what="impossible answer times set to the time of import",
            detail={"annotations": count},
        )
    annotations.update(created_at=F("saved_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0012_arrivals_counted"),
    ]

    # Backwards nothing changes: what the files said is in the files.
    operations = [migrations.RunPython(correct, migrations.RunPython.noop)]
