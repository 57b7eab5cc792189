"""What a file of annotations would do to a study: every row is checked, nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone

from annotation.annotation_rows import LIMITS, AnnotationReader, AnnotationRow
from annotation.conditions import UNSAID, RunSetting, condition_in
from annotation.models import Annotation, AnnotatorRun, Question, RaterKind, Study
from annotation.services.bulk import NewAnnotation, named_rater_ids
from annotation.services.staging import PlannedRow
from annotation.terms import UNPARSABLE
from annotation.verdicts import StudyRules
from files.importers import Progress
from files.kinds import ImportKind
from files.reading import Data, FileProblem, Problems, printable
from files.reading.content import as_file, size_of_file
from files.reading.problems import REPORTED
from files.staging import Batches, rows_at_once

# Gets the rows that could be stored, a batch at a time.
Keep = Callable[[list[PlannedRow]], None]

ANNOTATIONS = ImportKind("annotations", LIMITS)
EXAMPLES = 5
DIFFERENT_WORDS = 1_000
# The file's columns beside what they become.
COMPARED = {
    "choice": "choice",
    "shown_first": "shown_first",
    "justification": "justification",
    "raw_verdict": "choice",
    "probability": "probability",
    "visible_ms": "seconds",
}


class AnnotatorName(NamedTuple):
    """One run of one annotator."""

    kind: str
    name: str
    run: int

    @property
    def label(self) -> str:
        return self.name if self.run == 1 else f"{self.name}, run {self.run}"


@dataclass(frozen=True)
class AnnotatorSummary:
    """What a file holds of one annotator's run, beside what the study holds."""

    annotator: AnnotatorName
    rows: int
    new: int
    removes: int
    unparsable: int
    missing: int
    """Drawn questions without a row; for an external rater, those of the personas that rater has rows for."""
    first_missing: tuple[str, ...] = ()
    setting: RunSetting = UNSAID
    """How the run was made: what the file says, else what the study has stored."""
    is_described: bool = False
    """The file says something about the run that the study does not have."""

    @property
    def condition(self) -> str:
        return self.setting.condition or self.guessed_condition

    @property
    def guessed_condition(self) -> str:
        """The condition that the annotator's name tells, where nobody has said one."""
        is_open = self.annotator.kind == RaterKind.MODEL and not self.setting.condition
        return condition_in(self.annotator.name) if is_open else ""

    @property
    def already_there(self) -> int:
        return self.rows - self.new


@dataclass(frozen=True)
class AnnotationPlan:
    """What an import would do; the page that asks "is this right?" shows it."""

    annotators: tuple[AnnotatorSummary, ...]
    metadata: dict[AnnotatorName, dict]
    surplus: int = 0
    first_surplus: tuple[FileProblem, ...] = ()
    unparsable_words: tuple[tuple[str, int], ...] = ()
    unused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(summary.rows for summary in self.annotators)

    @property
    def new(self) -> int:
        return sum(summary.new for summary in self.annotators)

    @property
    def already_there(self) -> int:
        return self.rows - self.new

    @property
    def removes(self) -> int:
        return sum(summary.removes for summary in self.annotators)

    @property
    def unparsable(self) -> int:
        return sum(summary.unparsable for summary in self.annotators)

    @property
    def missing(self) -> int:
        return sum(summary.missing for summary in self.annotators)

    @property
    def changes_nothing(self) -> bool:
        return not self.new and not self.removes and not self.described

    @property
    def described(self) -> int:
        """Runs of which the file says something new, such as their condition."""
        return sum(summary.is_described for summary in self.annotators)

    @property
    def unread(self) -> tuple[AnnotatorSummary, ...]:
        """Annotators of whom not one verdict could be read: more likely a file of another form than a poor model."""
        return tuple(summary for summary in self.annotators if summary.unparsable == summary.rows)


@dataclass
class RunSoFar:
    """What has been read of one annotator's run."""

    annotator: AnnotatorName
    stored: dict[int, int]
    """Question id -> hash of the content stored in the study."""
    lines: dict[int, int] = field(default_factory=dict)
    """Question id -> the line it stood on."""
    new: int = 0
    differs: bool = False
    unparsable: int = 0
    metadata: dict = field(default_factory=dict)
    stored_setting: RunSetting = UNSAID
    setting: RunSetting | None = None


class Planner:
    """Reads a file against a study as it is now, and hands on the rows that could be stored, a batch at a time."""

    def __init__(self, study: Study, *, kind: str, ignore_surplus: bool, replace: bool) -> None:
        self.study = study
        self.replace = replace
        self.problems = Problems()
        self.surplus = Problems(stop_at=None) if ignore_surplus else self.problems
        self.ignore_surplus = ignore_surplus
        rules = StudyRules(study.design, allows_no_preference=study.allows_no_preference)
        self.reader = AnnotationReader(rules, self.problems, kind=kind, now=timezone.now())
        self.questions = question_ids(study)
        self.rater_ids = named_rater_ids(study)
        self.settings = stored_settings(study)
        self.runs: dict[AnnotatorName, RunSoFar] = {}
        self.numbers: dict[AnnotatorName, int] = {}
        self.words: Counter[str] = Counter()

    def read(self, data: Data, filename: str, keep: Keep, progress: Progress) -> AnnotationPlan:
        """Raises ``UnreadableFile`` with everything that is wrong."""
        file = as_file(data)
        size, batches = size_of_file(file), Batches(keep)
        for number, row in enumerate(self.reader.rows(file, filename, ANNOTATIONS.limits), start=1):
            planned = self._planned(row)
            # What is stored already is of use only where a file replaces all of an annotator's answers.
            if planned is not None and (planned.is_new or self.replace):
                batches.add(planned, characters=len(row.justification) + len(row.raw_verdict))
            if number % rows_at_once() == 0:
                progress("bytes read", file.tell(), size)
        batches.flush()
        progress("bytes read", size, size)
        self._refuse_a_file_of_surplus_only()
        self.problems.raise_if_any()
        return self._plan()

    def _planned(self, row: AnnotationRow) -> PlannedRow | None:
        question_id = self._question_id(row)
        if question_id is None:
            return None
        annotator = AnnotatorName(row.kind, row.annotator, row.run)
        run = self.runs.get(annotator) or self._new_run(annotator)
        if not self._is_first(row, run, question_id):
            return None
        self._take_metadata(row, run)
        self._take_setting(row, run)
        if row.choice == UNPARSABLE:
            run.unparsable += 1
            self._count_words(row.raw_verdict)
        values = values_of(row, question_id)
        is_new = self._is_new(row, run, values)
        run.new += is_new
        return PlannedRow(self.numbers[annotator], is_new, values)

    def _question_id(self, row: AnnotationRow) -> int | None:
        of_persona = self.questions.get(row.persona_key)
        if of_persona is None:
            message = "This study has no questions for a persona with this id."
            self.surplus.note(message, line=row.line, column="persona_id", value=row.persona_key)
            return None
        question_id = of_persona.get(row.prompt_key)
        if question_id is None:
            message = f"Persona {row.persona_key} has no question with this prompt_id in this study."
            self.surplus.note(message, line=row.line, column="prompt_id", value=row.prompt_key)
        return question_id

    def _new_run(self, annotator: AnnotatorName) -> RunSoFar:
        rater_id = self.rater_ids.get((annotator.kind, annotator.name))
        stored = stored_content(rater_id, annotator.run) if rater_id else {}
        run = RunSoFar(annotator, stored, stored_setting=self.settings.get(annotator, UNSAID))
        self.numbers[annotator] = len(self.runs)
        self.runs[annotator] = run
        return run

    def _is_first(self, row: AnnotationRow, run: RunSoFar, question_id: int) -> bool:
        earlier = run.lines.setdefault(question_id, row.line)
        if earlier == row.line:
            return True
        message = (
            f"{run.annotator.label} already answered prompt {row.prompt_key} as persona {row.persona_key} on line "
            f"{earlier}. Give a second answer another run number."
        )
        self.problems.note(message, line=row.line, column="prompt_id", value=row.prompt_key)
        return False

    def _take_metadata(self, row: AnnotationRow, run: RunSoFar) -> None:
        for name, value in row.metadata.items():
            first = run.metadata.setdefault(name, value)
            if first != value:
                said = printable(first)
                message = f"An earlier row of {run.annotator.label} says {said}. Give this row another run number."
                self.problems.note(message, line=row.line, column=name, value=value)

    def _take_setting(self, row: AnnotationRow, run: RunSoFar) -> None:
        if run.setting is None:
            run.setting = row.setting
        if run.setting == row.setting:
            return
        for name, first, here in zip(RunSetting._fields, run.setting, row.setting, strict=True):
            if first != here:
                said = printable(first) if first else "nothing"
                message = f"An earlier row of {run.annotator.label} says {said}. Give this row another run number."
                self.problems.note(message, line=row.line, column=name, value=here)

    def _count_words(self, words: str) -> None:
        shown = printable(words.strip())
        if shown in self.words or len(self.words) < DIFFERENT_WORDS:
            self.words[shown] += 1

    def _is_new(self, row: AnnotationRow, run: RunSoFar, values: NewAnnotation) -> bool:
        there = run.stored.get(values.question_id)
        if there is None:
            return True
        if there == content_hash(values):
            return False
        run.differs = True
        if not self.replace:
            self._note_other_content(row, run, values)
        return self.replace

    def _note_other_content(self, row: AnnotationRow, run: RunSoFar, values: NewAnnotation) -> None:
        column = self._differing_column(run, values) if self.problems.total < REPORTED else "choice"
        message = (
            f"The study already has a different answer of {run.annotator.label} to prompt {row.prompt_key} as persona "
            f"{row.persona_key}. Give this one another run number, or replace the annotator's answers with the file."
        )
        given = row.raw_verdict or row.choice if column == "choice" else getattr(row, column)
        self.problems.note(message, line=row.line, column=column, value=given or "")

    def _differing_column(self, run: RunSoFar, values: NewAnnotation) -> str:
        rater_id = self.rater_ids[run.annotator.kind, run.annotator.name]
        stored = Annotation.objects.get(rater=rater_id, question=values.question_id, run=run.annotator.run)
        different = (column for name, column in COMPARED.items() if getattr(stored, name) != getattr(values, name))
        return next(different, "choice")

    def _refuse_a_file_of_surplus_only(self) -> None:
        if self.ignore_surplus and self.surplus.total and not self.runs:
            self.problems.note("No row in this file belongs to a question in this study.")

    # --- All rows together -------------------------------------------------------------------------
    def _plan(self) -> AnnotationPlan:
        drawn = drawn_questions(self.study)
        return AnnotationPlan(
            annotators=tuple(self._summary(run, drawn) for run in self.runs.values()),
            metadata={run.annotator: run.metadata for run in self.runs.values() if run.metadata},
            surplus=self.surplus.total,
            first_surplus=tuple(self.surplus.first[:EXAMPLES]),
            unparsable_words=tuple(self.words.most_common(EXAMPLES)),
            unused_columns=self.reader.unused_columns,
            notes=self.reader.old_names,
        )

    def _summary(self, run: RunSoFar, drawn: dict[int, tuple[str, str]]) -> AnnotatorSummary:
        replaces = self.replace and bool(run.stored) and (run.differs or run.stored.keys() != run.lines.keys())
        missing = missing_questions(run, drawn)
        return AnnotatorSummary(
            annotator=run.annotator,
            rows=len(run.lines),
            new=len(run.lines) if replaces else run.new,
            removes=len(run.stored) if replaces else 0,
            unparsable=run.unparsable,
            missing=len(missing),
            first_missing=tuple(f"{persona} / {prompt}" for persona, prompt in missing[:EXAMPLES]),
            setting=merged(run.stored_setting, run.setting or UNSAID),
            is_described=merged(run.stored_setting, run.setting or UNSAID) != run.stored_setting,
        )


def question_ids(study: Study) -> dict[str, dict[str, int]]:
    """Persona's key -> prompt's key -> the question's id; every prompt's key is held in memory once."""
    found: dict[str, dict[str, int]] = {}
    prompts: dict[str, str] = {}
    questions = Question.objects.filter(study=study).order_by().values_list("persona__key", "prompt_key", "pk")
    for persona, prompt, pk in questions.iterator():
        found.setdefault(persona, {})[prompts.setdefault(prompt, prompt)] = pk
    return found


def drawn_questions(study: Study) -> dict[int, tuple[str, str]]:
    """Question's id -> the keys of its persona and prompt, for all that raters can see."""
    drawn = Question.objects.filter(study=study).drawn().order_by("persona__position", "position")
    return {pk: (persona, prompt) for pk, persona, prompt in drawn.values_list("pk", "persona__key", "prompt_key")}


def missing_questions(run: RunSoFar, drawn: dict[int, tuple[str, str]]) -> list[tuple[str, str]]:
    """A model is expected to answer all; a person plays one persona or a few, and is expected to finish those."""
    missing = {pk: place for pk, place in drawn.items() if pk not in run.lines}
    if run.annotator.kind == RaterKind.MODEL:
        return list(missing.values())
    played = {drawn[pk][0] for pk in run.lines if pk in drawn}
    return [place for place in missing.values() if place[0] in played]


def stored_settings(study: Study) -> dict[AnnotatorName, RunSetting]:
    runs = AnnotatorRun.objects.filter(rater__study=study).select_related("rater")
    return {AnnotatorName(run.rater.kind, run.rater.name, run.run): run.setting for run in runs}


def merged(stored: RunSetting, said: RunSetting) -> RunSetting:
    """What is stored, with what a file says in its place; a new condition takes its hidden attribute along."""
    found = RunSetting(*(new or old for old, new in zip(stored, said, strict=True)))
    return found._replace(hidden_attribute=said.hidden_attribute) if said.condition else found


def stored_content(rater_id: int, run: int) -> dict[int, int]:
    rows = Annotation.objects.filter(rater=rater_id, run=run).order_by()
    return {row[0]: hash(row[1:]) for row in rows.values_list("question_id", *COMPARED).iterator()}


def content_hash(values: NewAnnotation) -> int:
    return hash(tuple(getattr(values, name) for name in COMPARED))


def values_of(row: AnnotationRow, question_id: int) -> NewAnnotation:
    """What would be stored; the rater is not known before the study's own id for it is."""
    return NewAnnotation(
        rater_id=0,
        question_id=question_id,
        run=row.run,
        choice=row.choice,
        shown_first=row.shown_first,
        justification=row.justification,
        raw_verdict=row.raw_verdict,
        probability=row.probability,
        visible_ms=round(1000 * row.seconds) if row.seconds else 0,
        created_at=row.answered_at,
    )
