"""Studies made of stated choices, written as rows as an import of external raters writes them."""

from __future__ import annotations

import re

import numpy as np
from django.utils import timezone

from annotation import defaults
from annotation.models import Annotation, Question, Rater, RaterKind, Response, Study
from personas.models import Persona
from tests.factories import make_persona_set


def make_made_study(*, personas: int, questions: int, raters: int = 4, slug: str = "made", design: str = "baseline"):
    """A study in few statements: every question drawn, the revised response first in every other one."""
    persona_set = make_persona_set(personas, name=f"people-{slug}")
    study = Study.objects.create(
        slug=slug,
        name=slug.title(),
        persona_set=persona_set,
        raters_per_persona=raters,
        questions_per_rater=questions,
        design=design,
    )
    people = list(persona_set.personas.order_by("position"))
    study.personas.set(people)
    Question.objects.bulk_create(
        _question(study, persona, people[position - 1], number)
        for position, persona in enumerate(people)
        for number in range(1, questions + 1)
    )
    return study


def _question(study: Study, persona: Persona, other: Persona, number: int) -> Question:
    return Question(
        study=study,
        persona=persona,
        prompt_key=f"prompt-{number:02}",
        prompt=f"What should I do about matter {number}?",
        revised=f"Do what fits {persona.key} in matter {number}.",
        alternative=f"There are many views on matter {number}.",
        alternative_kind=study.design,
        foil_persona=other if study.design == "foil" else None,
        topic="family" if number % 2 else "work",
        position=number,
        reference_first=Response.REVISED if (number + persona.position) % 2 else Response.ALTERNATIVE,
        is_drawn=True,
    )


def make_external(study: Study, name: str, revised: np.ndarray, **how) -> Rater:
    """A person asked elsewhere; ``revised`` of shape (personas, questions) says where they chose the revision."""
    rater = Rater.objects.create(study=study, kind=RaterKind.EXTERNAL, name=name, pseudonym=defaults.new_pseudonym())
    return choices_of(study, rater, revised, **how)


def choices_of(study: Study, rater: Rater, revised: np.ndarray, *, sides: np.random.Generator | None = None) -> Rater:
    """Write the choices; with ``sides`` each screen has an order of its own, drawn at random."""
    now = timezone.now()
    questions = study.questions.drawn().order_by("persona__position", "position")
    rows = []
    for question, is_revised in zip(questions, np.asarray(revised).ravel().tolist(), strict=True):
        choice = Response.REVISED if is_revised else Response.ALTERNATIVE
        first = (Response.REVISED if sides.random() < 0.5 else Response.ALTERNATIVE) if sides else ""
        rows.append(
            Annotation(rater=rater, question=question, choice=choice, shown_first=first, created_at=now, saved_at=now)
        )
    Annotation.objects.bulk_create(rows)
    return rater


def words_of(html: str) -> str:
    """What a page says: without its tags, and with single spaces where the source has line breaks."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", " ", html))
