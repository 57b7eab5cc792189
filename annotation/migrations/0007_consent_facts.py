"""What the consent page says beside its text, as fields of the study."""

from django.db import migrations, models
from django.db.models import Q

import annotation.defaults


class Migration(migrations.Migration):
    dependencies = [("annotation", "0006_seat_released_without_consent")]

    operations = [
        migrations.AddField("study", "run_by", models.CharField(blank=True, default="", max_length=300), preserve_default=False),
        migrations.AddField("study", "payment", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("study", "bonus_amount", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("study", "bonus_rule", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("study", "minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("study", "retention", models.TextField(blank=True, default=""), preserve_default=False),
        # Studies from before keep what their own consent text says about leaving.
        migrations.AddField("study", "leaving", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AlterField("study", "leaving", models.TextField(blank=True, default=annotation.defaults.leaving)),
        migrations.AlterField("study", "consent", models.TextField(blank=True, default=annotation.defaults.consent)),
        migrations.AlterField("study", "instructions", models.TextField(default=annotation.defaults.instructions)),
        migrations.AddField("study", "paid_ends", models.JSONField(blank=True, default=list)),
        migrations.AddConstraint(
            "study",
            models.CheckConstraint(
                condition=Q(bonus_amount="", bonus_rule="") | ~Q(bonus_amount="") & ~Q(bonus_rule=""),
                name="study_bonus_has_amount_and_rule",
            ),
        ),
        migrations.AddConstraint(
            "study",
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1), name="study_takes_a_minute_or_more"
            ),
        ),
    ]
