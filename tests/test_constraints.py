"""Constraints of persona sets, uploads and runs, attacked past their services; those of a study: tests/annotation."""

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from files.models import Upload, UploadPart
from jobs.models import Chunk, Run, RunState
from personas.models import Persona, PersonaSet
from tests.factories import make_persona_set, make_researcher

pytestmark = pytest.mark.django_db


def broken(constraint: str):
    # SQLite names a unique constraint by its columns only, unless it is partial.
    return pytest.raises(IntegrityError, match=f"{constraint}|UNIQUE constraint failed")


@pytest.fixture
def rows():
    """One row of each model, and a second persona, persona set and run to collide with it."""
    persona_set = make_persona_set(2, name="first")
    make_persona_set(2, name="second")
    PersonaSet.objects.filter(name="second").update(version=2, content_hash="f" * 64)
    upload = Upload.objects.create(kind="personas", name="first", filename="a", uploaded_by=make_researcher("grace"))
    parts = [UploadPart.objects.create(upload=upload, number=number, data=b"x") for number in (1, 2)]
    runs = [Run.objects.create(kind="k", key="a", lane="l", state=RunState.RUNNING), Run.objects.create(kind="k")]
    chunks = [Chunk.objects.create(run=runs[0], number=number, size=2) for number in (1, 2)]
    firsts = {PersonaSet: persona_set, Upload: upload, UploadPart: parts[0], Run: runs[0], Chunk: chunks[0]}
    firsts[AuditEntry] = AuditEntry.objects.create(what="study deleted", subject="first")
    return firsts | {Persona: persona_set.personas.order_by("position").first()}


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (PersonaSet, {"name": ""}, "persona_set_has_a_name"),
        (PersonaSet, {"version": 0}, "persona_set_version_from_one"),
        (PersonaSet, {"sharing": "everybody"}, "persona_set_sharing_is_known"),
        (Persona, {"key": ""}, "persona_has_a_key"),
        (AuditEntry, {"what": ""}, "audit_entry_says_what_and_whose"),
        (AuditEntry, {"subject": ""}, "audit_entry_says_what_and_whose"),
        (Upload, {"kind": ""}, "upload_has_a_kind"),
        (Run, {"state": "lost"}, "run_state_is_known"),
        (Run, {"wanted": "hope"}, "run_wanted_is_known"),
        (Run, {"state": "failed", "reason": "x"}, "run_has_finished_when_it_ended"),
        (Chunk, {"state": "lost"}, "chunk_state_is_known"),
        (Chunk, {"done": 3}, "chunk_counts_fit_its_size"),
        (Chunk, {"done": 2, "failed": 1}, "chunk_counts_fit_its_size"),
    ],
)
def test_check_constraint_refuses_an_update_past_the_services(rows, model, values, constraint):
    with broken(constraint), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**values)


def test_failed_run_says_why(rows):
    ended = {"state": RunState.FAILED, "finished_at": rows[Run].created_at or "2026-01-01T00:00Z"}
    with broken("failed_run_says_why"), transaction.atomic():
        Run.objects.filter(pk=rows[Run].pk).update(**ended, reason="")


@pytest.mark.parametrize(
    ("model", "same", "constraint"),
    [
        (PersonaSet, ["name", "version"], "persona_set_version_once_per_name"),
        (PersonaSet, ["name", "content_hash"], "persona_set_content_once_per_name"),
        (Persona, ["key"], "persona_key_once_per_set"),
        (Persona, ["position"], "persona_position_once_per_set"),
        (UploadPart, ["number"], "upload_part_once_per_number"),
        (Run, ["key"], "one_unfinished_run_per_key"),
        (Run, ["lane", "state"], "one_running_run_per_lane"),
        (Chunk, ["number"], "one_chunk_per_number"),
    ],
)
def test_unique_constraint_refuses_a_second_row(rows, model, same, constraint):
    first = rows[model]
    others = model.objects.exclude(pk=first.pk)
    if model is Persona:
        others = others.filter(persona_set=first.persona_set)
    with broken(constraint), transaction.atomic():
        others.filter(pk=others.last().pk).update(**{name: getattr(first, name) for name in same})
