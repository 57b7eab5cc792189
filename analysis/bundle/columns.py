"""The columns of the bundle's own tables; those of the exports are in annotation.exporting.tables."""

from __future__ import annotations

from operator import attrgetter

from annotation.exporting.tables import key_of_foil_persona, name_of, word_for
from annotation.models import AnnotationImport, Rater, RaterKind
from files.columns import BOOLEAN, JSON, NUMBER, TEXT, TIME, Column

# What of an import's report names nobody: the rest lists external raters by their id in another tool.
COUNTS_OF_IMPORT = ("rows", "created", "already_there", "removed", "unparsable", "missing", "surplus")

PERSONAS = [
    Column("persona_id", TEXT, "The persona's id, as in its file.", attrgetter("key")),
    Column("position", NUMBER, "Its place in the persona set.", attrgetter("position")),
    Column("attributes", JSON, "[[name, value], …] in the order of the file.", attrgetter("attributes")),
    Column("text", TEXT, "What the study's raters read of it; models get the same.", attrgetter("study_text")),
    Column("origins", JSON, "Where attributes come from: name to census, model, written, …", attrgetter("origins")),
]

QUESTIONS = [
    Column("persona_id", TEXT, "The persona's id, as in personas.jsonl.", attrgetter("persona.key")),
    Column("prompt_id", TEXT, "The prompt's id, as in its file.", attrgetter("prompt_key")),
    Column("position", NUMBER, "Its place among the persona's questions.", attrgetter("position")),
    Column("topic", TEXT, "The prompt's topic; may be empty.", attrgetter("topic")),
    Column("prompt", TEXT, "What was asked.", attrgetter("prompt")),
    Column("revised", TEXT, "The response rewritten for this persona.", attrgetter("revised")),
    Column("alternative", TEXT, "The other response.", attrgetter("alternative")),
    Column("alternative_kind", TEXT, "baseline or foil: what the other one is.", attrgetter("alternative_kind")),
    Column("foil_persona_id", TEXT, "The persona the foil was written for; else empty.", key_of_foil_persona),
    Column(
        "reference_first",
        TEXT,
        "revised, baseline or foil: the response that comes first in the question's fixed random order.",
        lambda question: word_for(question, question.reference_first),
    ),
    Column("is_drawn", BOOLEAN, "true where raters were asked it.", attrgetter("is_drawn")),
    Column(
        "is_attention_check",
        BOOLEAN,
        "true for attention checks, whose answers are not data.",
        attrgetter("is_attention_check"),
    ),
    Column(
        "right_answer",
        TEXT,
        "An attention check's right answer: revised, baseline or foil; else empty.",
        lambda question: word_for(question, question.right_answer),
    ),
]

RATERS = [
    Column("number", NUMBER, "Rises in the order in which raters came; settles the order of rows.", attrgetter("pk")),
    Column("rater", TEXT, "The rater: people by a random pseudonym, models by name.", name_of),
    Column("rater_kind", TEXT, "participant, model, external or computed.", attrgetter("kind")),
    Column("simulated", BOOLEAN, "true for raters made by a rehearsal.", attrgetter("is_rehearsal")),
    Column(
        "erased",
        BOOLEAN,
        "true where the person's data were erased: choices and days stay, words are gone.",
        lambda rater: rater.erased_at is not None,
    ),
    Column(
        "metadata",
        JSON,
        "What the file says about a model or a rule; empty for people.",
        lambda rater: metadata_of(rater),
    ),
    Column(
        "runs",
        JSON,
        "What each run of a model was given: condition, model, prompt version, …; empty where nobody has said.",
        lambda rater: runs_of(rater),
    ),
]

IMPORTS = [
    Column("file", TEXT, "The name of the imported file.", attrgetter("filename")),
    Column("sha256", TEXT, "The hash of its bytes.", attrgetter("content_hash")),
    Column("imported_at", TIME, "When it was taken in.", attrgetter("at")),
    Column("counts", JSON, "What the import counted: rows, created, unparsable, …", lambda source: counts_of(source)),
]


def metadata_of(rater: Rater) -> dict:
    return rater.metadata if rater.kind in (RaterKind.MODEL, RaterKind.COMPUTED) else {}


def runs_of(rater: Rater) -> dict:
    return {str(row.run): row.setting._asdict() for row in rater.runs.all()} if rater.kind == RaterKind.MODEL else {}


def counts_of(source: AnnotationImport) -> dict:
    return {name: source.report[name] for name in COUNTS_OF_IMPORT if name in source.report}
