"""How a run of an annotator was made: which model, under which condition."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.conditions import AnswerOrder, Condition, RunSetting
from annotation.models.rater import Rater

CONDITION_LABELS = {
    Condition.PERSONA: "Given the persona",
    Condition.DEMOGRAPHICS: "Given the demographics only",
    Condition.WITHOUT_ATTRIBUTE: "Given the persona without one attribute",
    Condition.NONE: "Given no persona",
    Condition.OTHER: "Given something else",
}
ORDER_LABELS = {
    AnswerOrder.REFERENCE: "Each question's fixed order",
    AnswerOrder.REVERSED: "The fixed order reversed",
    AnswerOrder.DRAWN: "Drawn for each question",
    AnswerOrder.BOTH: "Both orders, joined",
}


class AnnotatorRun(models.Model):
    """What is known of one run of a model; a run of which nothing is known has no row."""

    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="runs")
    run = models.PositiveIntegerField(default=1)
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=200, blank=True)
    # Empty = nobody has said; pages then read it from the annotator's name and say so (conditions.condition_in).
    condition = models.CharField(max_length=20, choices=list(CONDITION_LABELS.items()), blank=True)
    hidden_attribute = models.CharField(max_length=200, blank=True)
    answer_order = models.CharField(max_length=20, choices=list(ORDER_LABELS.items()), blank=True)
    sampling = models.TextField(blank=True)

    class Meta:
        ordering = ["rater_id", "run"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "run"], name="annotator_run_once_per_rater_and_run"),
            models.CheckConstraint(condition=Q(run__gte=1), name="annotator_run_from_one"),
            models.CheckConstraint(
                condition=Q(condition="") | Q(condition__in=list(Condition)), name="annotator_run_condition_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(condition=Condition.WITHOUT_ATTRIBUTE) & ~Q(hidden_attribute=""))
                | (~Q(condition=Condition.WITHOUT_ATTRIBUTE) & Q(hidden_attribute="")),
                name="annotator_run_hides_an_attribute_if_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(answer_order="") | Q(answer_order__in=list(AnswerOrder)),
                name="annotator_run_order_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_id}, run {self.run}: {self.condition or 'condition not known'}"

    @property
    def setting(self) -> RunSetting:
        return RunSetting(*(getattr(self, name) for name in RunSetting._fields))
