"""Writes to persona sets: all of a file or nothing of it, and the same file twice is one set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from files.kinds import ImportKind
from files.models import Upload
from files.reading import Data
from personas.importing import PersonaDraft, check_shown, content_hash, read_personas
from personas.models import Persona, PersonaSet
from personas.text.names import draw_names

PERSONAS = ImportKind("personas")
# Two imports of different content under one name can pick the same version; the loser looks again.
ATTEMPTS = 10


class BadSetName(ValueError):
    """A persona set needs a name of at most 100 characters."""


@dataclass(frozen=True)
class ImportedSet:
    """The set a file stands for, and whether this import made it."""

    persona_set: PersonaSet
    created: bool
    personas: int


def import_persona_set(
    *,
    name: str,
    data: Data,
    filename: str,
    by: Any = None,
    shown_attributes: Sequence[str] | None = None,
    made_by: str = "",
) -> ImportedSet:
    """Store the personas of a file as the next version of a set; the same content again is the set that is there.

    Raises UnreadableFile with every problem, and BadSetName; nothing is changed then.
    """
    name = sound_name(name)
    drafts = read_personas(data, filename=filename, limits=PERSONAS.limits)
    shown = check_shown(drafts, shown_attributes or [])
    fields = {"shown_attributes": shown, "source_name": filename[-255:], "made_by": made_by[:200], "imported_by": by}
    return store_persona_set(name=name, drafts=drafts, digest=content_hash(drafts, shown), fields=fields)


def sound_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadSetName("A persona set needs a name of 1 to 100 characters that can be seen.")
    return name


def store_persona_set(*, name: str, drafts: list[PersonaDraft], digest: str, fields: dict[str, Any]) -> ImportedSet:
    """Find the set of this name and content, or make its next version; safe when two do it at once."""
    for attempt in range(ATTEMPTS):
        existing = PersonaSet.objects.filter(name=name, content_hash=digest).first()
        if existing:
            return ImportedSet(existing, created=False, personas=len(drafts))
        try:
            return ImportedSet(create_next_version(name, drafts, digest, fields), created=True, personas=len(drafts))
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def create_next_version(name: str, drafts: list[PersonaDraft], digest: str, fields: dict[str, Any]) -> PersonaSet:
    last = PersonaSet.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0
    persona_set = PersonaSet.objects.create(name=name, version=last + 1, content_hash=digest, **fields)
    names = draw_names(len(drafts), seed=digest)
    personas = (
        Persona(
            persona_set=persona_set,
            key=draft.key,
            position=position,
            name=names[position - 1],
            attributes=[list(pair) for pair in draft.attributes],
            origins=draft.origins,
        )
        for position, draft in enumerate(drafts, start=1)
    )
    Persona.objects.bulk_create(personas, batch_size=500)
    return persona_set


def import_upload(upload: Upload, *, by: Any) -> ImportedSet:
    """Import an uploaded persona file exactly as it was previewed."""
    return import_persona_set(
        name=upload.name,
        data=upload.open(),
        filename=upload.filename,
        by=by,
        shown_attributes=upload.options.get("shown_attributes"),
        made_by=upload.options.get("made_by", ""),
    )
