from django.db import migrations, models


def mark_examples(apps, schema_editor):
    studies = apps.get_model("annotation", "Study").objects
    studies.filter(slug__in=["example", "example-foils"], made_by__startswith="Example. ").update(is_example=True)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0020_staged_questions")]

    operations = [
        migrations.AddField(model_name="study", name="is_example", field=models.BooleanField(default=False)),
        migrations.RunPython(mark_examples, migrations.RunPython.noop),
    ]
