"""Annotations from a file, one row at a time: exact, or a problem with line, column and value. Pure: no Django."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from annotation.importing import SHORT, is_blank
from annotation.verdicts import UNPARSABLE, NotAVerdict, StudyRules, read_order, read_shown_first, read_verdict
from files.reading import Limits, Problems, Record, Value, iterate_records

MODEL, EXTERNAL = "model", "external"
KIND_WORDS = {"model": MODEL, "external": EXTERNAL, "human": EXTERNAL}
MOST_RUNS = 9_999
MOST_SECONDS = 10_000_000.0

COLUMNS: dict[str, str] = {
    "annotator": "The model's name, or the rater's id in the tool that collected the answer; up to 200 characters.",
    "persona_id": "The persona's id, as in the study's persona set.",
    "prompt_id": "The prompt's id, as in the study's questions.",
    "choice": "revised, or baseline or foil (whichever the study has; alternative does for both). Or the side, A or B "
    "(first, second), with the order in shown_first or order. Or no preference (no_preference, tie) where the study "
    "allows it. Anything else in a model's row, also nothing, is kept as an unparsable verdict.",
    "shown_first": "The response this annotator saw first, as A: revised, or baseline or foil. Empty = not known.",
    "order": "The same as shown_first in another form: both responses as they stood, such as “revised, baseline”.",
    "kind": "model, or external (also human) for a person whose answers were collected elsewhere. Empty = model, "
    "or what the import was told.",
    "run": "Which run of a model that answers the same questions several times, from 1. Empty = 1.",
    "sample": "Another name for run.",
    "justification": "The reason, exactly as written.",
    "probability": "How sure the annotator was of its choice, 0 to 1. Empty = not known.",
    "seconds": "How long the question was looked at.",
    "answered_at": "When the answer was given, with its time zone: 2024-05-01T12:00:00Z. Empty = when it is imported.",
    "metadata": "JSON forms only: an object with what should be kept about the model (version, temperature, prompt).",
}
REQUIRED = ("annotator", "persona_id", "prompt_id", "choice")
METADATA_PREFIX = "model_"

# A model answers every question of a study, so its files are larger than the others.
LIMITS = Limits(file_bytes=300_000_000, rows=1_000_000, cells=30_000_000)


class AnnotationRow(NamedTuple):
    """One annotation as a file gives it; ``seconds`` and ``answered_at`` are None where it does not say."""

    line: int
    kind: str
    annotator: str
    persona_key: str
    prompt_key: str
    choice: str
    shown_first: str
    raw_verdict: str
    justification: str
    probability: float | None
    run: int
    seconds: float | None
    answered_at: datetime | None
    metadata: dict[str, Value]


class AnnotationReader:
    """Reads a file's annotations in order, without holding them.

    Parameters
    ----------
    rules : StudyRules
        What the study's verdicts may say.
    problems : Problems
        Gets everything that is wrong; when it is not empty at the end, nothing of the file may be used.
    kind : str
        model or external for rows that do not say; empty = model.
    """

    def __init__(self, rules: StudyRules, problems: Problems, *, kind: str = "") -> None:
        self.rules = rules
        self.problems = problems
        self.kind = kind
        self.unused_columns: dict[str, None] = {}
        self._names: dict[str, str] = {}

    def rows(self, data: bytes, filename: str) -> Iterator[AnnotationRow]:
        """Yield the sound rows; what is wrong with the others goes to ``problems``."""
        for number, record in enumerate(
            iterate_records(data, filename=filename, problems=self.problems, limits=LIMITS)
        ):
            fields = Fields(record, self)
            if number == 0 and not self._has_its_columns(fields, filename):
                return
            row = read_row(fields)
            if row is not None:
                yield row

    def name_of(self, written: str, line: int) -> str:
        """The column's name in lower case; looked at once per spelling."""
        name = self._names.get(written)
        if name is None:
            name = self._names[written] = written.casefold()
            if name not in COLUMNS and not name.startswith(METADATA_PREFIX):
                self.unused_columns[written] = None
                self._note_misspelling(written, line)
        return name

    def _has_its_columns(self, fields: Fields, filename: str) -> bool:
        """A table without a column is told once; other forms are told row by row."""
        if not filename.casefold().endswith((".csv", ".tsv")):
            return True
        missing = [name for name in REQUIRED if name not in fields.values]
        for name in missing:
            self.problems.note(f"There is no column {name}.", line=1, column=name)
        return not missing

    def _note_misspelling(self, column: str, line: int) -> None:
        """A misspelt shown_first would lose the order without a word, so near misses are refused."""
        near = difflib.get_close_matches(column.casefold().replace(" ", "_"), COLUMNS, n=1, cutoff=0.85)
        if near:
            self.problems.note(f"This column is not known. Is it meant to be {near[0]}?", line=line, column=column)


class Fields:
    """The columns of one record by their lower-case names."""

    def __init__(self, record: Record, reader: AnnotationReader) -> None:
        self.record = record
        self.reader = reader
        self.is_sound = True
        self.values: dict[str, Value] = {}
        self.written_as: dict[str, str] = {}
        for written, value in record.values.items():
            name = reader.name_of(written, record.line)
            if name in self.values:
                self.wrong(written, f"The same column as {self.written_as[name]}.")
            self.values[name] = value
            self.written_as[name] = written

    def wrong(self, name: str, message: str) -> None:
        self.is_sound = False
        self.reader.problems.add(self.record.problem(self.written_as.get(name, name), message))

    def text(self, name: str) -> str:
        """The text exactly as written; empty when absent or null."""
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        if value is not None:
            self.wrong(name, "A text is wanted here.")
        return ""

    def needed(self, name: str) -> str:
        text = self.text(name)
        if not isinstance(self.values.get(name), str | None):
            return ""
        if is_blank(text):
            self.wrong(name, "This must not be empty.")
        elif len(text) > SHORT:
            self.wrong(name, f"{len(text):,} characters; the most here is {SHORT}.")
        return text


# --- One row ---------------------------------------------------------------------------------------
def read_row(fields: Fields) -> AnnotationRow | None:
    """Return the annotation of one record, or None when something is wrong with it."""
    kind = read_kind(fields)
    choice, shown_first, raw = read_choice(fields, kind)
    row = AnnotationRow(
        line=fields.record.line,
        kind=kind,
        annotator=fields.needed("annotator"),
        persona_key=fields.needed("persona_id"),
        prompt_key=fields.needed("prompt_id"),
        choice=choice,
        shown_first=shown_first,
        raw_verdict=raw,
        justification=fields.text("justification"),
        probability=read_number(fields, "probability", most=1),
        run=read_run(fields),
        seconds=read_number(fields, "seconds", most=MOST_SECONDS),
        answered_at=read_time(fields),
        metadata=read_metadata(fields),
    )
    return row if fields.is_sound else None


def read_kind(fields: Fields) -> str:
    told = fields.reader.kind
    word = fields.text("kind").strip().casefold()
    if not word:
        return told or MODEL
    kind = KIND_WORDS.get(word, "")
    if not kind:
        fields.wrong("kind", "Write model or external.")
    elif told and kind != told:
        fields.wrong("kind", f"The import was told that all rows are {told}.")
    return kind


def read_choice(fields: Fields, kind: str) -> tuple[str, str, str]:
    """Return (choice, the response shown first, the words of a verdict that cannot be read)."""
    if "choice" not in fields.values:
        fields.wrong("choice", "This row has no choice.")
        return "", "", ""
    words = fields.text("choice")
    try:
        shown_first = read_first(fields)
        verdict = read_verdict(words, shown_first, fields.reader.rules)
    except NotAVerdict as fault:
        fields.wrong(fault.column, fault.message)
        return "", "", ""
    if verdict.choice == UNPARSABLE and kind == EXTERNAL:
        fields.wrong("choice", f"A person's choice must be readable: {fields.reader.rules.words}, or A or B.")
    return verdict.choice, shown_first, verdict.raw


def read_first(fields: Fields) -> str:
    first = read_shown_first(fields.text("shown_first"), fields.reader.rules)
    order = read_order(read_order_text(fields), fields.reader.rules) if "order" in fields.values else ""
    if first and order and first != order:
        raise NotAVerdict("order", "This contradicts shown_first.")
    return first or order


def read_order_text(fields: Fields) -> str:
    """The order as text; a JSON file may write it as a list of the two."""
    value = fields.values["order"]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(str(name) for name in value)
    return fields.text("order")


def read_run(fields: Fields) -> int:
    given = {name: fields.text(name).strip() for name in ("run", "sample") if name in fields.values}
    runs = {read_whole(fields, name, text) for name, text in given.items() if text}
    if len(runs) > 1:
        fields.wrong("sample", "This contradicts run.")
    return runs.pop() if runs else 1


def read_whole(fields: Fields, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= MOST_RUNS):
        fields.wrong(name, f"A whole number from 1 to {MOST_RUNS:,} is wanted here.")
        return 1
    return int(text)


def read_number(fields: Fields, name: str, *, most: float) -> float | None:
    """Return a number from 0 to ``most``; None where there is none."""
    if name not in fields.values or not (text := fields.text(name).strip()):
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        fields.wrong(name, f"A number from 0 to {most:,.0f} is wanted here.")
        return None
    return number


def read_time(fields: Fields) -> datetime | None:
    if "answered_at" not in fields.values or not (text := fields.text("answered_at").strip()):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        fields.wrong("answered_at", "A time is wanted here, such as 2024-05-01T12:00:00Z.")
        return None
    if time.tzinfo is None:
        fields.wrong("answered_at", "Say the time zone too, such as 2024-05-01T12:00:00Z.")
    return time


def read_metadata(fields: Fields) -> dict[str, Value]:
    """What the row says about the model: the object ``metadata`` and every filled column that begins with model_."""
    given = fields.values.get("metadata")
    if given is not None and given != "" and not isinstance(given, dict):
        fields.wrong("metadata", "An object is wanted here. A table says it in columns that begin with model_.")
    found = dict(given) if isinstance(given, dict) else {}
    for name, value in fields.values.items():
        if name.startswith(METADATA_PREFIX) and value not in (None, ""):
            found[name] = value
    return found
