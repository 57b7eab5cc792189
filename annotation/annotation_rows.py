"""Annotations from a file, one row at a time: exact, or a problem with line, column and value. Pure: no Django."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from annotation.conditions import UNSAID, AnswerOrder, Condition, RunSetting, contradiction_in
from annotation.terms import UNPARSABLE
from annotation.verdicts import NotAVerdict, StudyRules, read_order, read_shown_first, read_verdict
from files.reading import Data, Fields, Header, ImportColumn, Limits, Problems, Value, iterate_records
from files.reading.column_readers import decimal, identifier, one_of, short_text, text, time, whole_number

MODEL, EXTERNAL = "model", "external"
KIND_WORDS = {"model": MODEL, "external": EXTERNAL, "human": EXTERNAL}
MOST_RUNS = 9_999
MOST_SECONDS = 10_000_000.0

COLUMNS = (
    ImportColumn(
        "annotator",
        "The model's name, or the rater's id in the tool that collected the answer; up to 200 characters.",
        identifier,
        is_required=True,
    ),
    ImportColumn(
        "persona_id",
        "The persona's id, as in the study's persona set.",
        identifier,
        is_required=True,
        old_names=("persona",),
    ),
    ImportColumn(
        "prompt_id",
        "The prompt's id, as in the study's questions.",
        identifier,
        is_required=True,
        old_names=("prompt", "prompt_key"),
    ),
    ImportColumn(
        "choice",
        "revised, or baseline or foil (whichever the study has; alternative does for both). Or the side, A or B "
        "(first, second), with the order in shown_first or order. Or no preference (no_preference, tie) where the "
        "study allows it. In a model's row, anything else, or nothing, is kept as an unparsable verdict.",
        text,
        is_required=True,
    ),
    ImportColumn(
        "shown_first",
        "The response this annotator saw first, as A: revised, or baseline or foil. Empty = not known.",
        text,
    ),
    ImportColumn(
        "order",
        "The same as shown_first in another form: both responses in the order shown, such as “revised, baseline”.",
        text,
    ),
    ImportColumn(
        "kind",
        "model, or external (also human) for a person whose answers were collected elsewhere. Empty = model, "
        "or as the import's options say.",
        text,
    ),
    ImportColumn(
        "run",
        "Which run of a model that answers the same questions several times, from 1. Empty = 1.",
        whole_number(1, MOST_RUNS),
    ),
    ImportColumn("sample", "Another name for run.", whole_number(1, MOST_RUNS)),
    ImportColumn("model", "The model's name with its version, the same in every row of a run.", short_text),
    ImportColumn("prompt_version", "Which wording of the prompt the run used, the same in every row.", short_text),
    ImportColumn(
        "condition",
        "What the annotator was given: persona, demographics (census attributes only), without_attribute, none or "
        "other. The same in every row of a run. Empty = read from the annotator's name; a researcher can correct it.",
        one_of(Condition),
    ),
    ImportColumn(
        "hidden_attribute",
        "The attribute that was left out, where the condition is without_attribute.",
        short_text,
    ),
    ImportColumn(
        "answer_order",
        "The order in which the run saw the answers: reference (each question's fixed order), reversed or drawn.",
        one_of(AnswerOrder),
    ),
    ImportColumn("sampling", "How the answers were sampled, such as “temperature 0.7, seed 3”.", text),
    ImportColumn("justification", "The reason, exactly as written.", text),
    ImportColumn("probability", "How sure the annotator was of its choice, 0 to 1. Empty = not known.", decimal(1)),
    ImportColumn("seconds", "How long the annotator spent on the question.", decimal(MOST_SECONDS)),
    ImportColumn(
        "answered_at",
        "When the answer was given, with its time zone: 2024-05-01T12:00:00Z. From 2000-01-01 to a day after the "
        "import. Empty = when it is imported.",
        time,
    ),
    ImportColumn(
        "metadata",
        "JSON forms only: an object with what should be kept about the model (version, temperature, prompt).",
        text,
    ),
)
METADATA_PREFIX = "model_"

# A model answers every question of a study, so its files are larger than the others.
LIMITS = Limits(rows=1_000_000, cells=30_000_000)


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
    setting: RunSetting = UNSAID


class AnnotationReader:
    """Reads a file's annotations in order, one at a time.

    Parameters
    ----------
    rules : StudyRules
        What the study's verdicts may say.
    problems : Problems
        Gets everything that is wrong; when it is not empty at the end, nothing of the file may be used.
    kind : str
        model or external for rows that do not say; empty = model.
    now : datetime, optional
        No answer may be given more than a day later; None = no limit.
    """

    def __init__(self, rules: StudyRules, problems: Problems, *, kind: str = "", now: datetime | None = None) -> None:
        self.rules = rules
        self.problems = problems
        self.kind = kind
        self.header = Header(COLUMNS, problems, prefix=METADATA_PREFIX, now=now)

    @property
    def old_names(self) -> tuple[str, ...]:
        """Columns read under a name that is no longer used, as sentences."""
        return tuple(f"“{old}” is now called {name}; it was read." for old, name in self.header.renamed.items())

    @property
    def unused_columns(self) -> tuple[str, ...]:
        return tuple(self.header.unused)

    def rows(self, data: Data, filename: str, limits: Limits = LIMITS) -> Iterator[AnnotationRow]:
        """Yield the sound rows; what is wrong with the others goes to ``problems``."""
        is_table = filename.casefold().endswith((".csv", ".tsv"))
        records = iterate_records(data, filename=filename, problems=self.problems, limits=limits)
        for number, record in enumerate(records):
            fields = Fields(record, self.header)
            # A table without a column is one problem; in the other forms each row may have its own columns.
            if is_table and not number and self.header.missing(record.values):
                self.header.note_missing(record.values, line=1)
                return
            row = read_row(fields, self)
            if row is not None:
                yield row


# --- One row ---------------------------------------------------------------------------------------
def read_row(fields: Fields, reader: AnnotationReader) -> AnnotationRow | None:
    """Return the annotation of one record, or None when something is wrong with it."""
    kind = read_kind(fields, reader.kind)
    choice, shown_first, raw = read_choice(fields, kind, reader.rules)
    row = AnnotationRow(
        line=fields.record.line,
        kind=kind,
        annotator=fields["annotator"],
        persona_key=fields["persona_id"],
        prompt_key=fields["prompt_id"],
        choice=choice,
        shown_first=shown_first,
        raw_verdict=raw,
        justification=fields["justification"],
        probability=fields["probability"],
        run=read_run(fields),
        seconds=fields["seconds"],
        answered_at=fields["answered_at"],
        metadata=read_metadata(fields),
        setting=read_setting(fields),
    )
    return row if fields.is_sound else None


def read_kind(fields: Fields, told: str) -> str:
    word = fields["kind"].strip().casefold()
    if not word:
        return told or MODEL
    kind = KIND_WORDS.get(word, "")
    if not kind:
        fields.wrong("kind", "Write model or external.")
    elif told and kind != told:
        fields.wrong("kind", f"According to the import's options, all rows are {told}.")
    return kind


def read_choice(fields: Fields, kind: str, rules: StudyRules) -> tuple[str, str, str]:
    """Return (choice, the response shown first, the words of a verdict that cannot be read)."""
    if "choice" not in fields:
        fields.wrong("choice", "This row has no choice.")
        return "", "", ""
    words = fields["choice"]
    try:
        shown_first = read_first(fields, rules)
        verdict = read_verdict(words, shown_first, rules)
    except NotAVerdict as fault:
        fields.wrong(fault.column, fault.message)
        return "", "", ""
    if verdict.choice == UNPARSABLE and kind == EXTERNAL:
        fields.wrong("choice", f"A person's choice must be readable: {rules.words}, or A or B.")
    return verdict.choice, shown_first, verdict.raw


def read_first(fields: Fields, rules: StudyRules) -> str:
    first = read_shown_first(fields["shown_first"], rules)
    order = read_order(read_order_text(fields), rules) if "order" in fields else ""
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
    given = [fields[name] for name in ("run", "sample")]
    runs = {run for run in given if run is not None}
    if len(runs) > 1:
        fields.wrong("sample", "This contradicts run.")
    return runs.pop() if runs else 1


def read_metadata(fields: Fields) -> dict[str, Value]:
    """What the row says about the model: the object ``metadata`` and every filled column that begins with model_."""
    given = fields.values.get("metadata")
    if given is not None and given != "" and not isinstance(given, dict):
        fields.wrong("metadata", "Expected an object. In a table, use columns that begin with model_.")
    found = dict(given) if isinstance(given, dict) else {}
    for name, value in fields.values.items():
        if name.startswith(METADATA_PREFIX) and value not in (None, ""):
            found[name] = value
    return found


def read_setting(fields: Fields) -> RunSetting:
    """How the run of this row was made, as far as the row says."""
    given = {name: fields[name] for name in RunSetting._fields if name in fields}
    if not given:
        return UNSAID
    setting = RunSetting(**given)
    column, message = contradiction_in(setting)
    if column:
        fields.wrong(column, message)
    return setting
