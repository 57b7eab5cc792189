"""Uploaded files between their preview and the button that imports them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from files import kinds

PART = 1_000_000
KEPT_FOR = timedelta(days=1)
ABANDONED_AFTER = timedelta(hours=1)


class UploadQuerySet(models.QuerySet["Upload"]):
    def waiting(self, kind: kinds.ImportKind, name: str = "") -> UploadQuerySet:
        """Keep the complete uploads of a kind, for one target where it is named."""
        found = self.filter(kind=kind.name).exclude(sha256="")
        return found.filter(name=name) if name else found

    def expired(self, now: datetime | None = None) -> UploadQuerySet:
        return self.filter(uploaded_at__lt=(now or timezone.now()) - KEPT_FOR)


class Upload(models.Model):
    """A file that somebody has uploaded and not yet imported; kept for a day."""

    # The name of a registered files.kinds.ImportKind.
    kind = models.CharField(max_length=20)
    # Where it goes: the name of the persona set, or the slug of the study.
    name = models.CharField(max_length=100)
    filename = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    # Empty until the last part is stored.
    sha256 = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict, blank=True)
    # What a worker found that the import would do; in the form of the app whose kind it is.
    preview = models.JSONField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [models.CheckConstraint(condition=~Q(kind=""), name="upload_has_a_kind")]

    def __str__(self) -> str:
        return f"{self.filename} for {self.name}"

    def open(self) -> BinaryIO:
        """Return the content as a file that is read from the database a part at a time."""
        return io.BufferedReader(StoredFile(self), buffer_size=65_536)


class UploadPart(models.Model):
    """A megabyte of an upload: no process has to have the whole file in memory, nor one transaction to write it."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ["upload_id", "number"]
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_part_once_per_number")]

    def __str__(self) -> str:
        return f"part {self.number} of upload {self.upload_id}"


class StoredFile(io.RawIOBase):
    """An upload's content as a readable, seekable file. Every part but the last has ``PART`` bytes."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.position = 0
        self.number = -1
        self.part = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.upload.size}[whence]
        self.position = start + offset
        return self.position

    def readinto(self, buffer) -> int:
        number, start = divmod(self.position, PART)
        piece = self.part_at(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def part_at(self, number: int) -> bytes:
        if number != self.number:
            stored = UploadPart.objects.filter(upload=self.upload, number=number).values_list("data", flat=True)
            self.number, self.part = number, bytes(stored.first() or b"")
        return self.part


# --- On the way into the database ------------------------------------------------------------------
class StagedFileQuerySet(models.QuerySet["StagedFile"]):
    def abandoned(self, now: datetime | None = None) -> StagedFileQuerySet:
        """Keep those whose process has written nothing for an hour: it must have ended."""
        return self.filter(touched_at__lt=(now or timezone.now()) - ABANDONED_AFTER)


class StagedFile(models.Model):
    """One attempt at importing one file. Its rows point at it, and go with it once they are switched in or refused."""

    touched_at = models.DateTimeField(db_default=Now())

    objects = StagedFileQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"staged file {self.pk}"
