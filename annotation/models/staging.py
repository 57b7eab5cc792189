"""Imported annotations on their way into a study: written in batches, invisible until they are switched in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from annotation.models.rater import Rater
from annotation.models.study import Study

ABANDONED_AFTER = timedelta(hours=1)


class StagedImportQuerySet(models.QuerySet["StagedImport"]):
    def abandoned(self, now: datetime | None = None) -> StagedImportQuerySet:
        """Keep those whose process has written nothing for an hour: it must have ended."""
        return self.filter(touched_at__lt=(now or timezone.now()) - ABANDONED_AFTER)


class StagedImport(models.Model):
    """One attempt at one file. It is removed once its rows are switched in, or were found to be faulty."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    touched_at = models.DateTimeField(db_default=Now())

    objects = StagedImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"staged import {self.pk}"


class StagedAnnotator(models.Model):
    """Which rater an annotator of the file is; known only when the rows are switched in."""

    staged_import = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="annotators")
    # In order of first use in the file.
    number = models.PositiveIntegerField()
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="+")
    # All rows of this annotator are stored, not only the new ones.
    replaces = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staged_import", "number"], name="staged_annotator_once_per_number")
        ]

    def __str__(self) -> str:
        return f"annotator {self.number} of {self.staged_import_id}"


class StagedAnnotation(models.Model):
    """What will be an Annotation. No constraint but its import: the real table checks it at the switch."""

    staged_import = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="annotations")
    annotator = models.PositiveIntegerField()
    is_new = models.BooleanField()
    question_id = models.BigIntegerField()
    run = models.PositiveIntegerField()
    choice = models.CharField(max_length=20)
    shown_first = models.CharField(max_length=20)
    justification = models.TextField()
    raw_verdict = models.TextField()
    probability = models.FloatField(null=True)
    visible_ms = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"staged answer to question {self.question_id}"
