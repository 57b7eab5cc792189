"""Questions from a file: every row read exactly, every fault with its line, column and value. Pure: no Django."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from annotation.terms import ALTERNATIVE, BASELINE, FOIL, REVISED
from files.reading import Fields, Header, ImportColumn, Problems, Records
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
    ),
    ImportColumn(
        "prompt_id",
        "The prompt's id, up to 200 characters. The same id is the same prompt text for every persona.",
        identifier,
        is_required=True,
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


@dataclass(frozen=True)
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
    def place(self) -> tuple[str, str]:
        return self.persona_key, self.prompt_key

    @property
    def content(self) -> tuple[str, ...]:
        """What must be equal for two rows to be the same question."""
        return self.prompt, self.revised, self.alternative, self.foil_persona_key, self.topic, self.right_answer


@dataclass(frozen=True)
class QuestionFile:
    """The rows of a file, what it compares the revised answers with, and what a reader should know of it."""

    rows: tuple[QuestionRow, ...]
    kind: str
    """baseline or foil; empty when the file holds attention checks only."""
    unused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def question_file(records: Records, *, persona_keys: Collection[str]) -> QuestionFile:
    """Turn records into questions, or raise with everything that is wrong.

    Parameters
    ----------
    records : Records
        As ``files.reading.read_records`` gives them.
    persona_keys : collection of str
        The ids in the study's persona set.

    Raises
    ------
    UnreadableFile
        With the first hundred problems (line, column, value) and their total.
    """
    problems = Problems()
    header = Header(COLUMNS, problems)
    check_columns(records, header)
    problems.raise_if_any()
    found = (read_row(Fields(record, header), persona_keys) for record in records)
    rows = tuple(row for row in found if row is not None)
    check_one_kind(rows, problems)
    check_one_text_per_prompt(rows, {}, problems)
    check_no_row_twice(rows, problems)
    problems.raise_if_any()
    kind = next((row.kind for row in rows if not row.is_check), "")
    return QuestionFile(rows, kind, tuple(header.unused), notes_on(rows))


# --- Columns ---------------------------------------------------------------------------------------
def check_columns(records: Records, header: Header) -> None:
    """Note columns that are missing or misspelt, once for the whole file."""
    line = 1 if records.form in {"csv", "tsv"} else records.items[0].line
    names = {header.name_of(column, line) for column in records.columns}
    header.note_missing(names, line)
    if not names & {BASELINE, FOIL}:
        header.problems.note("The file has neither a baseline column nor a foil column.", line=line, column=BASELINE)


# --- One row ---------------------------------------------------------------------------------------
def read_row(fields: Fields, persona_keys: Collection[str]) -> QuestionRow | None:
    """Return the question of one record, or None when something is wrong with it."""
    is_check = fields["attention_check"]
    kind = read_kind(fields)
    row = QuestionRow(
        line=fields.record.line,
        persona_key=read_persona(fields, persona_keys, is_check=is_check),
        prompt_key=fields["prompt_id"],
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


# --- All rows together -----------------------------------------------------------------------------
def check_one_kind(rows: Iterable[QuestionRow], problems: Problems) -> None:
    """Note rows whose alternative is not of the first question's kind."""
    questions = [row for row in rows if not row.is_check]
    for row in questions:
        if row.kind != questions[0].kind:
            message = f"The question on line {questions[0].line} has a {questions[0].kind}. A study holds one kind."
            problems.note(message, line=row.line, column=row.kind, value=row.alternative)


def check_one_text_per_prompt(rows: Iterable[QuestionRow], known: Mapping[str, str], problems: Problems) -> None:
    """Note prompts that go under an id which stands for another text, here or in the study already."""
    first: dict[str, QuestionRow] = {}
    for row in rows:
        earlier = first.setdefault(row.prompt_key, row)
        where = ""
        if row.prompt != known.get(row.prompt_key, row.prompt):
            where = "in the study already"
        elif row.prompt != earlier.prompt:
            where = f"on line {earlier.line}"
        if where:
            message = (
                f"The prompt_id {row.prompt_key} already has another text {where}. Give one of them a different id."
            )
            problems.note(message, line=row.line, column="prompt", value=row.prompt)


def check_no_row_twice(rows: Iterable[QuestionRow], problems: Problems) -> None:
    """Note rows with the persona and prompt of an earlier one."""
    first: dict[tuple[str, str], QuestionRow] = {}
    for row in rows:
        earlier = first.setdefault(row.place, row)
        if earlier is not row:
            whom = f"persona {row.persona_key}" if row.persona_key else "every persona"
            message = f"The question for {whom} with this prompt_id is already on line {earlier.line}."
            problems.note(message, line=row.line, column="prompt_id", value=row.prompt_key)


def for_each_persona(rows: Iterable[QuestionRow], persona_keys: Iterable[str]) -> list[QuestionRow]:
    """Repeat the attention checks without a persona for all of ``persona_keys``; other rows stay."""
    keys = list(persona_keys)
    repeated: list[QuestionRow] = []
    for row in rows:
        repeated += [row] if row.persona_key else [replace(row, persona_key=key) for key in keys]
    return repeated


def notes_on(rows: Iterable[QuestionRow]) -> tuple[str, ...]:
    """What is allowed but may not be meant, as sentences."""
    rows = list(rows)
    revised = {row.place: row.revised for row in rows if not row.is_check}
    strange = [
        row.line
        for row in rows
        if row.foil_persona_key
        and row.alternative != revised.get((row.foil_persona_key, row.prompt_key), row.alternative)
    ]
    if not strange:
        return ()
    return (
        f"In {len(strange)} rows (first: line {strange[0]}) the foil differs from its persona's revised "
        "answer to the same prompt.",
    )
