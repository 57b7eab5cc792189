import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("stalled", "Stalled"),
    ("deadline", "Close to the deadline"),
    ("surplus", "Surplus"),
    ("check", "Missed an attention check"),
    ("paste", "Pasted text"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0025_equivalence_margin"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seen", to="annotation.assignment"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "seen",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "kind"), name="seen_once_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="seen_kind_is_known"
                    ),
                ],
            },
        ),
    ]
