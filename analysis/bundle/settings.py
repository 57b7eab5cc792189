"""study.json: a study's settings. Completion codes, the contact and the researchers stay out."""

from __future__ import annotations

from annotation.models import Study
from annotation.study_fields import IN_BUNDLE
from files.columns import as_value
from personas.models import PersonaSet

PERSONA_SET = {
    "name": "The persona set's name.",
    "version": "Its version.",
    "content_hash": "SHA-256 of its canonical content.",
    "source_name": "The file it came from.",
    "made_by": "Who or what made it, where it is a demonstration.",
    "shown_attributes": "The attributes that raters saw, in order; empty = all.",
}


def settings_of(study: Study) -> dict[str, object]:
    values = {name: as_value(getattr(study, name)) for name in IN_BUNDLE}
    return values | {"persona_set": persona_set_of(study.persona_set)}


def persona_set_of(persona_set: PersonaSet | None) -> dict[str, object] | None:
    if persona_set is None:
        return None
    return {name: as_value(getattr(persona_set, name)) for name in PERSONA_SET}
