from django.db import migrations, models


def mark_attention_checks(apps, schema_editor):
    apps.get_model("annotation", "Question").objects.exclude(right_answer="").update(kind="attention")


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0003_assignment_check_missed"),
    ]

    operations = [
        migrations.AddField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[("data", "Question"), ("attention", "Attention check"), ("practice", "Practice")],
                default="data",
                max_length=20,
            ),
        ),
        migrations.RunPython(mark_attention_checks, migrations.RunPython.noop),
    ]
