"""Impossible answer times that earlier versions accepted are corrected by the upgrade, and exports work again."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from annotation.exporting.rows import export_rows
from annotation.models import Annotation
from annotation.services.annotation_import import import_annotations
from tests.factories import make_study

# As PostgreSQL stores year 9999 at UTC-14 and year 1 at UTC+14; SQLite stores text.
IMPOSSIBLE = {
    "postgresql": ["10000-01-01 13:59:59+00", "0001-12-31 10:00:00+00 BC"],
    "sqlite": ["9999-12-31 23:59:59", "0001-01-01 00:00:00"],
}
ROWS = b"annotator,persona_id,prompt_id,choice\n" + b"".join(
    b"m,persona-01,prompt-0%d,revised\n" % number for number in (1, 2, 3)
)


@pytest.mark.django_db(transaction=True)
def test_upgrade_corrects_impossible_answer_times():
    study = make_study(personas=1, questions=3)
    import_annotations(study=study, data=ROWS, filename="a.csv")
    kept = Annotation.objects.order_by("pk").last()
    first_two = Annotation.objects.order_by("pk").values_list("pk", flat=True)[:2]
    times = zip(IMPOSSIBLE[connection.vendor], list(first_two), strict=True)
    MigrationExecutor(connection).migrate([("annotation", "0012_arrivals_counted")])
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE annotation_annotation SET created_at = %s WHERE id = %s", list(times))
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    assert len(list(export_rows(study, "annotations"))) == 3
    assert [row.created_at for row in Annotation.objects.order_by("pk")][:2] == [kept.saved_at] * 2
    assert Annotation.objects.get(pk=kept.pk).created_at == kept.created_at
    assert study.events.get(what__startswith="impossible answer times").detail == {"annotations": 2}
    call_command("check_integrity")
