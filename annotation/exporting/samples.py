"""Small files that show what an import takes, made for one study so that they fit it."""

from __future__ import annotations

from collections.abc import Iterator

from annotation.models import Design, Study
from annotation.terms import BASELINE, FOIL, REVISED
from files.writing import write_csv

PERSONAS, PROMPTS = 2, 2


def question_sample(study: Study) -> Iterator[str]:
    """Two questions for each of two personas, as the study's design has them."""
    keys = list(study.persona_set.personas.order_by("position").values_list("key", flat=True)[:PERSONAS])
    places = [(key, number) for key in keys for number in range(1, PROMPTS + 1)] if len(keys) == PERSONAS else []
    rows = [question_row(study, keys, key, number) for key, number in places]
    return write_csv(rows, QUESTION_NAMES[study.design])


QUESTION_NAMES = {
    Design.BASELINE: ("persona_id", "prompt_id", "prompt", REVISED, BASELINE, "topic"),
    Design.FOIL: ("persona_id", "prompt_id", "prompt", REVISED, FOIL, "foil_persona_id", "topic"),
}


def question_row(study: Study, keys: list[str], key: str, number: int) -> dict[str, str]:
    other = next(one for one in keys if one != key)
    row = {
        "persona_id": key,
        "prompt_id": f"sample-{number}",
        "prompt": f"Sample prompt {number}: what should I do?",
        REVISED: f"An answer to prompt {number}, rewritten for {key}.",
        "topic": "sample",
    }
    if study.design == Design.FOIL:
        return row | {FOIL: f"An answer to prompt {number}, rewritten for {other}.", "foil_persona_id": other}
    return row | {BASELINE: f"An answer to prompt {number}, written for nobody."}


ANNOTATION_NAMES = ("annotator", "persona_id", "prompt_id", "choice", "shown_first", "justification", "probability")


def annotation_sample(study: Study) -> Iterator[str]:
    """A model's answers to the first questions of the study."""
    questions = study.questions.drawn().select_related("persona").order_by("persona__position", "position")[:4]
    rows = [
        {
            "annotator": "sample-model",
            "persona_id": question.persona.key,
            "prompt_id": question.prompt_key,
            "choice": REVISED if number % 2 else study.design,
            "shown_first": REVISED,
            "justification": "It fits what this person values.",
            "probability": 0.75,
        }
        for number, question in enumerate(questions)
    ]
    return write_csv(rows, ANNOTATION_NAMES)
