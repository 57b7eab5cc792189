"""Questions from a file: every row read exactly, every fault with its line, column and value. Pure: no Django."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from annotation.terms import ALTERNATIVE, BASELINE, FOIL, REVISED
from files.reading import Data, Fields, Header, ImportColumn, Limits, Problems, Record, iterate_records
from files.reading.column_readers import (
    identifier,
    is_blank,
    needed_text,
    optional_identifier,
    short_text,
    text,
    yes_or_no,
)

COLUMNS = (
    ImportColumn(
        "persona_id",
        "The persona's id, exactly as in the study's persona set. Empty only for an attention check that every "
        "persona gets.",
        optional_identifier,
        is_required=True,
        old_names=("persona",),
    ),
    ImportColumn(
        "prompt_id",
        "The prompt's id, up to 200 characters. The same id is the same prompt text for every persona.",
        identifier,
        is_required=True,
        old_names=("prompt_key",),
    ),
    ImportColumn("prompt", "The question a person might ask a model.", needed_text, is_required=True),
    ImportColumn("revised", "The answer rewritten for this persona.", needed_text, is_required=True),
    ImportColumn(
        "baseline",
        "The answer written without a persona. Either this or foil in each row, and the same in every row.",
        text,
    ),
    ImportColumn("foil", "The revised answer that another persona got for the same prompt.", text),
    ImportColumn(
        "foil_persona_id",
        "Whose revised answer the foil is; another persona of the same set. With foil only.",
        optional_identifier,
        old_names=("foil_persona",),
    ),
    ImportColumn("topic", "What the prompt is about, up to 200 characters. May be empty.", short_text),
    ImportColumn(
        "attention_check",
        "yes, true or 1: the row is an attention check, not data. Else no, false, 0 or empty.",
        yes_or_no,
    ),
    ImportColumn(
        "right_answer",
        "Attention checks only: the right answer (revised, baseline, foil or alternative).",
        text,
    ),
)


# A persona's key and a prompt's.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question as a file gives it.

    Attributes
    ----------
    line : int
        Where it stands in the file.
    persona_key : str
        The persona; empty for an attention check that every persona gets.
    alternative, kind : str
        The other answer, and which it is: baseline or foil.
    foil_persona_key : str
        Whose revision the foil is; empty for baselines and attention checks.
    right_answer : str
        Attention checks: revised or alternative. Empty for questions whose answers are data.
    """

    line: int
    persona_key: str
    prompt_key: str
    prompt: str
    revised: str
    alternative: str
    kind: str
    foil_persona_key: str = ""
    topic: str = ""
    right_answer: str = ""

    @property
    def is_check(self) -> bool:
        return bool(self.right_answer)

    @property
    def place(self) -> Place:
        return self.persona_key, self.prompt_key

    @property
    def content(self) -> tuple[str, ...]:
        """What must be equal for two rows to be the same question."""
        return self.prompt, self.revised, self.alternative, self.foil_persona_key, self.topic, self.right_answer


class QuestionReader:
    """Reads a file's questions in order, one at a time, and remembers of each no more than it needs to judge the next.

    Parameters
    ----------
    problems : Problems
        Gets everything that is wrong; when it is not empty at the end, nothing of the file may be used.
    persona_keys : collection of str
        The ids in the study's persona set.

    Attributes
    ----------
    kind : str
        What the revised answers are compared with, baseline or foil; empty while all rows are attention checks.
    """

    def __init__(self, problems: Problems, *, persona_keys: Collection[str]) -> None:
        self.problems = problems
        self.persona_keys = persona_keys
        self.header = Header(COLUMNS, problems)
        self.kind = ""
        self.lines: dict[Place, int] = {}
        self._first_line = 0
        # Of texts only the hash is kept, so that a file's size is not its size in memory.
        self._prompts: dict[str, tuple[int, int]] = {}
        self._revised: dict[Place, int] = {}
        self._foils: list[tuple[Place, int, int]] = []

    @property
    def old_names(self) -> tuple[str, ...]:
        """Columns read under a name that is no longer used, as sentences."""
        return tuple(f"“{old}” is now called {name}; it was read." for old, name in self.header.renamed.items())

    @property
    def unused_columns(self) -> tuple[str, ...]:
        return tuple(self.header.unused)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is allowed but may not be meant, as sentences; complete once all rows have been read."""
        strange = [line for place, text, line in self._foils if self._revised.get(place, text) != text]
        if not strange:
            return self.old_names
        return (
            *self.old_names,
            f"In {len(strange)} rows (first: line {strange[0]}) the foil differs from its persona's revised "
            "answer to the same prompt.",
        )

    def rows(self, data: Data, filename: str, limits: Limits = Limits()) -> Iterator[QuestionRow]:  # noqa: B008 (frozen)
        """Yield the sound rows; what is wrong with the others goes to ``problems``."""
        is_table = filename.casefold().endswith((".csv", ".tsv"))
        records = iterate_records(data, filename=filename, problems=self.problems, limits=limits)
        for number, record in enumerate(records):
            if not number and not self._has_columns(record, is_table=is_table):
                return
            row = read_row(Fields(record, self.header), self.persona_keys)
            if row is not None:
                self._compare_with_earlier(row)
                yield row

    def _has_columns(self, record: Record, *, is_table: bool) -> bool:
        """A column that the first record lacks is one problem, not one for each row."""
        line = 1 if is_table else record.line
        names = {self.header.name_of(column, line) for column in record.values}
        if not is_table and "attention_check" in names:
            # An attention check that every persona gets has none.
            names.add("persona_id")
        self.header.note_missing(names, line)
        has_alternative = bool(names & {BASELINE, FOIL})
        if not has_alternative:
            self.problems.note("The file has neither a baseline column nor a foil column.", line=line, column=BASELINE)
        return has_alternative and not self.header.missing(names)

    def _compare_with_earlier(self, row: QuestionRow) -> None:
        if not row.is_check:
            self._note_other_kind(row)
            self._take_texts(row)
        self._note_other_prompt(row)
        self._note_repetition(row)

    def _note_other_kind(self, row: QuestionRow) -> None:
        if not self.kind:
            self.kind, self._first_line = row.kind, row.line
        if row.kind != self.kind:
            message = (
                f"The question on line {self._first_line} has a {self.kind}. All questions of a study have one kind."
            )
            self.problems.note(message, line=row.line, column=row.kind, value=row.alternative)

    def _take_texts(self, row: QuestionRow) -> None:
        if row.foil_persona_key:
            self._revised[row.place] = hash(row.revised)
            self._foils.append(((row.foil_persona_key, row.prompt_key), hash(row.alternative), row.line))

    def _note_other_prompt(self, row: QuestionRow) -> None:
        """Note a prompt_id that is used for two texts."""
        text, line = self._prompts.setdefault(row.prompt_key, (hash(row.prompt), row.line))
        if text != hash(row.prompt):
            note_other_prompt(row, f"on line {line}", self.problems)

    def _note_repetition(self, row: QuestionRow) -> None:
        if (line := self.lines.setdefault(row.place, row.line)) != row.line:
            note_repetition(row.line, row.place, line, self.problems)


def note_other_prompt(row: QuestionRow, where: str, problems: Problems) -> None:
    message = f"The prompt_id {row.prompt_key} already has another text {where}. Give one of them a different id."
    problems.note(message, line=row.line, column="prompt", value=row.prompt)


def note_repetition(line: int, place: Place, earlier: int, problems: Problems) -> None:
    whom = f"persona {place[0]}" if place[0] else "every persona"
    message = f"The question for {whom} with this prompt_id is already on line {earlier}."
    problems.note(message, line=line, column="prompt_id", value=place[1])


# --- One row ---------------------------------------------------------------------------------------
def read_row(fields: Fields, persona_keys: Collection[str]) -> QuestionRow | None:
    """Return the question of one record, or None when something is wrong with it."""
    is_check = fields["attention_check"]
    kind = read_kind(fields)
    row = QuestionRow(
        line=fields.record.line,
        # Interned: the same ids come with many rows.
        persona_key=sys.intern(read_persona(fields, persona_keys, is_check=is_check)),
        prompt_key=sys.intern(fields["prompt_id"]),
        prompt=fields["prompt"],
        revised=fields["revised"],
        alternative=fields[kind] if kind else "",
        kind=kind,
        foil_persona_key=read_foil_persona(fields, persona_keys, wants_one=kind == FOIL and not is_check),
        topic=fields["topic"],
        right_answer=read_right_answer(fields, kind, is_check=is_check),
    )
    if kind and row.alternative == row.revised:
        fields.wrong(kind, "The two answers are the same text, so there is nothing to choose between.")
    return row if fields.is_sound else None


def read_kind(fields: Fields) -> str:
    """Which alternative the row has: baseline or foil; empty when that is not clear."""
    given = [name for name in (BASELINE, FOIL) if not is_blank(fields[name])]
    if len(given) == 1:
        return given[0]
    if given:
        fields.wrong(FOIL, "A row has either a baseline or a foil, not both.")
    else:
        # Name the column that the file has.
        column = FOIL if FOIL in fields and BASELINE not in fields else BASELINE
        fields.wrong(column, "The other answer is missing: fill baseline or foil.")
    return ""


def read_persona(fields: Fields, persona_keys: Collection[str], *, is_check: bool) -> str:
    key: str = fields["persona_id"]
    if key == "" and is_check:
        return ""
    if is_blank(key):
        fields.wrong("persona_id", "This must not be empty.")
    elif key not in persona_keys:
        fields.wrong("persona_id", "The persona set has no persona with this id.")
    return key


def read_foil_persona(fields: Fields, persona_keys: Collection[str], *, wants_one: bool) -> str:
    key: str = fields["foil_persona_id"]
    if not wants_one:
        if key:
            fields.wrong("foil_persona_id", "Only a question with a foil names a foil persona.")
        return ""
    if is_blank(key):
        fields.wrong("foil_persona_id", "Say which persona this foil was written for.")
    elif key not in persona_keys:
        fields.wrong("foil_persona_id", "The persona set has no persona with this id.")
    elif key == fields["persona_id"]:
        fields.wrong("foil_persona_id", "A foil must come from a persona other than the question's own.")
    return key


def read_right_answer(fields: Fields, kind: str, *, is_check: bool) -> str:
    """revised or alternative for a check; empty for a question whose answers are data."""
    given = fields["right_answer"].strip().casefold()
    if not is_check:
        if given:
            fields.wrong("right_answer", "Only an attention check has a right answer. Set attention_check to yes.")
        return ""
    if given == REVISED:
        return REVISED
    if given not in {kind, ALTERNATIVE} or not given:
        fields.wrong("right_answer", f"Write {REVISED}, or {kind or BASELINE} for the other answer.")
    return ALTERNATIVE
