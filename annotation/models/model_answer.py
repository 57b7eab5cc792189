"""What a model annotator answered: one row per question, order and sample of a run."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.conditions import AnswerOrder
from annotation.models.annotator_run import ORDER_LABELS
from annotation.models.question import Choice, Question
from jobs.models import Run
from model_calls.models import StoredAnswer

ASKED_ORDERS = [AnswerOrder.REFERENCE, AnswerOrder.REVERSED]


class ModelAnswer(models.Model):
    """Written in the transaction that stores the reply, so that nothing is asked twice and nothing is missing."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="model_answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="model_answers")
    order = models.CharField(max_length=20, choices=[(order, ORDER_LABELS[order]) for order in ASKED_ORDERS])
    sample = models.PositiveIntegerField(default=1)
    choice = models.CharField(max_length=20, choices=Choice.choices)
    # How sure the model says it is, 0 to 1.
    certainty = models.FloatField(null=True, blank=True)
    # From log probabilities, renormalized over the two answers, and what both had together before.
    revised_probability = models.FloatField(null=True, blank=True)
    probability_mass = models.FloatField(null=True, blank=True)
    reply = models.ForeignKey(StoredAnswer, on_delete=models.PROTECT, related_name="+")
    # The reply was in the cache: these tokens were not paid again.
    was_stored = models.BooleanField(default=False)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["run_id", "question_id", "sample", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "question", "order", "sample"], name="model_answer_once_per_order_and_sample"
            ),
            models.CheckConstraint(condition=Q(order__in=ASKED_ORDERS), name="model_answer_order_is_known"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="model_answer_choice_is_known"),
            models.CheckConstraint(condition=Q(sample__gte=1), name="model_answer_sample_from_one"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0, f"{name}__lte": 1}),
                    name=f"model_answer_{name}_is_a_share",
                )
                for name in ("certainty", "revised_probability", "probability_mass")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}, question {self.question_id}, {self.order}: {self.choice}"
