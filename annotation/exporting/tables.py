"""The columns of each export; the documentation and the exports are both made from these tables."""

from __future__ import annotations

from operator import attrgetter

from annotation import sides
from annotation.models import (
    Annotation,
    AnnotationRevision,
    Assignment,
    Question,
    Rater,
    RaterKind,
    Response,
)
from files.columns import BOOLEAN, DECIMAL, NUMBER, TEXT, TIME, Column


def word_for(question: Question, choice: str) -> str:
    """A choice as the word of the files: revised, baseline or foil, no_preference, unparsable; empty for none."""
    return question.alternative_kind if choice == Response.ALTERNATIVE else choice


def side_of(answer: Annotation | AnnotationRevision, choice: str) -> str:
    """Where this rater saw the response: A (first) or B; empty for no response, or when the order is not known."""
    return sides.side_of(choice, answer.shown_first)


def reference_of(question: Question, choice: str) -> str:
    """``first`` or ``second``, by the question's fixed order; empty for no response."""
    return {sides.FIRST: "first", sides.SECOND: "second"}.get(sides.side_of(choice, question.reference_first), "")


def name_of(rater: Rater) -> str:
    """What an export calls a rater: people by their pseudonym, wherever they answered; models and rules by name."""
    return rater.pseudonym if rater.kind == RaterKind.EXTERNAL else str(rater)


def passed(annotation: Annotation) -> bool | None:
    """Whether an attention check was answered rightly; None for a question whose answers are data."""
    question = annotation.question
    return annotation.choice == question.right_answer if question.is_attention_check else None


def assignment_of(annotation: Annotation) -> Assignment | None:
    """The rater's assignment; models, rules and people elsewhere have none."""
    return getattr(annotation.rater, "assignment", None)


def of_assignment(name: str, missing=""):
    """A getter for a field of the rater's assignment."""
    get = attrgetter(name)

    def value(annotation: Annotation):
        assignment = assignment_of(annotation)
        return missing if assignment is None else get(assignment)

    return value


def key_of_foil_persona(question: Question) -> str:
    return question.foil_persona.key if question.foil_persona else ""


def file_of(annotation: Annotation) -> str:
    return annotation.source.filename if annotation.source else ""


STUDY = [
    Column("study", TEXT, "The study's slug.", attrgetter("study_slug")),
    Column(
        "design", TEXT, "baseline or foil: which answer the revised one is compared with.", attrgetter("study_design")
    ),
]

QUESTION = [
    Column("persona_id", TEXT, "The persona's id, as in its file.", attrgetter("question.persona.key")),
    Column("prompt_id", TEXT, "The prompt's id, as in its file.", attrgetter("question.prompt_key")),
]

RATER = [
    Column("rater", TEXT, "The rater: people by a random pseudonym, models by name.", lambda item: name_of(item.rater)),
    Column(
        "rater_kind",
        TEXT,
        "participant, model, external (a person whose answers were imported) or computed (a rule of the site).",
        attrgetter("rater.kind"),
    ),
    Column("simulated", BOOLEAN, "true for raters made by a rehearsal.", attrgetter("rater.is_rehearsal")),
    Column(
        "erased",
        BOOLEAN,
        "true where the person's data were erased: choices and days stay, words, ids and times of day are gone.",
        lambda item: item.rater.erased_at is not None,
    ),
    Column(
        "prolific_id",
        TEXT,
        "The participant's Prolific id; empty for others.",
        lambda item: item.rater.prolific_id or "",
        is_identifying=True,
    ),
    Column(
        "external_id",
        TEXT,
        "The id that an imported person had in the other tool; empty for others.",
        lambda item: item.rater.name if item.rater.kind == RaterKind.EXTERNAL else "",
        is_identifying=True,
    ),
]

CONTENT = [
    Column(
        "choice",
        TEXT,
        "revised, baseline or foil: the response chosen; no_preference; unparsable or inconsistent, where it was none.",
        lambda answer: word_for(answer.question, answer.choice),
    ),
    Column(
        "shown_first",
        TEXT,
        "The response that this rater saw first (as A); empty when not known.",
        lambda answer: word_for(answer.question, answer.shown_first),
    ),
    Column(
        "choice_by_reference",
        TEXT,
        "first or second: the choice in the question's fixed random order, the same for every rater; else empty.",
        lambda answer: reference_of(answer.question, answer.choice),
    ),
    Column(
        "choice_as_shown",
        TEXT,
        "A or B: the side of the choice on this rater's screen, for position bias only; empty when not known.",
        lambda answer: side_of(answer, answer.choice),
    ),
    Column(
        "first_choice",
        TEXT,
        "The first response this rater picked; empty when not known.",
        lambda answer: word_for(answer.question, answer.first_choice),
    ),
    Column("choice_changes", NUMBER, "How often the choice changed.", attrgetter("choice_changes")),
    Column("justification", TEXT, "The reason, exactly as written.", attrgetter("justification")),
    Column("visible_ms", NUMBER, "Milliseconds for which the page was visible.", attrgetter("visible_ms")),
    Column(
        "active_ms", NUMBER, "Milliseconds with some activity (typing, pointing, scrolling).", attrgetter("active_ms")
    ),
    Column("paste_count", NUMBER, "How often text was pasted.", attrgetter("paste_count")),
    Column("paste_characters", NUMBER, "How many characters were pasted in all.", attrgetter("paste_characters")),
    Column("focus_losses", NUMBER, "How often the page lost the focus.", attrgetter("focus_losses")),
    Column("version", NUMBER, "1 for the first answer, one more for each that replaced it.", attrgetter("version")),
    Column("saved_at", TIME, "When this version was stored.", attrgetter("saved_at")),
]

ANNOTATIONS = [
    *STUDY,
    *QUESTION,
    Column("topic", TEXT, "The prompt's topic; may be empty.", attrgetter("question.topic")),
    Column(
        "foil_persona_id",
        TEXT,
        "The persona the foil was written for; empty for baselines and attention checks.",
        lambda annotation: key_of_foil_persona(annotation.question),
    ),
    *RATER,
    Column("run", NUMBER, "Which run of a model; 1 for people.", attrgetter("run")),
    Column(
        "assignment_state",
        TEXT,
        "complete, live, surplus, released, excluded, declined or screened_out; empty without a seat.",
        of_assignment("state"),
    ),
    Column("seat", NUMBER, "The number of the rater's seat; null without one.", of_assignment("seat.number", None)),
    Column(
        "position",
        NUMBER,
        "Which of the rater's screens it was, from 1; null without screens.",
        attrgetter("screen_position"),
    ),
    *CONTENT,
    Column("probability", DECIMAL, "How sure a model was, 0 to 1; null when not said.", attrgetter("probability")),
    Column(
        "probability_mass",
        DECIMAL,
        "What both answers had together before the probability was renormalized; null when not known.",
        attrgetter("probability_mass"),
    ),
    Column("certainty", DECIMAL, "How sure a model says it is, 0 to 1; null when not said.", attrgetter("certainty")),
    Column("raw_verdict", TEXT, "What a model said where that was no choice.", attrgetter("raw_verdict")),
    Column("source", TEXT, "The imported file it came from; empty for answers given here.", file_of),
    Column("created_at", TIME, "When the first version was stored.", attrgetter("created_at")),
    Column(
        "is_attention_check",
        BOOLEAN,
        "true for attention checks, whose answers are not data.",
        attrgetter("question.is_attention_check"),
    ),
    Column(
        "right_answer",
        TEXT,
        "An attention check's right answer: revised, baseline or foil; else empty.",
        lambda annotation: word_for(annotation.question, annotation.question.right_answer),
    ),
    Column("passed", BOOLEAN, "Whether the attention check was answered correctly; null for other questions.", passed),
    Column(
        "is_countable",
        BOOLEAN,
        "true where the answer counts: to a drawn question, no attention check, in a complete assignment or without a "
        "seat; of simulated raters only while no real person's answers count.",
        attrgetter("is_countable"),
    ),
]

REVISIONS = [
    *STUDY,
    *QUESTION,
    *RATER,
    Column("run", NUMBER, "Which run of a model; 1 for people.", attrgetter("annotation.run")),
    *CONTENT,
]

ASSIGNMENTS = [
    *STUDY,
    Column("persona_id", TEXT, "The persona's id, as in its file.", attrgetter("persona.key")),
    Column("seat", NUMBER, "The number of the seat among the persona's, from 1.", attrgetter("seat.number")),
    *RATER,
    Column(
        "submission_id",
        TEXT,
        "Prolific's id of the submission (SESSION_ID).",
        attrgetter("submission_id"),
        is_identifying=True,
    ),
    Column(
        "prolific_study_id",
        TEXT,
        "Prolific's id of the study (STUDY_ID).",
        attrgetter("prolific_study_id"),
        is_identifying=True,
    ),
    Column(
        "prolific_status", TEXT, "Prolific's own status of the submission, where known.", attrgetter("prolific_status")
    ),
    Column(
        "state",
        TEXT,
        "complete, live, surplus, released, excluded, declined or screened_out.",
        attrgetter("state"),
    ),
    Column(
        "state_cause", TEXT, "What led to this state: finished, ran out of time, excluded ...", attrgetter("last_cause")
    ),
    Column("state_note", TEXT, "The reason given, for instance for an exclusion.", attrgetter("last_note")),
    Column("seed", NUMBER, "The seed with which the order of this rater's questions was drawn.", attrgetter("seed")),
    Column("arrived_at", TIME, "First arrival.", attrgetter("arrived_at")),
    Column("last_seen", TIME, "Last activity.", attrgetter("last_seen")),
    Column(
        "deadline",
        TIME,
        "When the seat becomes free unless the rater finishes or stays active.",
        attrgetter("deadline"),
    ),
    Column("consented_at", TIME, "Consent; null before it.", attrgetter("consented_at")),
    Column("instructed_at", TIME, "Instructions read; null before.", attrgetter("instructed_at")),
    Column("check_attempts", NUMBER, "Attempts at the comprehension check.", attrgetter("check_attempts")),
    Column(
        "check_passed_at",
        TIME,
        "Comprehension check passed; null before, or without one.",
        attrgetter("check_passed_at"),
    ),
    Column("introduced_at", TIME, "Persona read; null before.", attrgetter("introduced_at")),
    Column("completed_at", TIME, "End reached, code shown; null before.", attrgetter("completed_at")),
    Column("screens", NUMBER, "How many screens the rater has, attention checks included.", attrgetter("screen_count")),
    Column("answers", NUMBER, "How many of them are answered.", attrgetter("answer_count")),
    Column("comment", TEXT, "The final comment, exactly as written.", attrgetter("comment")),
]
