"""PREVIEW is what a preview shows in place of a completion code, so no study may have it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("annotation", "0007_consent_facts")]

    operations = [
        migrations.AddConstraint(
            "completioncode",
            models.CheckConstraint(condition=~Q(code__iexact="PREVIEW"), name="completion_code_is_not_the_previews"),
        ),
    ]
