"""What endpoints obey, and the answers they gave."""

from __future__ import annotations

import json
import zlib

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now

from llm.abilities import Abilities

models.CharField.register_lookup(Length)
KEY_LENGTH = 64


class StoredAnswer(models.Model):
    """A model's reply, kept for ever under the hash of everything that was asked (``llm.keys``).

    The same request is never sent twice, and a run can be repeated byte for byte: only this table repeats a
    server's text, the same seed does not.
    """

    key = models.CharField(max_length=KEY_LENGTH, primary_key=True)
    endpoint = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60, blank=True)
    sample = models.PositiveIntegerField(default=1)
    # The body as it was sent and the address, canonical JSON, compressed: four kilobytes are one and a half.
    request = models.BinaryField()
    text = models.TextField(blank=True)
    # finish_reason, model, tokens with log probabilities
    details = models.JSONField(default=dict)
    # As the server counted; null = it did not say.
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["created_at", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(key__length=KEY_LENGTH), name="stored_answer_key_is_a_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key[:12]}"

    @property
    def sent(self) -> dict:
        """The address and the body that were sent."""
        return json.loads(zlib.decompress(bytes(self.request)))


class EndpointProbe(models.Model):
    """What the probe of a model at an address found; the latest counts."""

    endpoint = models.CharField(max_length=60)
    address = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    abilities = models.JSONField(default=dict)
    # [[what was tried, what came of it], ...]
    findings = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["address", "model"], name="probe_by_address")]  # before each run

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.abilities}"

    @property
    def found(self) -> Abilities:
        return Abilities.from_json(self.abilities)
