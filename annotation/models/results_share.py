"""A link to a study's results for people without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from annotation.models.study import Study


class ResultsShareQuerySet(models.QuerySet):
    def open(self) -> ResultsShareQuerySet:
        return self.filter(expires_at__gt=timezone.now(), revoked_at=None)


class ResultsShare(models.Model):
    """What one link shows, and until when; the link itself is signed, and not stored."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="shares")
    # What the pages' address says: coding, vote rule, filters.
    options = models.CharField(max_length=2000, blank=True)
    with_texts = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ResultsShareQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="results_share_ends_after_it_began", condition=models.Q(expires_at__gt=models.F("created_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.study} until {self.expires_at:%Y-%m-%d}"
