"""What a file of questions would do to a study: every row is checked, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from annotation.importing import Place, QuestionReader, QuestionRow, note_other_prompt, note_repetition
from annotation.models import Question, Study
from annotation.services.bulk import last_event_id
from files.importers import Progress
from files.kinds import ImportKind
from files.reading import Data, Problems, printable
from files.reading.content import as_file, size_of_file
from files.staging import Batches, rows_at_once

QUESTIONS = ImportKind("questions")
SAMPLES = 3
MOST_REPEATED = 1_000
# Gets the rows that could be stored, a batch at a time.
Keep = Callable[[list[QuestionRow]], None]
# The columns of a file in the order of QuestionRow.content; the alternative's is that of its kind.
CONTENT_COLUMNS = ("prompt", "revised", "", "foil_persona_id", "topic", "right_answer")
CONTENT_FIELDS = ("prompt", "revised", "alternative", "foil_persona__key", "topic", "right_answer")


class NoPersonaSet(Exception):
    """Questions name personas, so the study must have its persona set first."""


@dataclass(frozen=True)
class QuestionPlan:
    """What an import would do; the page that asks "is this right?" shows it.

    ``rows`` counts the questions of the file, one per persona; ``new`` those that would be added,
    ``checks`` of them attention checks. ``samples`` are the first of them.
    """

    rows: int
    new: int
    checks: int
    removes: int = 0
    kind: str = ""
    """What the revised answers are compared with; empty when the file holds attention checks only."""
    unused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    samples: tuple[QuestionRow, ...] = ()

    @property
    def already_there(self) -> int:
        return self.rows - self.new

    @property
    def changes_nothing(self) -> bool:
        return not self.new and not self.removes

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> QuestionPlan:
        return cls(**{**stored, "samples": tuple(QuestionRow(**row) for row in stored["samples"])})


class RepeatedCheck(NamedTuple):
    """An attention check that every persona gets; of its texts, what a comparison and a problem need."""

    line: int
    prompt_key: str
    kind: str
    content_hash: int
    hashes: tuple[int, ...]
    excerpts: tuple[str, ...]


class QuestionPlanner:
    """Reads a file against a study as it is now, and hands on the rows that could be stored, a batch at a time."""

    def __init__(self, study: Study, *, replace: bool) -> None:
        if study.persona_set is None:
            raise NoPersonaSet("Choose the study's persona set first: questions refer to its personas.")
        self.study = study
        self.replace = replace
        self.problems = Problems()
        # In the order of the set.
        self.persona_ids = dict(study.persona_set.personas.order_by("position").values_list("key", "pk"))
        self.reader = QuestionReader(self.problems, persona_keys=self.persona_ids)
        self.existing = content_hashes(study)
        self.prompts = {} if replace else prompt_hashes(study)
        self.has_questions = study.questions.countable().exists()
        self.repeated: list[RepeatedCheck] = []
        self.keys_in_file: set[str] = set()
        self.keys_with_checks: list[str] = []
        self.rows = self.new = self.checks = 0
        self.first: list[QuestionRow] = []
        self.first_new: list[QuestionRow] = []

    def read(self, data: Data, filename: str, keep: Keep, progress: Progress) -> QuestionPlan:
        """Raises ``UnreadableFile`` with everything that is wrong."""
        file = as_file(data)
        size, batches = size_of_file(file), Batches(keep)
        for number, row in enumerate(self.reader.rows(file, filename, QUESTIONS.limits), start=1):
            if self._could_be_stored(row):
                batches.add(row, characters=sum(map(len, row.content)))
            if number % rows_at_once() == 0:
                progress("bytes read", file.tell(), size)
        batches.flush()
        progress("bytes read", size, size)
        self._repeat_checks()
        self.problems.raise_if_any()
        return self._plan()

    def _could_be_stored(self, row: QuestionRow) -> bool:
        if not row.is_check:
            self.keys_in_file.add(row.persona_key)
            self._note_other_kind(row)
        if self.prompts.get(row.prompt_key, hash(row.prompt)) != hash(row.prompt):
            note_other_prompt(row, "in the study already", self.problems)
        if not row.persona_key:
            return self._could_be_repeated(row)
        is_new = self._count(row.place, hash(row.content), is_check=row.is_check)
        self._take_sample(row, is_new=is_new)
        if not is_new and self.existing[row.place] != hash(row.content):
            self._note_other_content(row.line, row.place, row.kind, tuple(map(hash, row.content)), row.content)
        return is_new or self.replace

    def _could_be_repeated(self, row: QuestionRow) -> bool:
        if len(self.repeated) == MOST_REPEATED:
            message = f"More than {MOST_REPEATED:,} attention checks for every persona."
            self.problems.note(message, line=row.line, column="persona_id")
            return False
        self._take_sample(row, is_new=True)
        self.repeated.append(repeated_check(row))
        return True

    def _count(self, place: Place, content: int, *, is_check: bool) -> bool:
        """Return whether a question would be added; where all are replaced, whether it differs from what is there."""
        there = self.existing.get(place)
        is_new = there != content if self.replace else there is None
        self.rows += 1
        self.new += is_new
        self.checks += is_check and (is_new or self.replace)
        return is_new

    def _take_sample(self, row: QuestionRow, *, is_new: bool) -> None:
        for samples, wanted in ((self.first, True), (self.first_new, is_new or self.replace)):
            if wanted and len(samples) < SAMPLES:
                samples.append(row)

    def _note_other_kind(self, row: QuestionRow) -> None:
        if self.replace or row.kind == self.study.design or not self.has_questions:
            return
        # Said once: what follows is of the same kind, or is a problem within the file.
        self.has_questions = False
        design = self.study.design
        message = f"This study's questions have a {design}. Create another study for questions with a {row.kind}."
        self.problems.note(message, line=row.line, column=row.kind, value=row.alternative)

    def _note_other_content(
        self, line: int, place: Place, kind: str, hashes: tuple[int, ...], excerpts: tuple[str, ...]
    ) -> None:
        """Name the first column in which a row differs from the stored question."""
        stored = Question.objects.filter(study=self.study, persona__key=place[0], prompt_key=place[1])
        there = [hash(value or "") for value in stored.values_list(*CONTENT_FIELDS).get()]
        number = next(n for n, (old, new) in enumerate(zip(there, hashes, strict=True)) if old != new)
        # Another prompt text under this prompt_id has been noted already.
        if number == 0:
            return
        message = (
            f"The study already has this question (persona {place[0]}, prompt {place[1]}) with a different text here. "
            "Replace all questions, or leave this row out."
        )
        self.problems.note(message, line=line, column=CONTENT_COLUMNS[number] or kind, value=excerpts[number])

    # --- Attention checks for every persona --------------------------------------------------------
    def _repeat_checks(self) -> None:
        """Compare the checks without a persona, for each persona that gets them."""
        if not self.repeated:
            return
        self.keys_with_checks = self._find_keys()
        first, most = self.repeated[0].line, QUESTIONS.limits.rows
        if not self.keys_with_checks:
            message = "No persona has questions yet, so this attention check cannot be given to anyone."
            self.problems.note(message, line=first, column="persona_id")
        if self.rows + len(self.repeated) * len(self.keys_with_checks) > most:
            message = (
                f"More than {most:,} questions, with the attention checks repeated for every persona. Split the file."
            )
            self.problems.note(message, line=first, column="persona_id")
            return
        for check in self.repeated:
            for key in self.keys_with_checks:
                self._repeat(check, (key, check.prompt_key))

    def _repeat(self, check: RepeatedCheck, place: Place) -> None:
        if (line := self.reader.lines.get(place)) is not None:
            note_repetition(max(line, check.line), place, min(line, check.line), self.problems)
            return
        is_new = self._count(place, check.content_hash, is_check=True)
        if not is_new and self.existing[place] != check.content_hash:
            self._note_other_content(check.line, place, check.kind, check.hashes, check.excerpts)

    def _find_keys(self) -> list[str]:
        """Every persona that has questions, in the file or the study, or is chosen; in the order of the set."""
        keys = self.keys_in_file | set(self.study.personas.values_list("key", flat=True))
        if not self.replace:
            there = self.study.questions.countable().order_by().values_list("persona__key", flat=True)
            keys |= set(there.distinct())
        return [key for key in self.persona_ids if key in keys]

    def _plan(self) -> QuestionPlan:
        is_same = self.replace and not self.new and self.rows == len(self.existing) and self._has_same_kind()
        new = self.rows if self.replace and not is_same else self.new
        return QuestionPlan(
            rows=self.rows,
            new=new,
            checks=0 if is_same else self.checks,
            removes=len(self.existing) if self.replace and not is_same else 0,
            kind=self.reader.kind,
            unused_columns=self.reader.unused_columns,
            notes=self.reader.notes,
            samples=tuple(self.first_new or self.first),
        )

    def _has_same_kind(self) -> bool:
        return self.reader.kind in {"", self.study.design}


def repeated_check(row: QuestionRow) -> RepeatedCheck:
    hashes, excerpts = tuple(map(hash, row.content)), tuple(map(printable, row.content))
    return RepeatedCheck(row.line, row.prompt_key, row.kind, hash(row.content), hashes, excerpts)


def content_hashes(study: Study) -> dict[Place, int]:
    """The hash of each stored question's content by its place; the texts themselves do not stay in memory."""
    rows = study.questions.order_by().values_list("persona__key", "prompt_key", *CONTENT_FIELDS)
    return {(row[0], row[1]): hash(tuple(value or "" for value in row[2:])) for row in rows.iterator()}


def prompt_hashes(study: Study) -> dict[str, int]:
    rows = study.questions.order_by().values_list("prompt_key", "prompt")
    return {key: hash(prompt) for key, prompt in rows.iterator()}


def state_of_questions(study: Study) -> list:
    """What a plan depends on: while it stays the same, what was read of the study still holds."""
    chosen = sorted(study.personas.values_list("pk", flat=True))
    return [study.persona_set_id, last_event_id(study), study.is_frozen, chosen]
