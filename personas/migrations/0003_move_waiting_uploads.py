"""Uploads that wait for their confirmation move to the files app, so that an upgrade loses none."""

import hashlib

from django.db import migrations

PART = 1_000_000


def move(apps, schema_editor):
    """Copy one upload at a time; uploads are at most a day old, so there are few."""
    pending, uploads = apps.get_model("personas", "PendingImport"), apps.get_model("files", "Upload")
    for pk in list(pending.objects.values_list("pk", flat=True)):
        old = pending.objects.get(pk=pk)
        data = bytes(old.data)
        upload = uploads.objects.create(
            kind=old.kind,
            name=old.name,
            filename=old.filename,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            options=old.options,
            uploaded_by_id=old.uploaded_by_id,
        )
        # auto_now_add gave it the present time.
        uploads.objects.filter(pk=upload.pk).update(uploaded_at=old.uploaded_at)
        for number in range(0, len(data), PART):
            upload.parts.create(number=number // PART, data=data[number : number + PART])


class Migration(migrations.Migration):
    dependencies = [
        ("personas", "0002_pending_imports"),
        ("files", "0001_uploads"),
    ]

    # Backwards nothing is copied: the uploads of that day have to be uploaded again.
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
