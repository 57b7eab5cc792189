"""How many new people came when: what the brakes at the door count."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from annotation.models.study import Study


class ArrivalCount(models.Model):
    """New people of one study in one stretch of time, from one address or in all. Forgotten after an hour."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="arrival_counts")
    # A keyed hash of the address; empty = from everywhere.
    address = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    arrivals = models.PositiveIntegerField()

    class Meta:
        ordering = ["study_id", "since"]
        constraints = [
            models.UniqueConstraint(fields=["study", "address", "since"], name="arrivals_counted_once_per_address"),
            models.CheckConstraint(condition=Q(arrivals__gte=1), name="arrivals_are_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.arrivals} since {self.since}"
