"""Baseline raters: the rules of annotation.baselines answer a study's questions, so that no skill has its row too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from annotation.baselines import NEAREST, RULES, NearestToPersona, Pair, simple_choices
from annotation.models import Annotation, Question, Rater, RaterKind, Study, StudyEvent
from annotation.services.bulk import (
    NewAnnotation,
    delete_run,
    insert_annotations,
    lock_annotation_imports,
    make_named_raters,
)
from personas.models import Persona

PERSONAS_AT_ONCE = 20
ROWS_AT_ONCE = 1_000
"""In one transaction: on SQLite raters' answers wait for it."""
Writing = Callable[[], AbstractContextManager]


@dataclass(frozen=True)
class BaselineRaters:
    """What was computed. ``changed`` names the rules whose choices are new or other than before."""

    questions: int
    changed: tuple[str, ...]
    seed: int


def compute_baseline_raters(*, study: Study, by=None, seed: int | None = None) -> BaselineRaters:
    """Let every rule answer every question whose answers are data; stored answers stay.

    The seed is the study's unless another is given. The run "baseline-raters" does the same by parts.
    """
    seed = study.seed if seed is None else seed
    raters, rules = make_baseline_raters(study), Rules(study, seed)
    changed: set[str] = set()
    for part in parts_of(study):
        changed |= answer_part(study, rules, raters, part)
    return settle(study=study, seed=seed, changed=changed, by=by)


# --- The steps, which the run takes one by one -----------------------------------------------------
def parts_of(study: Study) -> list[list[int]]:
    """The personas that have questions, a few at a time, in their order."""
    ids = list(personas_asked(study).values_list("pk", flat=True))
    return [ids[start : start + PERSONAS_AT_ONCE] for start in range(0, len(ids), PERSONAS_AT_ONCE)]


def count_questions(study: Study, part: list[int]) -> int:
    return study.questions.countable().filter(persona__in=part).count()


@transaction.atomic
def make_baseline_raters(study: Study) -> dict[str, int]:
    """The id of each rule's rater."""
    lock_annotation_imports(study)
    made = make_named_raters(study, [(RaterKind.COMPUTED, rule) for rule in RULES])
    return {rule: made[RaterKind.COMPUTED, rule] for rule in RULES}


class Rules:
    """What each rule chooses in one study."""

    def __init__(self, study: Study, seed: int) -> None:
        self.study, self.seed = study, seed
        self.texts = persona_texts(study)
        self.nearest = NearestToPersona(list(self.texts.values()), seed=seed)

    def choices(self, part: list[int]) -> tuple[list[int], dict[str, list[str]]]:
        """The ids of the questions of these personas, and each rule's choices."""
        question_ids: list[int] = []
        choices: dict[str, list[str]] = {rule: [] for rule in RULES}
        for persona_id, questions in groupby(_questions(self.study, part), key=lambda row: row[1]):
            ids, pairs = _pairs(questions)
            question_ids += ids
            nearest = self.nearest.choices(self.texts[persona_id], pairs)
            for rule, chosen in (simple_choices(pairs, seed=self.seed) | {NEAREST: nearest}).items():
                choices[rule].extend(chosen)
        return question_ids, choices


def answer_part(
    study: Study, rules: Rules, raters: dict[str, int], part: list[int], writing: Writing = transaction.atomic
) -> set[str]:
    """Let every rule answer the questions of these personas; returns the rules whose choices changed."""
    question_ids, choices = rules.choices(part)
    changed = set()
    for rule, chosen in choices.items():
        stored = _stored_choices(raters[rule], question_ids)
        wanted = zip(question_ids, chosen, strict=True)
        new = [(question_id, choice) for question_id, choice in wanted if stored.get(question_id) != choice]
        for start in range(0, len(new), ROWS_AT_ONCE):
            with writing():
                _store(study, raters[rule], new[start : start + ROWS_AT_ONCE])
        if new:
            changed.add(rule)
    return changed


def settle(*, study: Study, seed: int, changed: Iterable[str], by=None) -> BaselineRaters:
    """Note what was computed, on the raters and in the study's log."""
    rules = tuple(rule for rule in RULES if rule in set(changed))
    questions = study.questions.countable().count()
    with transaction.atomic():
        for rule in rules:
            computed = Rater.objects.filter(study=study, kind=RaterKind.COMPUTED, name=rule)
            computed.update(metadata={"rule": RULES[rule], "seed": seed})
        if rules:
            detail = {"questions": questions, "seed": seed, "rules": list(rules)}
            StudyEvent.objects.create(study=study, by=by, what="baseline raters computed", detail=detail)
    return BaselineRaters(questions, rules, seed)


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


# --- Reading --------------------------------------------------------------------------------------
def persona_texts(study: Study) -> dict[int, str]:
    """What raters read of each persona that has questions, in the same words."""
    personas = personas_asked(study).select_related("persona_set")
    return {persona.pk: persona.text(**study.persona_options) for persona in personas}


def personas_asked(study: Study) -> QuerySet[Persona]:
    asked = Question.objects.filter(study=study).countable().order_by().values("persona")
    return Persona.objects.filter(pk__in=asked).order_by("position")


def _questions(study: Study, part: list[int]) -> Iterable[tuple]:
    questions = Question.objects.filter(study=study, persona__in=part).countable()
    fields = ("pk", "persona_id", "persona__key", "prompt_key", "revised", "alternative")
    return questions.order_by("persona__position", "position").values_list(*fields)


def _pairs(questions: Iterable[tuple]) -> tuple[list[int], list[Pair]]:
    ids, pairs = [], []
    for pk, _, persona_key, prompt_key, revised, alternative in questions:
        ids.append(pk)
        pairs.append(Pair(f"{persona_key}:{prompt_key}", revised, alternative))
    return ids, pairs


# --- Storing ---------------------------------------------------------------------------------------
def _store(study: Study, rater_id: int, new: list[tuple[int, str]]) -> None:
    """Replace earlier choices by these. Inside a transaction."""
    lock_annotation_imports(study)
    Annotation.objects.filter(rater=rater_id, run=1, question__in=[question_id for question_id, _ in new]).delete()
    rows = (NewAnnotation(rater_id, question_id, run=1, choice=choice) for question_id, choice in new)
    insert_annotations(rows, now=timezone.now())


def _stored_choices(rater_id: int, question_ids: list[int]) -> dict[int, str]:
    stored = Annotation.objects.filter(rater=rater_id, run=1, question__in=question_ids).order_by()
    return dict(stored.values_list("question_id", "choice"))
