"""What was done to things that may be gone since: a study's own log is deleted with the study."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """Who did what to which study or persona set; nothing here refers to the thing itself."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # "study deleted", "persona set archived" and so on.
    what = models.CharField(max_length=100)
    # The name it had.
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(condition=~Q(what="") & ~Q(subject=""), name="audit_entry_says_what_and_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.subject}"
