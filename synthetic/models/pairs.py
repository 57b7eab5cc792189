"""Preference pairs: for a persona and a prompt, an answer without the persona and its revision for the persona."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobs.models import Run
from personas.models import Persona, PersonaSet
from synthetic.models.prompts import Prompt, PromptSet


class PairSet(models.Model):
    """One run of ``make_pairs``, or an imported file of pairs."""

    name = models.CharField(max_length=100, unique=True)
    run = models.OneToOneField(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="pair_set")
    persona_set = models.ForeignKey(PersonaSet, on_delete=models.PROTECT, related_name="pair_sets")
    prompt_set = models.ForeignKey(PromptSet, on_delete=models.PROTECT, related_name="pair_sets")
    # Empty = imported.
    endpoint = models.CharField(max_length=60, blank=True)
    judge = models.CharField(max_length=60, blank=True)
    seed = models.BigIntegerField(default=1)
    # Pairs for each persona.
    train = models.PositiveIntegerField(default=100)
    test = models.PositiveIntegerField(default=50)
    held_out = models.PositiveIntegerField(default=50)
    judged_share = models.FloatField(default=0)
    prompts_version = models.PositiveSmallIntegerField(default=1)
    # What it is and may be used for, where it was imported.
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="pair_set_has_a_name"),
            models.CheckConstraint(
                condition=Q(judged_share__gte=0, judged_share__lte=1), name="pair_set_judges_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def per_persona(self) -> int:
        return self.train + self.test + self.held_out


class BaselineAnswer(models.Model):
    """The answer to a prompt that no persona was given for: the same for every persona."""

    pair_set = models.ForeignKey(PairSet, on_delete=models.CASCADE, related_name="baselines")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="+")
    # 1 for pairs made here; imported sets may have several answers to a prompt.
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()

    class Meta:
        ordering = ["pair_set_id", "prompt_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pair_set", "prompt", "number"], name="one_baseline_per_prompt_and_number")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Part(models.TextChoices):
    TRAIN = "train", "Train"
    TEST = "test", "Test, on prompts of others' training"
    HELD_OUT = "held-out", "Test, on held-out prompts"


class Preference(models.TextChoices):
    """What the judge chose when it saw both orders."""

    REVISED = "revised", "The revision, in both orders"
    BASELINE = "baseline", "The answer without the persona, in both orders"
    INCONSISTENT = "inconsistent", "One each"


class PairQuerySet(models.QuerySet["Pair"]):
    def complete(self) -> PairQuerySet:
        return self.exclude(revision="")

    def with_texts(self) -> PairQuerySet:
        """In the order of exports: personas, then prompts; each pair with its baseline answer."""
        return (
            self.complete()
            .select_related("persona", "prompt", "baseline")
            .order_by("persona__position", "prompt__position")
        )


class Pair(models.Model):
    pair_set = models.ForeignKey(PairSet, on_delete=models.CASCADE, related_name="pairs")
    persona = models.ForeignKey(Persona, on_delete=models.PROTECT, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="+")
    baseline = models.ForeignKey(BaselineAnswer, null=True, blank=True, on_delete=models.PROTECT, related_name="pairs")
    part = models.CharField(max_length=10, choices=Part.choices)
    critique = models.TextField(blank=True)
    revision = models.TextField(blank=True)
    # Kind and detail of what went wrong; the pair is kept and counted, and a retry empties it.
    failure = models.CharField(max_length=400, blank=True)
    # Words of the revision for each word of the answer.
    length_ratio = models.FloatField(null=True, blank=True)
    # Names of attributes that the revision quotes.
    leaks = models.JSONField(default=list, blank=True)
    # What the judge chose in each order, A or B; empty = not asked.
    chosen_first = models.CharField(max_length=1, blank=True)
    chosen_swapped = models.CharField(max_length=1, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["pair_set_id", "persona_id", "prompt_id"]
        constraints = [
            models.UniqueConstraint(fields=["pair_set", "persona", "prompt"], name="one_pair_per_persona_and_prompt"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="pair_part_is_known"),
            models.CheckConstraint(
                condition=Q(revision="") | Q(baseline__isnull=False), name="revision_has_a_baseline"
            ),
            models.CheckConstraint(condition=Q(revision="") | Q(failure=""), name="complete_pair_has_not_failed"),
            models.CheckConstraint(
                condition=Q(chosen_first__in=["", "A", "B"]) & Q(chosen_swapped__in=["", "A", "B"]),
                name="judge_chose_a_or_b",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.persona_id} × {self.prompt_id}"

    @property
    def preference(self) -> str:
        """The answer without the persona is A in the first order and B in the swapped one."""
        chosen = self.chosen_first + self.chosen_swapped
        if len(chosen) < 2:
            return ""
        return {"BA": Preference.REVISED, "AB": Preference.BASELINE}.get(chosen, Preference.INCONSISTENT)
