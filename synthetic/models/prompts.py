"""Prompts that people asked, and which of them are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobs.models import Run


class Split(models.TextChoices):
    TRAIN = "train", "Train"
    HELD_OUT = "held-out", "Held out"


class PromptSet(models.Model):
    """A file of prompts and what was made of it; never changed once its run is done."""

    name = models.CharField(max_length=100, unique=True)
    run = models.OneToOneField(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="prompt_set")
    source_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # Who judged whether people would differ; empty = nobody, the set came with pairs.
    endpoint = models.CharField(max_length=60, blank=True)
    seed = models.BigIntegerField(default=1)
    # step -> how many prompts are left after it, in order; written at the end.
    counts = models.JSONField(default=list, blank=True)
    # Names; a prompt's topic is a place in this list.
    topics = models.JSONField(default=list, blank=True)
    is_ready = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="prompt_set_has_a_name")]

    def __str__(self) -> str:
        return self.name


class PromptQuerySet(models.QuerySet["Prompt"]):
    def kept(self) -> PromptQuerySet:
        return self.filter(dropped="")

    def in_split(self, split: str) -> PromptQuerySet:
        return self.kept().filter(split=split)


class Prompt(models.Model):
    prompt_set = models.ForeignKey(PromptSet, on_delete=models.CASCADE, related_name="prompts")
    # From 1, in the order of the file.
    position = models.PositiveIntegerField()
    text = models.TextField()
    # Why it is not kept (synthetic.curation.filters.Dropped); empty = kept.
    dropped = models.CharField(max_length=40, blank=True)
    # What the model said; null = not asked yet, or dropped before.
    is_contested = models.BooleanField(null=True, blank=True)
    # Position of the first prompt with the same words.
    duplicate_of = models.PositiveIntegerField(null=True, blank=True)
    topic = models.PositiveSmallIntegerField(null=True, blank=True)
    split = models.CharField(max_length=10, choices=Split.choices, blank=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["prompt_set_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["prompt_set", "position"], name="prompt_once_per_position"),
            models.CheckConstraint(condition=~Q(text=""), name="prompt_has_a_text"),
            models.CheckConstraint(condition=Q(split="") | Q(dropped=""), name="only_kept_prompts_are_split"),
            models.CheckConstraint(condition=Q(split__in=["", *Split.values]), name="prompt_split_is_known"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The id in exports and studies."""
        return f"prompt-{self.position:05}"
