"""Uploads are kept in parts until they are imported, or for a day."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from files import kinds
from files.kinds import ImportKind
from files.models import PART, Upload, UploadPart
from files.reading import Data, as_file

PARTS_AT_ONCE = 20


def keep_upload(
    *, kind: ImportKind, name: str, filename: str, data: Data, by: Any, options: dict[str, Any] | None = None
) -> Upload:
    """Store an uploaded file until its import is confirmed; uploads older than a day are removed.

    Every part is a transaction of its own, so on SQLite no rater waits for the whole file. An
    upload whose parts are not all stored has no SHA-256 and is not found by ``waiting``.
    """
    forget_expired()
    upload = Upload.objects.create(
        kind=kinds.find(kind.name).name, name=name, filename=filename[-255:], uploaded_by=by, options=options or {}
    )
    digest = hashlib.sha256()
    file, number, size = as_file(data), 0, 0
    while part := file.read(PART):
        UploadPart.objects.create(upload=upload, number=number, data=part)
        digest.update(part)
        number, size = number + 1, size + len(part)
    upload.size, upload.sha256 = size, digest.hexdigest()
    upload.save(update_fields=["size", "sha256"])
    return upload


def forget_upload(upload: Upload) -> None:
    """Remove an upload, a few parts at a time; its page no longer finds it from the start."""
    Upload.objects.filter(pk=upload.pk).update(sha256="")
    while numbers := list(upload.parts.values_list("number", flat=True)[:PARTS_AT_ONCE]):
        upload.parts.filter(number__in=numbers).delete()
    with transaction.atomic():
        upload.delete()


def forget_expired() -> int:
    """Remove uploads older than a day and return how many."""
    expired = list(Upload.objects.expired().defer("preview"))
    for upload in expired:
        forget_upload(upload)
    return len(expired)
