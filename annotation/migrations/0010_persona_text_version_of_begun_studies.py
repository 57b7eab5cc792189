"""Studies whose first seat was taken before the wording had versions were read as version 1."""

from django.db import migrations


def mark_begun_studies(apps, schema_editor):
    Study, Assignment = apps.get_model("annotation", "Study"), apps.get_model("annotation", "Assignment")
    begun = Assignment.objects.exclude(state="preview").values("study")
    Study.objects.filter(pk__in=begun).update(persona_text_version=1)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0009_study_persona_text")]

    operations = [migrations.RunPython(mark_begun_studies, migrations.RunPython.noop)]
