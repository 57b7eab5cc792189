"""study.json: a study's settings. Completion codes, the contact and the researchers stay out."""

from __future__ import annotations

from annotation.models import Study
from files.columns import as_value
from personas.models import PersonaSet

SETTINGS = {
    "slug": "The study's address.",
    "name": "Its name.",
    "public_title": "What participants read as its title.",
    "design": "baseline or foil: what stands beside the revised answer.",
    "state": "draft, open, paused or closed, when the bundle was made.",
    "raters_per_persona": "Seats of each persona.",
    "questions_per_rater": "Questions of each rater.",
    "seed": "Draws the questions, the sides and the order of the seats.",
    "consent": "The consent text (Markdown).",
    "instructions": "The instructions (Markdown).",
    "comprehension": "The comprehension check: questions, options, which one is right.",
    "attention_after": "An attention check stands after each of these question numbers.",
    "allows_no_preference": "Whether raters could say that they prefer neither.",
    "minimum_justification": "Least number of characters of a justification.",
    "time_limit_minutes": "The most time from arrival; null without a limit.",
    "idle_minutes": "After so many minutes without activity a seat is free again.",
    "made_by": "Who or what made the content, where it is a demonstration.",
    "created_at": "When the study was made.",
    "opened_at": "When it first took people; null before.",
}
PERSONA_SET = {
    "name": "The persona set's name.",
    "version": "Its version.",
    "content_hash": "SHA-256 of its canonical content.",
    "source_name": "The file it came from.",
    "made_by": "Who or what made it, where it is a demonstration.",
    "shown_attributes": "The attributes that raters saw, in order; empty = all.",
}


def settings_of(study: Study) -> dict[str, object]:
    values = {name: as_value(getattr(study, name)) for name in SETTINGS}
    return values | {"persona_set": persona_set_of(study.persona_set)}


def persona_set_of(persona_set: PersonaSet | None) -> dict[str, object] | None:
    if persona_set is None:
        return None
    return {name: as_value(getattr(persona_set, name)) for name in PERSONA_SET}
