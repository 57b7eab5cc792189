"""Imported rows on their way into a study: written in batches, invisible until they are switched in."""

from __future__ import annotations

from django.db import models

from annotation.models.rater import Rater
from annotation.models.study import Study
from files.models import StagedFile


class StagedImport(StagedFile):
    """A file of annotations or of questions, on its way into a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")


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


class StagedQuestion(models.Model):
    """What will be a Question. A check that every persona gets is staged once, without a persona, and then for each."""

    staged_import = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="questions")
    line = models.PositiveIntegerField()
    persona_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    prompt_key = models.CharField(max_length=200)
    prompt = models.TextField()
    revised = models.TextField()
    alternative = models.TextField()
    foil_persona_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=200)
    right_answer = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"staged question {self.prompt_key}"
