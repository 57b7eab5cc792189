"""What about a rater may need a researcher, and who has seen it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotation.models.assignment import Assignment


class AttentionKind(models.TextChoices):
    STALLED = "stalled", "Stalled"
    DEADLINE = "deadline", "Close to the deadline"
    SURPLUS = "surplus", "Surplus"
    CHECK = "check", "Missed an attention check"
    PASTE = "paste", "Pasted text"


class Seen(models.Model):
    """Somebody has dealt with this about a rater; it counts again when it happens again after ``at``."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="seen")
    kind = models.CharField(max_length=20, choices=AttentionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "seen"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "kind"], name="seen_once_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=AttentionKind.values), name="seen_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.assignment_id}"
