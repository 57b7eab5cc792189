"""Questions come into a study from a file: all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, Q

from annotation.importing import (
    QuestionFile,
    QuestionRow,
    check_no_row_twice,
    check_one_text_per_prompt,
    for_each_persona,
    question_file,
)
from annotation.models import Annotation, Question, QuestionKind, RaterKind, Response, Study, StudyEvent, StudyState
from annotation.services import assembly
from annotation.services.baseline_raters import remove_baseline_raters
from files.kinds import ImportKind
from files.reading import Data, Problems, read_records, sha256_of
from personas.models import Persona, PersonaSet

QUESTIONS = ImportKind("questions")
BATCH = 1000


class NoPersonaSet(Exception):
    """Questions name personas, so the study must have its persona set first."""


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


@dataclass(frozen=True)
class QuestionPlan:
    """What an import would do; the page that asks "is this right?" shows it.

    ``rows`` holds every question of the file, one per persona; ``new`` those that would be added.
    """

    file: QuestionFile
    rows: list[QuestionRow]
    new: list[QuestionRow]
    removes: int = 0
    problems: Problems = field(default_factory=Problems)

    @property
    def already_there(self) -> int:
        return len(self.rows) - len(self.new)

    @property
    def changes_nothing(self) -> bool:
        return not self.new and not self.removes

    @property
    def checks(self) -> int:
        return sum(row.is_check for row in self.new)


def preview_questions(study: Study, data: Data, filename: str, *, replace: bool = False) -> QuestionPlan:
    """Read a file against the study and change nothing. Raises ``UnreadableFile`` and ``NoPersonaSet``."""
    if study.persona_set is None:
        raise NoPersonaSet("Choose the study's persona set first: questions refer to its personas.")
    keys = set(study.persona_set.personas.values_list("key", flat=True))
    file = question_file(read_records(data, filename=filename, limits=QUESTIONS.limits), persona_keys=keys)
    return _plan(study, file, replace=replace)


@transaction.atomic
def import_questions(*, study: Study, data: Data, filename: str, by=None, replace: bool = False) -> ImportedQuestions:
    """Add the questions of a file, all or none, and draw what raters see.

    New (persona, prompt) rows join those that are there; a row that is there with
    another text is a problem, unless ``replace`` puts the file in place of all
    questions. Rows already stored change nothing, even in a frozen study.
    Raises ``UnreadableFile``, ``NoPersonaSet``, ``StudyFrozen``, ``QuestionsInUse``,
    and ``StudyNotReady`` when an open study would be left with too few questions.
    """
    _lock(study)
    plan = preview_questions(study, data, filename, replace=replace)
    if plan.changes_nothing:
        return ImportedQuestions(created=0, was_already_there=True, checks=0)
    assembly.refuse_if_frozen(study)
    if replace:
        _remove_questions(study)
    _take_design(study, plan.file.kind)
    _create(study, plan.new)
    if not study.personas.exists():
        study.personas.set(Persona.objects.filter(questions__in=study.questions.countable()).distinct())
    assembly.settle_questions(study=study)
    _refuse_if_open_and_not_ready(study)
    _note_import(study, plan, data, filename, by)
    return ImportedQuestions(len(plan.new), was_already_there=False, checks=plan.checks, removed=plan.removes)


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


# --- What an import would do -----------------------------------------------------------------------
def _plan(study: Study, file: QuestionFile, *, replace: bool) -> QuestionPlan:
    problems = Problems()
    existing = {} if replace else _existing_content(study)
    rows = _with_repeated_checks(study, file, problems, replace=replace)
    if not replace:
        _check_kind(study, file, problems)
        check_one_text_per_prompt(file.rows, dict(study.questions.values_list("prompt_key", "prompt")), problems)
    _check_against(existing, rows, problems)
    problems.raise_if_any()
    if replace:
        return _plan_of_replacing(study, file, rows)
    return QuestionPlan(file, rows, [row for row in rows if row.place not in existing])


def _plan_of_replacing(study: Study, file: QuestionFile, rows: list[QuestionRow]) -> QuestionPlan:
    existing = _existing_content(study)
    if existing == {row.place: row.content for row in rows} and file.kind in {"", study.design}:
        return QuestionPlan(file, rows, [])
    return QuestionPlan(file, rows, rows, removes=len(existing))


def _existing_content(study: Study) -> dict[tuple[str, str], tuple[str, ...]]:
    fields = ("prompt", "revised", "alternative", "foil_persona__key", "topic", "right_answer")
    rows = study.questions.order_by().values_list("persona__key", "prompt_key", *fields)
    return {(row[0], row[1]): tuple(value or "" for value in row[2:]) for row in rows}


def _with_repeated_checks(study: Study, file: QuestionFile, problems: Problems, *, replace: bool) -> list[QuestionRow]:
    keys = _keys_that_get_checks(study, file, replace=replace)
    repeated = [row for row in file.rows if not row.persona_key]
    if repeated and not keys:
        message = "No persona has questions yet, so this attention check cannot be given to anyone."
        problems.note(message, line=repeated[0].line, column="persona_id")
    rows = for_each_persona(file.rows, keys)
    check_no_row_twice(rows, problems)
    return rows


def _keys_that_get_checks(study: Study, file: QuestionFile, *, replace: bool) -> list[str]:
    """Every persona that has questions, in the file or the study, or is chosen; in the order of the set."""
    in_file = {row.persona_key for row in file.rows if row.persona_key and not row.is_check}
    wanted = Q(key__in=in_file) | Q(studies=study)
    if not replace:
        wanted |= Q(questions__in=study.questions.countable())
    return list(study.persona_set.personas.filter(wanted).distinct().order_by("position").values_list("key", flat=True))


def _check_kind(study: Study, file: QuestionFile, problems: Problems) -> None:
    if file.kind in {"", study.design} or not study.questions.countable().exists():
        return
    first = next(row for row in file.rows if not row.is_check)
    message = f"This study's questions have a {study.design}. Create another study for questions with a {file.kind}."
    problems.note(message, line=first.line, column=first.kind, value=first.alternative)


def _check_against(existing: dict, rows: Iterable[QuestionRow], problems: Problems) -> None:
    """Note rows that the study has with other content; the first column that differs is named."""
    columns = ("prompt", "revised", "", "foil_persona_id", "topic", "right_answer")
    for row in rows:
        there = existing.get(row.place, row.content)
        # Another prompt text under this prompt_id has been noted already.
        if there == row.content or there[0] != row.prompt:
            continue
        number = next(n for n, (old, new) in enumerate(zip(there, row.content, strict=True)) if old != new)
        message = (
            f"The study already has this question (persona {row.persona_key}, prompt {row.prompt_key}) with "
            "a different text here. Replace all questions, or leave this row out."
        )
        problems.note(message, line=row.line, column=columns[number] or row.kind, value=row.content[number])


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
    study.questions.all().delete()


def _create(study: Study, rows: Iterable[QuestionRow]) -> None:
    persona_ids = dict(study.persona_set.personas.values_list("key", "pk"))
    last = study.questions.order_by().values("persona_id").annotate(last=Max("position"))
    positions: dict[int, int] = defaultdict(int, last.values_list("persona_id", "last"))
    questions = []
    for row in rows:
        persona_id = persona_ids[row.persona_key]
        positions[persona_id] += 1
        questions.append(
            _question(study, row, persona_id, persona_ids.get(row.foil_persona_key), positions[persona_id])
        )
    Question.objects.bulk_create(questions, batch_size=BATCH)


def _question(study: Study, row: QuestionRow, persona_id: int, foil_persona_id: int | None, position: int) -> Question:
    return Question(
        study=study,
        persona_id=persona_id,
        prompt_key=row.prompt_key,
        prompt=row.prompt,
        revised=row.revised,
        alternative=row.alternative,
        alternative_kind=study.design if row.is_check else row.kind,
        foil_persona_id=foil_persona_id,
        kind=QuestionKind.ATTENTION if row.is_check else QuestionKind.DATA,
        topic=row.topic,
        right_answer=row.right_answer,
        position=position,
        # settle_questions draws the real one; checks keep this.
        reference_first=Response.REVISED,
    )


def _refuse_if_open_and_not_ready(study: Study) -> None:
    problems = assembly.readiness_problems(study) if study.state == StudyState.OPEN else []
    if problems:
        raise assembly.StudyNotReady(problems)


def _note_import(study: Study, plan: QuestionPlan, data: Data, filename: str, by) -> None:
    detail = {
        "file": filename,
        "sha256": sha256_of(data),
        "created": len(plan.new),
        "checks": plan.checks,
        "removed": plan.removes,
    }
    StudyEvent.objects.create(study=study, by=by, what="questions imported", detail=detail)
