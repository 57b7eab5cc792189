"""Keys made before were stored as they are, one for each person: keep their hashes, and drop the table of keys."""

from hashlib import sha256

from django.db import migrations

OLD = "authtoken_token"
SCOPES = ["studies:read", "answers:read", "results:read", "answers:write"]


def take_over(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if OLD not in connection.introspection.table_names(cursor):
            return
        cursor.execute("SELECT user_id, key, created FROM authtoken_token")
        found = cursor.fetchall()
    ApiToken = apps.get_model("annotation", "ApiToken")
    for user_id, key, _ in found:
        digest = sha256(key.encode()).hexdigest()
        ApiToken.objects.create(user_id=user_id, name="token", key_hash=digest, scopes=SCOPES)
    schema_editor.execute("DROP TABLE authtoken_token")


class Migration(migrations.Migration):
    dependencies = [("annotation", "0023_api_tokens")]

    # Backwards the new keys go with their table; the old ones are gone.
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
