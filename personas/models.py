"""Persona sets: versioned, hashed lists of personas."""

from __future__ import annotations

import json

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast

from files.models import StagedFile
from personas.text import PersonaCard, Style, persona_card, persona_text


class Sharing(models.TextChoices):
    """Who sees a persona set beside its owner, the admins and the researchers of the studies that use it."""

    PRIVATE = "private", "Private: only you, the admins, and the researchers of studies that use it"
    SHARED = "shared", "Shared: every researcher on this site can see it and use it"
    EXAMPLE = "example", "Example: it comes with the site"


class PersonaSetQuerySet(models.QuerySet["PersonaSet"]):
    def visible_to(self, user) -> PersonaSetQuerySet:
        if user.is_staff:
            return self
        used = PersonaSet.objects.filter(studies__researchers=user).values("pk")
        return self.filter(~Q(sharing=Sharing.PRIVATE) | Q(owner=user) | Q(pk__in=used))

    def offered_to(self, user) -> PersonaSetQuerySet:
        """What this person may choose for a study."""
        return self.visible_to(user).filter(archived_at=None)

    def latest_version_of(self, name: str) -> PersonaSet | None:
        return self.filter(name=name).order_by("-version").first()

    def with_counts(self) -> PersonaSetQuerySet:
        # A query that groups loses the order of Meta.
        return self.annotate(persona_count=models.Count("personas")).order_by("name", "-version")


class PersonaSet(models.Model):
    """One version of a named list of personas; content never changes after import."""

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    # SHA-256 of the canonical content: the same personas again are the same set.
    content_hash = models.CharField(max_length=64)
    # Which attributes are shown, in which order; empty = every attribute in its own order.
    shown_attributes = models.JSONField(default=list, blank=True)
    description = models.TextField(blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    # Demo or simulated content says so wherever it shows.
    made_by = models.CharField(max_length=200, blank=True)
    # Who may change who sees it, archive it and delete it, beside the admins; without one, only they.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="persona_sets"
    )
    sharing = models.CharField(max_length=20, choices=Sharing.choices, default=Sharing.SHARED)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now_add=True)
    # No longer offered for new studies; those that use it keep it.
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PersonaSetQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="persona_set_version_once_per_name"),
            models.UniqueConstraint(fields=["name", "content_hash"], name="persona_set_content_once_per_name"),
            models.CheckConstraint(condition=Q(version__gte=1), name="persona_set_version_from_one"),
            models.CheckConstraint(condition=~Q(name=""), name="persona_set_has_a_name"),
            models.CheckConstraint(condition=Q(sharing__in=Sharing.values), name="persona_set_sharing_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def is_managed_by(self, user) -> bool:
        return user.is_staff or (self.owner_id is not None and self.owner_id == user.pk)

    def may_be_shared_by(self, user) -> bool:
        """An example is one for everybody."""
        return self.sharing != Sharing.EXAMPLE and self.is_managed_by(user)

    @property
    def owner_in_words(self) -> str:
        return self.owner.get_username() if self.owner else "this site"


class PersonaQuerySet(models.QuerySet["Persona"]):
    def mentioning(self, text: str) -> PersonaQuerySet:
        """Keep the personas whose id or attributes hold the text, without regard to case."""
        if not text:
            return self
        # SQLite keeps the JSON text with \\u escapes, PostgreSQL with the characters themselves.
        plain, escaped = json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1]
        stored = self.annotate(stored_text=Cast("attributes", models.TextField()))
        return stored.filter(
            Q(key__icontains=text) | Q(stored_text__icontains=plain) | Q(stored_text__icontains=escaped)
        )

    def shown_in(self, study) -> PersonaQuerySet:
        """Return the personas of a study, each knowing how that study shows it (``study_text``)."""
        shown = {"study_style": Value(study.persona_style), "study_names": Value(study.names_personas)}
        return self.filter(studies=study).select_related("persona_set").annotate(**shown)


class Persona(models.Model):
    """Attributes of a (maybe fictional) person."""

    persona_set = models.ForeignKey(PersonaSet, on_delete=models.CASCADE, related_name="personas")
    # The id the file gave it, exactly as written.
    key = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    # Drawn at the import; raters and models read it where their study says so.
    name = models.CharField(max_length=60, blank=True)
    # [[name, value], ...] in the order of the file; a list, since jsonb does not keep the order of keys.
    attributes = models.JSONField()
    # name -> census, procedural, model, written, manual
    origins = models.JSONField(default=dict, blank=True)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        ordering = ["persona_set_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["persona_set", "key"], name="persona_key_once_per_set"),
            models.UniqueConstraint(fields=["persona_set", "position"], name="persona_position_once_per_set"),
            models.UniqueConstraint(
                fields=["persona_set", "name"], condition=~Q(name=""), name="persona_name_once_per_set"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="persona_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.key

    def card(self, *, style: str = Style.NARRATIVE, with_name: bool = False, person: str = "second") -> PersonaCard:
        """Return the persona as a page shows it; only its set's shown attributes are told."""
        shown = self.persona_set.shown_attributes
        name = self.name if with_name else ""
        return persona_card(self.attributes, shown=shown, style=style, name=name, person=person)

    def text(self, *, style: str = Style.NARRATIVE, with_name: bool = False) -> str:
        """Return the same words as lines of text, for models and files."""
        shown = self.persona_set.shown_attributes
        return persona_text(self.attributes, shown=shown, style=style, name=self.name if with_name else "")

    @property
    def study_text(self) -> str:
        """The text in the style of the study that ``shown_in`` was asked for."""
        return self.text(style=self.study_style, with_name=self.study_names)

    def neighbours(self) -> dict[str, Persona | None]:
        """Return the personas before and after this one in its set."""
        others = Persona.objects.filter(persona_set=self.persona_set_id).only("pk", "key")
        return {
            "before": others.filter(position__lt=self.position).order_by("-position").first(),
            "after": others.filter(position__gt=self.position).order_by("position").first(),
        }


class StagedSet(StagedFile):
    """A file of personas on its way into the database."""


class StagedPersona(models.Model):
    """What will be a Persona. No constraint but its file: the real table checks it at the switch."""

    staged_set = models.ForeignKey(StagedSet, on_delete=models.CASCADE, related_name="personas")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    attributes = models.JSONField()
    origins = models.JSONField()

    def __str__(self) -> str:
        return f"staged persona {self.key}"
