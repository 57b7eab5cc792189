"""Baseline raters: the rules of annotation.baselines answer a study's questions, so that no skill has its row too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from annotation.baselines import NEAREST, RULES, NearestToPersona, Pair, simple_choices
from annotation.models import Annotation, Question, Rater, RaterKind, Response, Study, StudyEvent
from annotation.services.bulk import (
    NewAnnotation,
    delete_run,
    insert_annotations,
    lock_annotation_imports,
    make_named_raters,
)
from personas.models import Persona

CHUNK = 2_000
# One byte per choice: a study of 317,200 questions is held in 2 MB per rule.
CODES = {Response.REVISED: 1, Response.ALTERNATIVE: 0}
CHOICES = {code: choice for choice, code in CODES.items()}


@dataclass(frozen=True)
class BaselineRaters:
    """What was computed. ``changed`` names the rules whose choices are new or other than before."""

    questions: int
    changed: tuple[str, ...]
    seed: int


def compute_baseline_raters(*, study: Study, by=None, seed: int | None = None) -> BaselineRaters:
    """Let every rule answer every question whose answers are data; what is there already stays.

    The seed is the study's unless another is given. Each rule is stored in a transaction of its own,
    so that on SQLite nobody waits for all of them.
    """
    seed = study.seed if seed is None else seed
    question_ids, choices = _choices_of_rules(study, seed)
    changed = tuple(rule for rule in RULES if _store_rule(study, rule, question_ids, choices[rule], seed))
    if changed:
        detail = {"questions": len(question_ids), "seed": seed, "rules": list(changed)}
        StudyEvent.objects.create(study=study, by=by, what="baseline raters computed", detail=detail)
    return BaselineRaters(len(question_ids), changed, seed)


def remove_baseline_raters(study: Study) -> None:
    """They hold the questions they answered; whoever replaces those computes them again."""
    for rater_id in study.raters.filter(kind=RaterKind.COMPUTED).values_list("pk", flat=True):
        delete_run(rater_id, run=1)
    study.raters.filter(kind=RaterKind.COMPUTED).delete()


def questions_without_baseline(study: Study) -> int:
    """Questions whose answers are data and which some rule has not answered, as after an import of new ones."""
    computed = Annotation.objects.for_study(study).filter(rater__kind=RaterKind.COMPUTED).order_by()
    answered = dict(computed.values_list("rater__name").annotate(Count("pk")))
    return study.questions.countable().count() - min(answered.get(rule, 0) for rule in RULES)


# --- Choosing --------------------------------------------------------------------------------------
def _choices_of_rules(study: Study, seed: int) -> tuple[list[int], dict[str, bytearray]]:
    """The questions' ids in order, and for each rule one byte per question."""
    texts = persona_texts(study)
    nearest = NearestToPersona(list(texts.values()), seed=seed)
    question_ids: list[int] = []
    choices = {rule: bytearray() for rule in RULES}
    for persona_id, questions in groupby(_questions(study), key=lambda row: row[1]):
        ids, pairs = _pairs(questions)
        question_ids += ids
        found = simple_choices(pairs, seed=seed) | {NEAREST: nearest.choices(texts[persona_id], pairs)}
        for rule, chosen in found.items():
            choices[rule].extend(CODES[choice] for choice in chosen)
    return question_ids, choices


def persona_texts(study: Study) -> dict[int, str]:
    """What raters read of each persona that has questions, in the same words."""
    asked = Question.objects.filter(study=study).countable().order_by().values("persona")
    personas = Persona.objects.filter(pk__in=asked).select_related("persona_set").order_by("position")
    return {persona.pk: persona.text(**study.persona_options) for persona in personas}


def _questions(study: Study) -> Iterator[tuple]:
    questions = Question.objects.filter(study=study).countable().order_by("persona__position", "position")
    fields = ("pk", "persona_id", "persona__key", "prompt_key", "revised", "alternative")
    return questions.values_list(*fields).iterator(chunk_size=CHUNK)


def _pairs(questions: Iterable[tuple]) -> tuple[list[int], list[Pair]]:
    ids, pairs = [], []
    for pk, _, persona_key, prompt_key, revised, alternative in questions:
        ids.append(pk)
        pairs.append(Pair(f"{persona_key}:{prompt_key}", revised, alternative))
    return ids, pairs


# --- Storing ---------------------------------------------------------------------------------------
@transaction.atomic
def _store_rule(study: Study, rule: str, question_ids: list[int], choices: bytearray, seed: int) -> bool:
    """Put a rule's choices in the place of its earlier ones; False where they are the same."""
    lock_annotation_imports(study)
    name = (RaterKind.COMPUTED, rule)
    rater_id = make_named_raters(study, [name])[name]
    if _stored_choices(rater_id) == dict(zip(question_ids, choices, strict=True)):
        return False
    delete_run(rater_id, run=1)
    rows = (
        NewAnnotation(rater_id, question_id, run=1, choice=CHOICES[code])
        for question_id, code in zip(question_ids, choices, strict=True)
    )
    insert_annotations(rows, now=timezone.now())
    Rater.objects.filter(pk=rater_id).update(metadata={"rule": RULES[rule], "seed": seed})
    return True


def _stored_choices(rater_id: int) -> dict[int, int]:
    rows = Annotation.objects.filter(rater=rater_id, run=1).order_by().values_list("question_id", "choice")
    return {question_id: CODES[choice] for question_id, choice in rows.iterator(chunk_size=CHUNK)}
