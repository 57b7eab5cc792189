"""A study with foils from a study with baselines: the same personas, prompts and revised answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from django.db import transaction

from annotation.foils import draw_foils, times_reused
from annotation.models import Design, Question, Study, StudyEvent
from annotation.services import assembly

BATCH = 1000


class NoFoilsPossible(Exception):
    """The study has no baselines to replace, or the name of the new one is taken; the text says which."""


@dataclass
class MadeFoils:
    """The new draft and how the drawing went. ``left_out`` holds (persona, prompt) pairs without another answer."""

    study: Study
    questions: int = 0
    reused: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def make_foils(
    *, study: Study, slug: str | None = None, name: str | None = None, seed: int | None = None, by=None
) -> MadeFoils:
    """Make a new draft in which another persona's revision replaces each baseline.

    The new study keeps the settings and the seed of the old one, so the same questions
    are drawn for the same personas and the two designs can be compared. ``seed``
    (the study's own unless given) draws the foils and is recorded with the study.
    A prompt that one persona alone has offers no foil; such questions are left out and reported.
    """
    seed = study.seed if seed is None else seed
    made = MadeFoils(_new_draft(study, slug or f"{study.slug}-foils", name, by))
    foils = _draw_all(study, seed, made)
    made.questions = len(foils)
    questions = sorted(foils + _copied_checks(study, made.study), key=lambda question: question.position)
    Question.objects.bulk_create(questions, batch_size=BATCH)
    assembly.settle_questions(study=made.study)
    detail = {"from": study.slug, "seed": seed, "left_out": made.left_out, "reused": made.reused}
    StudyEvent.objects.create(study=made.study, by=by, what="foils drawn", detail=detail)
    return made


def _new_draft(study: Study, slug: str, name: str | None, by) -> Study:
    if study.design != Design.BASELINE or not study.questions.countable().exists():
        raise NoFoilsPossible("Foils replace the baselines of a study, and this one has none.")
    if Study.objects.filter(slug=slug).exists():
        raise NoFoilsPossible(f"There is a study {slug!r} already. Choose another slug.")
    name = name or f"{study.name} (foils)"[:200]
    return assembly.create_study_like(study, slug=slug, name=name, by=by, design=Design.FOIL)


def _draw_all(study: Study, seed: int, made: MadeFoils) -> list[Question]:
    questions = study.questions.countable().select_related("persona").order_by("prompt_key", "persona__position")
    drawn: list[Question] = []
    for prompt_key, group in groupby(questions, key=lambda question: question.prompt_key):
        drawn += _draw_prompt(list(group), Random(f"{seed}:foils:{prompt_key}"), made)
    return drawn


def _draw_prompt(questions: list[Question], rng: Random, made: MadeFoils) -> list[Question]:
    foils = draw_foils([question.revised for question in questions], rng)
    made.reused += times_reused(foils)
    drawn = []
    for question, foil in zip(questions, foils, strict=True):
        if foil is None:
            made.left_out.append((question.persona.key, question.prompt_key))
        else:
            drawn.append(_with_foil(question, questions[foil], made.study))
    return drawn


def _with_foil(question: Question, foil: Question, study: Study) -> Question:
    copy = _copy(question, study)
    copy.alternative = foil.revised
    copy.foil_persona_id = foil.persona_id
    return copy


def _copied_checks(study: Study, draft: Study) -> list[Question]:
    return [_copy(check, draft) for check in study.questions.attention_checks()]


def _copy(question: Question, study: Study) -> Question:
    names = (
        "persona_id",
        "prompt_key",
        "prompt",
        "revised",
        "alternative",
        "topic",
        "kind",
        "right_answer",
        "position",
    )
    fields = {name: getattr(question, name) for name in names}
    return Question(study=study, alternative_kind=Design.FOIL, reference_first=question.reference_first, **fields)
