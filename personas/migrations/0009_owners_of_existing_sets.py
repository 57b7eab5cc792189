"""Whoever imported a set owns it; everybody could see it until now, so it is shared. The bundled set is an example."""

from django.db import migrations
from django.db.models import F


def own_sets(apps, schema_editor):
    sets = apps.get_model("personas", "PersonaSet").objects
    sets.update(owner=F("imported_by"))
    sets.filter(name="example", made_by__startswith="Example. ").update(sharing="example")


class Migration(migrations.Migration):
    dependencies = [("personas", "0008_persona_set_owner")]

    operations = [migrations.RunPython(own_sets, migrations.RunPython.noop)]
