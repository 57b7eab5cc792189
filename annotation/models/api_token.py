"""Keys for programs: several for each person, each with what it may do."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Scope(models.TextChoices):
    STUDIES = "studies:read", "Read studies, personas, questions, progress and runs"
    ANSWERS = "answers:read", "Read answers and assignments, with what participants wrote"
    RESULTS = "results:read", "Read votes and agreement"
    IMPORT = "answers:write", "Import annotations"
    SET_UP = "studies:write", "Import persona sets, create drafts, and change their personas, questions and settings"


READING = [Scope.STUDIES, Scope.ANSWERS, Scope.RESULTS]


class ApiTokenQuerySet(models.QuerySet):
    def valid(self) -> ApiTokenQuerySet:
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now()))


class ApiToken(models.Model):
    """One key of a person. Only its hash is stored: whoever reads the database cannot use it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="api_token_name_once_per_person")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def scope_labels(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()
