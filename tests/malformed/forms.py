"""Good files of both kinds in every form, and where each record stands in them: what the corpus breaks."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, NamedTuple

from annotation.importing import QuestionReader
from files.reading import Problems
from personas.importing import PersonaReader

PERSONAS, QUESTIONS, ANNOTATIONS = "personas", "questions", "annotations"
# What annotations mean is tried in test_malformed_annotations.py; here only what holds for every kind.
KINDS = (PERSONAS, QUESTIONS)
# The ids that the study's persona set has when a file of questions is tried.
PERSONA_IDS = ("persona-01", "persona-02", "persona-03")
ROWS = len(PERSONA_IDS)
Row = dict[str, Any]


class MalformedFile(NamedTuple):
    """A file that must be refused. ``line`` is where the report must point; None when the file as a whole is wrong."""

    name: str
    filename: str
    data: bytes
    line: int | None


def good_rows(kind: str) -> list[Row]:
    """Three sound records."""
    make = {PERSONAS: good_persona, QUESTIONS: good_question, ANNOTATIONS: good_annotation}[kind]
    return [make(key) for key in PERSONA_IDS]


def good_persona(key: str) -> Row:
    return {"id": key, "age": "39", "lifestyle": "calm, mostly"}


def good_question(key: str) -> Row:
    return {
        "persona_id": key,
        "prompt_id": "prompt-01",
        "prompt": "Does family come first?",
        "revised": f"Yes, says {key}.",
        "baseline": "It depends.",
    }


def good_annotation(key: str) -> Row:
    # The value that the corpus breaks is the last one.
    place = {"persona_id": key, "prompt_id": "prompt-01"}
    return {"annotator": "model-x", **place, "choice": "revised", "justification": f"It fits, {key}."}


def jsonl_bytes(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def json_bytes(rows: list[Row]) -> bytes:
    return ("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n").encode()


def table_bytes(rows: list[Row], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().replace("\r\n", "\n").encode()


def text_bytes(rows: list[Row]) -> bytes:
    return "\n".join("".join(f"{key}: {value}\n" for key, value in row.items()) for row in rows).encode()


def form_bytes(form: str, rows: list[Row]) -> bytes:
    """Write rows in a form: jsonl, json, csv, tsv or txt."""
    if form == "jsonl":
        return jsonl_bytes(rows)
    if form == "json":
        return json_bytes(rows)
    if form == "txt":
        return text_bytes(rows)
    return table_bytes(rows, "," if form == "csv" else "\t")


def first_line_of(form: str, rows: list[Row], number: int) -> int:
    """The line on which record ``number`` (from 1) starts."""
    if form == "txt":
        return 1 + sum(len(row) + 1 for row in rows[: number - 1])
    return number if form == "jsonl" else number + 1


FORMS = ("jsonl", "json", "csv", "tsv", "txt")


def read_whole(kind: str, data: bytes, filename: str) -> list:
    """The personas or questions of a file; raises ``UnreadableFile``."""
    problems = Problems()
    if kind == PERSONAS:
        rows = list(PersonaReader(problems).drafts(data, filename))
    else:
        rows = list(QuestionReader(problems, persona_keys=PERSONA_IDS).rows(data, filename))
    problems.raise_if_any()
    return rows
