"""Questions come into a study from a file: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, connection, transaction

from annotation.importing import QuestionRow
from annotation.models import (
    Annotation,
    Question,
    QuestionKind,
    RaterKind,
    Response,
    StagedImport,
    StagedQuestion,
    Study,
    StudyEvent,
    StudyState,
)
from annotation.services import assembly
from annotation.services.annotation_import import ATTEMPTS, StudyChanged
from annotation.services.baseline_raters import remove_baseline_raters
from annotation.services.bulk import insert_values, quoted
from annotation.services.question_plan import QuestionPlan, QuestionPlanner, state_of_questions
from files.importers import Progress, Writing, no_progress
from files.reading import Data, sha256_of
from files.staging import Batches, staging, touch
from personas.models import Persona, PersonaSet

STAGED = (
    *("line", "persona_id", "kind", "prompt_key", "prompt", "revised"),
    *("alternative", "foil_persona_id", "topic", "right_answer"),
)
# What a staged question and a stored one have in common.
CONTENT = STAGED[1:]


class QuestionsInUse(Exception):
    """Annotations of models or of people elsewhere point at the questions that would be replaced."""


class PersonaSetInUse(Exception):
    """The study's questions belong to the personas of another set."""


@dataclass(frozen=True)
class ImportedQuestions:
    """What an import did. ``checks`` of the ``created`` questions are attention checks."""

    created: int
    was_already_there: bool
    checks: int
    removed: int = 0


def preview_questions(
    study: Study, data: Data, filename: str, *, replace: bool = False, progress: Progress = no_progress
) -> QuestionPlan:
    """Read a file against the study and change nothing. Raises ``UnreadableFile`` and ``NoPersonaSet``."""
    return QuestionPlanner(study, replace=replace).read(data, filename, lambda rows: None, progress)


def import_questions(
    *,
    study: Study,
    data: Data,
    filename: str,
    by=None,
    replace: bool = False,
    progress: Progress = no_progress,
    writing: Writing = transaction.atomic,
) -> ImportedQuestions:
    """Add the questions of a file, all or none, and draw what raters see.

    New (persona, prompt) rows join those that are there; a row that is there with
    another text is a problem, unless ``replace`` puts the file in place of all
    questions. Rows already stored change nothing, even in a frozen study.
    Raises ``UnreadableFile``, ``NoPersonaSet``, ``StudyFrozen``, ``QuestionsInUse``,
    ``StudyChanged``, and ``StudyNotReady`` when an open study would be left with too few
    questions.

    Rows are staged in batches while the file is read and switched in by one short transaction,
    opened by ``writing``. When the study was changed meanwhile, the file is read again.
    """
    digest = sha256_of(data)
    for _ in range(ATTEMPTS):
        study.refresh_from_db()
        with suppress(IntegrityError, _ReadTooEarly), staging(StagedImport, study=study) as staged:
            seen = state_of_questions(study)
            planner = QuestionPlanner(study, replace=replace)
            plan = planner.read(data, filename, partial(_stage, staged, planner.persona_ids), progress)
            if plan.changes_nothing:
                return ImportedQuestions(created=0, was_already_there=True, checks=0)
            assembly.refuse_if_frozen(study)
            _stage_repeated_checks(staged, planner)
            progress("switching", plan.new, plan.new)
            with writing():
                _switch(study, plan, staged, seen, replace=replace)
                _note_import(study, plan, digest, filename, by)
            return ImportedQuestions(plan.new, was_already_there=False, checks=plan.checks, removed=plan.removes)
    raise StudyChanged("The study changed while the file was being read. Nothing was stored. Try again.")


class _ReadTooEarly(Exception):
    """The study is no longer as it was when the file was compared with it."""


def _switch(study: Study, plan: QuestionPlan, staged: StagedImport, seen: list, *, replace: bool) -> None:
    """Make the staged rows the study's, inside the caller's transaction."""
    _lock(study)
    if state_of_questions(study) != seen:
        raise _ReadTooEarly
    if replace:
        _remove_questions(study)
    _take_design(study, plan.kind)
    if _store(study, staged) != plan.new:
        raise _ReadTooEarly
    if not study.personas.exists():
        study.personas.set(Persona.objects.filter(questions__in=study.questions.countable()).distinct())
    assembly.settle_questions(study=study)
    _refuse_if_open_and_not_ready(study)


def _lock(study: Study) -> None:
    """Let one import in at a time, and arrivals wait for it."""
    study.refresh_from_db(from_queryset=Study.objects.select_for_update(no_key=True))
    # Arrivals lock their seat first, so from here on "nobody has a seat" stays true.
    list(study.seats.select_for_update().values_list("pk", flat=True))


@transaction.atomic
def use_persona_set(*, study: Study, persona_set: PersonaSet, by=None) -> None:
    """Say whose personas the study asks about; not once it has questions of another set."""
    if study.persona_set_id == persona_set.pk:
        return
    assembly.refuse_if_frozen(study)
    if study.questions.exists():
        raise PersonaSetInUse(
            f"The study has questions for {study.persona_set}. Create another study for {persona_set}."
        )
    study.persona_set = persona_set
    study.save(update_fields=["persona_set"])
    study.personas.clear()
    StudyEvent.objects.create(study=study, by=by, what="persona set chosen", detail={"set": str(persona_set)})


# --- Doing it --------------------------------------------------------------------------------------
def _take_design(study: Study, kind: str) -> None:
    """The first questions say which design the study has; its attention checks follow."""
    if kind in {"", study.design}:
        return
    study.design = kind
    study.save(update_fields=["design"])
    study.questions.attention_checks().update(alternative_kind=kind)


def _remove_questions(study: Study) -> None:
    made_by_the_site = [RaterKind.PREVIEW, RaterKind.COMPUTED]
    if Annotation.objects.for_study(study).exclude(rater__kind__in=made_by_the_site).exists():
        raise QuestionsInUse(
            "Imported annotations answer these questions, so they cannot be replaced. "
            "Create a new study for the new questions."
        )
    remove_baseline_raters(study)
    # Previews are nobody's data, and their screens would hold the questions back.
    study.raters.filter(kind=RaterKind.PREVIEW).delete()
    # Without their texts, which can be hundreds of megabytes.
    study.questions.only("pk").delete()


def _store(study: Study, staged: StagedImport) -> int:
    """Insert the staged rows behind each persona's last question, in the order of the file; return how many."""
    with connection.cursor() as cursor:
        # settle_questions draws is_drawn and the real reference_first; checks keep these.
        constants = [study.pk, study.design, True, Response.REVISED]
        cursor.execute(_store_statement(), [*constants, staged.pk, study.pk])
        return cursor.rowcount


def _store_statement() -> str:
    questions, staged = quoted(Question._meta.db_table), quoted(StagedQuestion._meta.db_table)
    content = ", ".join(map(quoted, CONTENT))
    staged_content = ", ".join(f"staged.{quoted(name)}" for name in CONTENT)
    # Numbered by their ids alone, so that no database sorts the texts.
    # Names of the models' own tables and columns; every value goes in by its place.
    return f"""
        INSERT INTO {questions} (study_id, alternative_kind, is_drawn, reference_first, {content}, position)
        SELECT %s, %s, %s, %s, {staged_content}, numbered.number + COALESCE(stored.last, 0)
        FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY persona_id ORDER BY line) AS number
              FROM {staged} WHERE staged_import_id = %s AND persona_id IS NOT NULL) numbered
        JOIN {staged} staged ON staged.id = numbered.id
        LEFT JOIN (SELECT persona_id, MAX(position) AS last FROM {questions} WHERE study_id = %s GROUP BY persona_id)
             stored ON stored.persona_id = staged.persona_id
    """  # noqa: S608


def _refuse_if_open_and_not_ready(study: Study) -> None:
    problems = assembly.readiness_problems(study) if study.state == StudyState.OPEN else []
    if problems:
        raise assembly.StudyNotReady(problems)


def _note_import(study: Study, plan: QuestionPlan, digest: str, filename: str, by) -> None:
    detail = {
        "file": filename,
        "sha256": digest,
        "created": plan.new,
        "checks": plan.checks,
        "removed": plan.removes,
    }
    StudyEvent.objects.create(study=study, by=by, what="questions imported", detail=detail)


# --- On the way there ------------------------------------------------------------------------------
def _stage(staged: StagedImport, persona_ids: dict[str, int], rows: Iterable[QuestionRow]) -> None:
    _insert(staged, [_staged_values(row, persona_ids) for row in rows])


@transaction.atomic
def _insert(staged: StagedImport, rows: list[tuple]) -> None:
    """Write one batch, in a transaction of its own."""
    touch(staged)
    insert_values(StagedQuestion, ("staged_import_id", *STAGED), ((staged.pk, *row) for row in rows))


def _staged_values(row: QuestionRow, persona_ids: dict[str, int]) -> tuple:
    return (
        row.line,
        persona_ids.get(row.persona_key),
        str(QuestionKind.ATTENTION if row.is_check else QuestionKind.DATA),
        row.prompt_key,
        row.prompt,
        row.revised,
        row.alternative,
        persona_ids.get(row.foil_persona_key),
        row.topic,
        row.right_answer,
    )


def _stage_repeated_checks(staged: StagedImport, planner: QuestionPlanner) -> None:
    """Stage the checks without a persona again, for each persona that gets them and does not have them."""
    batches: Batches[tuple] = Batches(partial(_insert, staged))
    checks = StagedQuestion.objects.filter(staged_import=staged, persona_id=None)
    for pk in list(checks.values_list("pk", flat=True)):
        # One at a time: nothing else can be asked while a batch is copied in, and its texts may be long.
        line, _, *rest = checks.values_list(*STAGED).get(pk=pk)
        prompt_key = rest[STAGED.index("prompt_key") - 2]
        for key in planner.keys_with_checks:
            if planner.replace or (key, prompt_key) not in planner.existing:
                row = (line, planner.persona_ids[key], *rest)
                batches.add(row, characters=sum(len(value) for value in rest if isinstance(value, str)))
    batches.flush()
