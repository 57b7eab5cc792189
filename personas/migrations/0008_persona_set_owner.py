import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SHARING = [
    ("private", "Private: only you, the admins, and the researchers of studies that use it"),
    ("shared", "Shared: every researcher on this site can see it and use it"),
    ("example", "Example: it comes with the site"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("personas", "0007_staged_personas"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="personaset",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="persona_sets",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="personaset",
            name="sharing",
            field=models.CharField(choices=SHARING, default="shared", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="personaset",
            constraint=models.CheckConstraint(
                condition=models.Q(("sharing__in", ["private", "shared", "example"])),
                name="persona_set_sharing_is_known",
            ),
        ),
    ]
