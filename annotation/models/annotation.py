"""A rater's choice on a question with its justification, and what it replaced."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import ExpressionWrapper, Q

from annotation.models.question import Choice, Question, QuestionKind, Response
from annotation.models.rater import HUMAN_KINDS, Rater, RaterKind, who_counts

# A wider range than imports accept: their limit moves with the clock, this one is fixed.
EARLIEST_ANSWER = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_ANSWER = datetime(2100, 1, 1, tzinfo=UTC)


TO_DRAWN_QUESTIONS = Q(question__kind=QuestionKind.DATA, question__is_drawn=True)


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def for_study(self, study) -> AnnotationQuerySet:
        return self.filter(question__study=study)

    def from_humans(self) -> AnnotationQuerySet:
        return self.filter(rater__kind__in=HUMAN_KINDS)

    def from_models(self) -> AnnotationQuerySet:
        return self.filter(rater__kind=RaterKind.MODEL)

    def readable(self) -> AnnotationQuerySet:
        return self.exclude(choice__in=[Choice.UNPARSABLE, Choice.INCONSISTENT])

    def to_attention_checks(self) -> AnnotationQuerySet:
        return self.filter(question__kind=QuestionKind.ATTENTION)

    def to_drawn_questions(self) -> AnnotationQuerySet:
        return self.filter(TO_DRAWN_QUESTIONS)

    def countable(self) -> AnnotationQuerySet:
        """The answers that are data: to drawn questions, by raters who count."""
        return self.to_drawn_questions().filter(who_counts(of="rater__"))

    def with_countable(self) -> AnnotationQuerySet:
        """Say of each answer whether it is data, as ``is_countable``."""
        is_data = TO_DRAWN_QUESTIONS & who_counts(of="rater__")
        return self.annotate(is_countable=ExpressionWrapper(is_data, output_field=models.BooleanField()))


class AnswerContent(models.Model):
    """What one version of an answer holds."""

    choice = models.CharField(max_length=20, choices=Choice.choices)
    # Which response stood first on this rater's screen; empty = not known (imported).
    shown_first = models.CharField(max_length=20, choices=Response.choices, blank=True)
    justification = models.TextField(blank=True)
    first_choice = models.CharField(max_length=20, choices=Choice.choices, blank=True)
    choice_changes = models.PositiveIntegerField(default=0)
    visible_ms = models.PositiveBigIntegerField(default=0)
    active_ms = models.PositiveBigIntegerField(default=0)
    paste_count = models.PositiveIntegerField(default=0)
    paste_characters = models.PositiveIntegerField(default=0)
    focus_losses = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        abstract = True


CONTENT_FIELDS = [field.name for field in AnswerContent._meta.local_fields]


class Annotation(AnswerContent):
    """The current answer; one per rater, question and run."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="annotations")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="annotations")
    # A model may answer the same questions several times; people have one run.
    run = models.PositiveIntegerField(default=1)
    # How sure the model was of its choice, 0 to 1, where the file says so.
    probability = models.FloatField(null=True, blank=True)
    # What the model itself said of its certainty, 0 to 1, and the probability that the two answers had together
    # before they were renormalized to give ``probability``.
    certainty = models.FloatField(null=True, blank=True)
    probability_mass = models.FloatField(null=True, blank=True)
    # The file's own words for a verdict that could not be read as a choice.
    raw_verdict = models.TextField(blank=True)
    source = models.ForeignKey(
        "annotation.AnnotationImport", null=True, blank=True, on_delete=models.PROTECT, related_name="annotations"
    )
    created_at = models.DateTimeField()

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["question_id", "rater_id", "run"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "question", "run"], name="annotation_once_per_rater_question_run"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="annotation_choice_is_known"),
            models.CheckConstraint(
                condition=Q(shown_first="") | Q(shown_first__in=Response.values), name="annotation_shown_first_is_known"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="annotation_version_from_one"),
            models.CheckConstraint(condition=Q(run__gte=1), name="annotation_run_from_one"),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__gte=0, probability__lte=1),
                name="annotation_probability_is_a_share",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 1}),
                    name=f"annotation_{name}_is_a_share",
                )
                for name in ("certainty", "probability_mass")
            ),
            models.CheckConstraint(
                condition=Q(created_at__gte=EARLIEST_ANSWER, created_at__lt=LATEST_ANSWER),
                name="annotation_created_at_is_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id} on {self.question_id}: {self.choice}"


class AnnotationRevision(AnswerContent):
    """An earlier version of an answer, kept when a later one replaced it."""

    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="revisions")

    class Meta:
        ordering = ["annotation_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["annotation", "version"], name="revision_once_per_version"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="revision_choice_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} version {self.version}"

    @property
    def question(self) -> Question:
        return self.annotation.question

    @property
    def rater(self) -> Rater:
        return self.annotation.rater
