"""Persona files as the import pages and the workers see them."""

from __future__ import annotations

from typing import Any

from files.importers import Done, Importer, Progress, Writing
from files.models import Upload
from personas.models import Sharing
from personas.previews import preview_personas, shown_preview
from personas.services import PERSONAS, ImportedSet, NameTaken, import_persona_set


class PersonaFiles(Importer):
    name = "persona"
    kind = PERSONAS
    refusals = (NameTaken,)

    def preview(self, upload: Upload, study: None, progress: Progress) -> dict[str, Any]:
        return preview_personas(upload, progress)

    def context(self, upload: Upload, study: None, found: dict[str, Any]) -> dict[str, Any]:
        return {"preview": shown_preview(upload, found)}

    def store(self, upload: Upload, study: None, *, by: Any, progress: Progress, writing: Writing) -> Done:
        done = import_persona_set(
            name=upload.name,
            data=upload.open(),
            filename=upload.filename,
            by=by,
            shown_attributes=upload.options.get("shown_attributes"),
            made_by=upload.options.get("made_by", ""),
            sharing=upload.options.get("sharing", Sharing.SHARED),
            progress=progress,
            writing=writing,
        )
        return Done(words_of(done), changed=done.created, made=done.persona_set)


def words_of(done: ImportedSet) -> str:
    if not done.created:
        return f"These personas have already been imported, as {done.persona_set}. Nothing was changed."
    return f"{done.personas:,} persona{'' if done.personas == 1 else 's'} imported as {done.persona_set}."


PERSONA_FILES = PersonaFiles()
