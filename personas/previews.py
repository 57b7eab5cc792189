"""What an uploaded persona file would do, read again each time; nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from files.models import Upload
from personas.attributes import attribute_for, attribute_pairs, canonical_key, is_absent, visible_pairs
from personas.importing import PersonaDraft, check_shown, content_hash, read_personas
from personas.models import Persona, PersonaSet
from personas.services import PERSONAS
from personas.text import PersonaCard, persona_card, short_summary

SAMPLES = 3


@dataclass(frozen=True)
class Sample:
    """One persona of the file as raters would see it."""

    key: str
    line: int
    summary: str
    card: PersonaCard


@dataclass(frozen=True)
class AttributeCount:
    """How many personas have a value for an attribute."""

    name: str
    personas: int
    known: bool
    shown: bool


@dataclass(frozen=True)
class PersonaPreview:
    """What the import page shows before anything is changed."""

    persona_count: int = 0
    attributes: tuple[AttributeCount, ...] = ()
    samples: tuple[Sample, ...] = ()
    version: int = 1
    already: PersonaSet | None = None


def preview_personas(upload: Upload) -> PersonaPreview:
    """Return the counts and first personas of a sound file. Raises ``UnreadableFile``."""
    drafts = read_personas(upload.open(), filename=upload.filename, limits=PERSONAS.limits)
    shown = check_shown(drafts, upload.options.get("shown_attributes", []))
    sets = PersonaSet.objects.filter(name=upload.name)
    latest = PersonaSet.objects.latest_version_of(upload.name)
    return PersonaPreview(
        persona_count=len(drafts),
        attributes=attribute_counts(drafts, shown),
        samples=tuple(sample_of(draft, shown) for draft in drafts[:SAMPLES]),
        version=latest.version + 1 if latest else 1,
        already=sets.filter(content_hash=content_hash(drafts, shown)).first(),
    )


def sample_of(draft: PersonaDraft, shown: Sequence[str]) -> Sample:
    summary = short_summary(visible_pairs(draft.attributes, shown))
    return Sample(draft.key, draft.line, summary, persona_card(draft.attributes, shown=shown))


def attribute_counts(drafts: Sequence[PersonaDraft], shown: Sequence[str]) -> tuple[AttributeCount, ...]:
    """Count values per attribute, in order of first use."""
    counts = Counter(canonical_key(name) for draft in drafts for name, _ in attribute_pairs(draft.attributes))
    return tuple(
        AttributeCount(name, count, known=bool(attribute_for(name).source), shown=not shown or name in shown)
        for name, count in counts.items()
    )


@dataclass(frozen=True)
class AttributeRow:
    """One attribute of a stored persona, exactly as stored, with where it came from and whether raters see it."""

    name: str
    value: str
    origin: str
    absent: bool
    shown: bool


def attribute_rows(persona: Persona) -> list[AttributeRow]:
    """Return every attribute of a persona in the order of its file."""
    shown = persona.persona_set.shown_attributes
    return [
        AttributeRow(
            name=name,
            value=value or "",
            origin=persona.origins.get(name, ""),
            absent=is_absent(value),
            shown=not is_absent(value) and (not shown or canonical_key(name) in shown),
        )
        for name, value in persona.attributes
    ]
