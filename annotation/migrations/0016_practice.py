"""One practice question before the first that counts. Studies that somebody has begun stay without it."""

from django.db import migrations, models


def leave_begun_studies_as_they_are(apps, schema_editor):
    Study, Assignment = apps.get_model("annotation", "Study"), apps.get_model("annotation", "Assignment")
    begun = Assignment.objects.exclude(state="preview").values("study")
    Study.objects.filter(pk__in=begun).update(has_practice=False)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0015_staged_imports")]

    operations = [
        migrations.AddField("study", "has_practice", models.BooleanField(default=True)),
        migrations.AddField("assignment", "practice_length", models.PositiveIntegerField(blank=True, null=True)),
        migrations.RunPython(leave_begun_studies_as_they_are, migrations.RunPython.noop),
    ]
