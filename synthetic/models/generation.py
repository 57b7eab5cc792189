"""Persona sets in the making: what was drawn, what was rejected and why, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobs.models import Run
from personas.models import PersonaSet
from personas.pums.dictionary import Dictionary


class Generation(models.Model):
    """One run of ``generate_personas``. The run's parameters say what was asked for."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="generation")
    name = models.CharField(max_length=100)
    seed = models.BigIntegerField()
    count = models.PositiveIntegerField()
    minimum_age = models.PositiveSmallIntegerField(default=18)
    endpoint = models.CharField(max_length=60)
    # What the files are and hold: names, records, population, missing attributes, weighted counts.
    census = models.JSONField(default=dict, blank=True)
    # The dictionary's codes that the draws need: {variable: {code: label}}.
    labels = models.JSONField(default=dict, blank=True)
    # Distances from the census with their noise (synthetic.services.fidelity), computed once.
    fidelity = models.JSONField(default=dict, blank=True)
    persona_set = models.ForeignKey(
        PersonaSet, null=True, blank=True, on_delete=models.SET_NULL, related_name="generations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="generation_makes_a_persona")]

    def __str__(self) -> str:
        return f"{self.name}, seed {self.seed}"

    @property
    def dictionary(self) -> Dictionary:
        codes = {name: {int(code): label for code, label in labels.items()} for name, labels in self.labels.items()}
        return Dictionary(self.census.get("dictionary", ""), codes)


class DrawState(models.TextChoices):
    DRAWN = "drawn", "Drawn"
    CONSISTENT = "consistent", "Found consistent"
    DONE = "done", "Complete"
    FAILED = "failed", "No consistent person"


class Draw(models.Model):
    """One place in a set to be, and the persons drawn for it in turn until one is found consistent."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="draws")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=DrawState.choices, default=DrawState.DRAWN)
    # [{"record": "2023HU0000001-1", "codes": {...}}, ...], the first that was not rejected is the one.
    candidates = models.JSONField(default=list, blank=True)
    # [[stage, reason], ...], one for each candidate that was rejected.
    rejections = models.JSONField(default=list, blank=True)
    # [[name, value], ...] and name -> origin, once complete.
    attributes = models.JSONField(default=list, blank=True)
    origins = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["generation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "position"], name="one_draw_per_position"),
            models.CheckConstraint(condition=Q(state__in=DrawState.values), name="draw_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"draw {self.position} of {self.generation_id}"

    @property
    def candidate(self) -> dict | None:
        """The person in question; None where all were rejected."""
        place = len(self.rejections)
        return self.candidates[place] if place < len(self.candidates) else None

    @property
    def codes(self) -> dict[str, int | None]:
        candidate = self.candidate
        return candidate["codes"] if candidate else {}
