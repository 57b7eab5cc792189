"""What an uploaded persona file would do; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from files.importers import Progress, no_progress
from files.models import Upload
from files.reading import Problems
from personas.attributes import attribute_for, canonical_key, is_absent, visible_pairs
from personas.importing import PersonaDraft, PersonaReader
from personas.models import Persona, PersonaSet
from personas.services import drafts_of, set_of
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
    notes: tuple[str, ...] = ()


def preview_personas(upload: Upload, progress: Progress = no_progress) -> dict[str, Any]:
    """Return what a sound file holds, as JSON. Raises ``UnreadableFile``."""
    reader = PersonaReader(Problems(), shown=upload.options.get("shown_attributes", []))
    first = [
        draft for draft in drafts_of(upload.open(), upload.filename, reader, progress) if reader.personas <= SAMPLES
    ]
    return {
        "personas": reader.personas,
        # A list: not every database keeps the order of an object's keys.
        "counts": list(reader.counts.items()),
        "shown": reader.shown,
        "notes": list(reader.notes),
        "content_hash": reader.content_hash,
        "first": [asdict(draft) for draft in first],
    }


def shown_preview(upload: Upload, found: dict[str, Any]) -> PersonaPreview:
    """Return what was found as the page shows it, beside the sets that are there now."""
    latest = PersonaSet.objects.latest_version_of(upload.name)
    shown = found["shown"]
    return PersonaPreview(
        persona_count=found["personas"],
        attributes=attribute_counts(dict(found["counts"]), shown),
        samples=tuple(sample_of(PersonaDraft(**draft), shown) for draft in found["first"]),
        version=latest.version + 1 if latest else 1,
        already=set_of(upload.name, found["content_hash"]),
        notes=tuple(found.get("notes", ())),
    )


def sample_of(draft: PersonaDraft, shown: Sequence[str]) -> Sample:
    summary = short_summary(visible_pairs(draft.attributes, shown))
    return Sample(draft.key, draft.line, summary, persona_card(draft.attributes, shown=shown))


def attribute_counts(counts: Mapping[str, int], shown: Sequence[str]) -> tuple[AttributeCount, ...]:
    """Return how many personas have each attribute, in order of first use."""
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
            absent=is_absent(value, name),
            shown=not is_absent(value, name) and (not shown or canonical_key(name) in shown),
        )
        for name, value in persona.attributes
    ]
