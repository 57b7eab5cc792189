"""Give the personas of sets that are there already the names that their import would draw today."""

from django.db import migrations

BATCH = 500


def name_personas(apps, schema_editor):
    # The drawing is pure and its list of names is only ever added to by a new migration, so it is imported.
    from personas.text.names import draw_names

    PersonaSet, Persona = apps.get_model("personas", "PersonaSet"), apps.get_model("personas", "Persona")
    for persona_set in PersonaSet.objects.all():
        personas = list(Persona.objects.filter(persona_set=persona_set).only("pk", "name").order_by("position"))
        for persona, name in zip(personas, draw_names(len(personas), seed=persona_set.content_hash), strict=True):
            persona.name = name
        Persona.objects.bulk_update(personas, ["name"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("personas", "0005_persona_names")]

    operations = [migrations.RunPython(name_personas, migrations.RunPython.noop)]
