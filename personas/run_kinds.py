"""Runs of this app, and what it does on a schedule."""

from __future__ import annotations

from files.staging import drop_abandoned
from files.upload_runs import CheckKind, FileImportKind
from jobs.kinds import register
from jobs.schedule import scheduled
from personas.models import StagedSet
from personas.persona_files import PERSONA_FILES


@register
class PersonaCheckKind(CheckKind):
    name = "persona-check"
    label = "Check of a persona file"
    importer = PERSONA_FILES


@register
class PersonaImportKind(FileImportKind):
    name = "persona-import"
    label = "Import of personas"
    one_at_a_time = "personas"
    importer = PERSONA_FILES


@scheduled(name="forget-staged-personas", label="Delete what broken imports of personas left", cron="29 4 * * *")
def forget_staged_personas() -> str:
    return f"{drop_abandoned(StagedSet)} imports deleted"
