"""Writes to persona sets: all of a file or nothing of it, and the same file twice is one set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.models import AuditEntry
from files.importers import Progress, Writing, no_progress
from files.kinds import ImportKind
from files.reading import Data, Problems
from files.reading.content import as_file, size_of_file
from files.staging import Batches, rows_at_once, staging, touch
from personas.importing import PersonaDraft, PersonaReader
from personas.models import Persona, PersonaSet, Sharing, StagedPersona, StagedSet
from personas.text.names import draw_names

PERSONAS = ImportKind("personas")
# Two imports of different content under one name can pick the same version; the loser looks again.
ATTEMPTS = 10


class BadSetName(ValueError):
    """A persona set needs a name of at most 100 characters."""


class NameTaken(ValueError):
    """The persona sets of this name belong to somebody else."""


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
    sharing: str = Sharing.SHARED,
    progress: Progress = no_progress,
    writing: Writing = transaction.atomic,
) -> ImportedSet:
    """Store the personas of a file as the next version of a set; the same content again is the set that is there.

    Raises UnreadableFile with every problem, BadSetName and NameTaken; nothing is changed then. The file is
    read twice: to check it, and to stage its personas in batches, which one short transaction,
    opened by ``writing``, then switches in.
    """
    name = sound_name(name)
    refuse_name_of_another(name, by)
    reader = PersonaReader(Problems(), shown=shown_attributes or [])
    for _ in drafts_of(data, filename, reader, progress, "checking"):
        pass
    if existing := set_of(name, reader.content_hash):
        return ImportedSet(existing, created=False, personas=reader.personas)
    fields = {"source_name": filename[-255:], "made_by": made_by[:200], "imported_by": by, "sharing": sharing}
    again = PersonaReader(Problems(), shown=shown_attributes or [])
    return store_persona_set(
        name=name,
        drafts=drafts_of(data, filename, again, progress, "storing"),
        count=reader.personas,
        digest=reader.content_hash,
        fields=fields | {"shown_attributes": reader.shown},
        writing=writing,
    )


def drafts_of(
    data: Data, filename: str, reader: PersonaReader, progress: Progress = no_progress, doing: str = "checking"
) -> Iterator[PersonaDraft]:
    """Yield the personas of a file and say how far it has been read; raise ``UnreadableFile`` at its end."""
    file = as_file(data)
    size = size_of_file(file)
    for number, draft in enumerate(reader.drafts(file, filename, PERSONAS.limits), start=1):
        yield draft
        if number % rows_at_once() == 0:
            progress(doing, file.tell(), size)


def sound_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadSetName("A persona set needs a name of 1 to 100 characters that can be seen.")
    return name


def refuse_name_of_another(name: str, by: Any) -> None:
    """Raise ``NameTaken`` where a version of this name would join another person's sets; admins may add to any."""
    last = PersonaSet.objects.latest_version_of(name)
    if last is not None and by is not None and not last.is_managed_by(by):
        raise NameTaken(f"The name “{name}” belongs to somebody else's persona set. Choose another name.")


# --- On the way into the database ------------------------------------------------------------------
def store_persona_set(
    *,
    name: str,
    drafts: Iterable[PersonaDraft],
    count: int,
    digest: str,
    fields: dict[str, Any],
    writing: Writing = transaction.atomic,
) -> ImportedSet:
    """Find the set of this name and content, or make its next version of ``count`` personas."""
    if existing := set_of(name, digest):
        return ImportedSet(existing, created=False, personas=count)
    with staging(StagedSet) as staged:
        stage_personas(staged, drafts, draw_names(count, seed=digest))
        return switch(name, staged, fields | {"content_hash": digest}, count, writing)


def stage_personas(staged: StagedSet, drafts: Iterable[PersonaDraft], names: Sequence[str]) -> None:
    batches: Batches[StagedPersona] = Batches(partial(stage_batch, staged))
    for position, (draft, name) in enumerate(zip(drafts, names, strict=True), start=1):
        persona = StagedPersona(
            staged_set=staged,
            position=position,
            key=draft.key,
            name=name,
            attributes=[list(pair) for pair in draft.attributes],
            origins=draft.origins,
        )
        batches.add(persona, characters=sum(len(name) + len(value) for name, value in draft.attributes))
    batches.flush()


@transaction.atomic
def stage_batch(staged: StagedSet, personas: list[StagedPersona]) -> None:
    touch(staged)
    StagedPersona.objects.bulk_create(personas)


def switch(name: str, staged: StagedSet, fields: dict[str, Any], count: int, writing: Writing) -> ImportedSet:
    """Find the set of this name and content, or make its next version; safe when two do it at once."""
    for attempt in range(ATTEMPTS):
        try:
            with writing():
                # Asked again: somebody may have taken the name while the file was read.
                refuse_name_of_another(name, fields.get("imported_by"))
                return ImportedSet(create_next_version(name, staged, fields), created=True, personas=count)
        except IntegrityError:
            if existing := set_of(name, fields["content_hash"]):
                return ImportedSet(existing, created=False, personas=count)
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def set_of(name: str, content_hash: str) -> PersonaSet | None:
    return PersonaSet.objects.filter(name=name, content_hash=content_hash).first()


def create_next_version(name: str, staged: StagedSet, fields: dict[str, Any]) -> PersonaSet:
    last = PersonaSet.objects.latest_version_of(name)
    owner = last.owner if last else fields.get("imported_by")
    version = last.version + 1 if last else 1
    persona_set = PersonaSet.objects.create(name=name, version=version, owner=owner, **fields)
    columns = ", ".join(map(connection.ops.quote_name, ("position", "key", "name", "attributes", "origins")))
    # Names of the models' own tables and columns; every value goes in by its place.
    statement = f"""
        INSERT INTO {connection.ops.quote_name(Persona._meta.db_table)} (persona_set_id, {columns})
        SELECT %s, {columns} FROM {connection.ops.quote_name(StagedPersona._meta.db_table)}
        WHERE staged_set_id = %s ORDER BY id
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [persona_set.pk, staged.pk])
    return persona_set


# --- Afterwards ------------------------------------------------------------------------------------
class NotYours(Exception):
    """Only the owner of a persona set and admins change it."""

    WHY = "Only the owner of a persona set and admins say who sees it; an example is for everybody."


@transaction.atomic
def share_persona_set(*, persona_set: PersonaSet, sharing: str, by: Any) -> None:
    """Say who sees a set. An example stays one."""
    persona_set = PersonaSet.objects.select_for_update().get(pk=persona_set.pk)
    if not persona_set.may_be_shared_by(by):
        raise NotYours(NotYours.WHY)
    before, persona_set.sharing = persona_set.sharing, sharing
    persona_set.save(update_fields=["sharing"])
    note_set(persona_set, "persona set shared", by, {"sharing": {"from": before, "to": sharing}})


class SetInUse(Exception):
    """A persona set that something needs is not deleted; the text names it."""


@transaction.atomic
def duplicate_persona_set(*, persona_set: PersonaSet, name: str, by: Any) -> PersonaSet:
    """Copy a set under a name of one's own. Raises BadSetName and NameTaken."""
    name = sound_name(name)
    if PersonaSet.objects.filter(name=name).exists():
        raise NameTaken(f"There is a persona set called “{name}” already. Choose another name.")
    copied = ("content_hash", "shown_attributes", "description", "source_name", "made_by")
    fields = {field: getattr(persona_set, field) for field in copied}
    copy = PersonaSet.objects.create(name=name, version=1, owner=by, imported_by=by, sharing=Sharing.PRIVATE, **fields)
    personas = persona_set.personas.order_by("position")
    Persona.objects.bulk_create((as_copy(persona, copy) for persona in personas), batch_size=rows_at_once())
    note_set(copy, "persona set duplicated", by, {"from": str(persona_set)})
    return copy


def as_copy(persona: Persona, persona_set: PersonaSet) -> Persona:
    names = ("key", "position", "name", "attributes", "origins")
    return Persona(persona_set=persona_set, **{name: getattr(persona, name) for name in names})


@transaction.atomic
def archive_persona_set(*, persona_set: PersonaSet, by: Any, is_archived: bool = True) -> None:
    """No longer offer a set for new studies, or offer it again."""
    persona_set = PersonaSet.objects.select_for_update().get(pk=persona_set.pk)
    if (persona_set.archived_at is not None) == is_archived:
        return
    persona_set.archived_at = timezone.now() if is_archived else None
    persona_set.save(update_fields=["archived_at"])
    what = "persona set archived" if is_archived else "persona set taken out of the archive"
    note_set(persona_set, what, by)


def uses_of(persona_set: PersonaSet) -> list[str]:
    """The studies and pair sets that need this set; they belong to apps above this one."""
    uses = [f"study “{name}”" for name in persona_set.studies.values_list("name", flat=True)]
    return uses + [f"pair set “{name}”" for name in persona_set.pair_sets.values_list("name", flat=True)]


@transaction.atomic
def delete_persona_set(*, persona_set: PersonaSet, by: Any) -> None:
    """Delete a set that nothing uses, and write down that it was there. Raises ``SetInUse``."""
    persona_set = PersonaSet.objects.select_for_update().get(pk=persona_set.pk)
    if uses := uses_of(persona_set):
        raise SetInUse(
            f"This set is used by {', '.join(uses[:3])}{' and others' if len(uses) > 3 else ''}. Archive it."
        )
    note_set(persona_set, "persona set deleted", by, {"personas": persona_set.personas.count()})
    persona_set.delete()


def note_set(persona_set: PersonaSet, what: str, by: Any, detail: dict[str, Any] | None = None) -> None:
    AuditEntry.objects.create(by=by, what=what, subject=str(persona_set), detail=detail or {})
