"""Small studies and the people in them, made by the real services. Plain functions; import what you need.

>>> study = make_study(personas=2, raters=4)
>>> ada = arrive(study, number=1)
>>> walk_to_questions(ada)
>>> answer_all(ada)
>>> finish(ada)
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.utils import timezone

from annotation import defaults
from annotation.flow import AssignmentState
from annotation.models import Annotation, Assignment, Design, Question, QuestionKind, Rater, RaterKind, Response, Study
from annotation.prolific.entry import Entry
from annotation.services import assembly, ledger, participation, seating
from personas.models import Persona, PersonaSet

CONSENT = {
    "run_by": "Dr Grace Hopper, Example University",
    "contact": "study@example.org",
    "minutes": 15,
    "payment": "£2.50",
    "bonus_amount": "Up to £1.00",
    "bonus_rule": "For reasons that name what in this person's life leads to the choice.",
    "retention": "Ten years, without Prolific IDs.",
}
"""What a study's consent page must say before it opens."""

PASSWORD = "correct horse battery staple"
REASON = "She keeps her promises to her family, and this answer says how to keep them on an ordinary evening."


# --- People who log in -----------------------------------------------------------------------------
def make_researcher(name: str = "grace", *, staff: bool = False):
    """A user who can log in with PASSWORD; ``staff`` makes an admin."""
    return get_user_model().objects.create_user(username=name, password=PASSWORD, is_staff=staff, is_superuser=staff)


# --- Personas and studies --------------------------------------------------------------------------
def make_persona_set(n: int = 2, *, name: str = "people") -> PersonaSet:
    version = PersonaSet.objects.filter(name=name).count() + 1
    persona_set = PersonaSet.objects.create(name=name, version=version, content_hash=f"{version:064x}")
    Persona.objects.bulk_create(
        Persona(
            persona_set=persona_set,
            key=f"persona-{number:02}",
            position=number,
            attributes=[["age", str(20 + number)], ["sex", "Female" if number % 2 else "Male"], ["state", "Ohio"]],
        )
        for number in range(1, n + 1)
    )
    return persona_set


def make_study(
    personas: int = 2,
    questions: int = 10,
    raters: int = 4,
    open: bool = True,
    design: str = Design.BASELINE,
    checks: int = 0,
    by=None,
    **settings,
) -> Study:
    """A study of ``personas`` x ``questions``, each persona with ``raters`` seats, open for arrivals.

    ``checks`` attention checks stand after the first question, the second and so on. Foils come from the next persona.
    """
    settings.setdefault("slug", f"study-{Study.objects.count() + 1}")
    settings.setdefault("name", settings["slug"].replace("-", " ").capitalize())
    settings.setdefault("questions_per_rater", max(questions, 1))
    settings.setdefault("attention_after", list(range(1, checks + 1)))
    settings.setdefault("seed", 20240717)
    settings = {**CONSENT, **settings}
    settings.setdefault("persona_set", None)
    settings["persona_set"] = settings["persona_set"] or make_persona_set(personas, name=f"people-{settings['slug']}")
    study = assembly.create_study(by=by, design=design, raters_per_persona=raters, **settings)
    chosen = list(study.persona_set.personas.order_by("position")[:personas])
    assembly.choose_personas(study=study, personas=chosen)
    for persona in chosen:
        for number in range(1, questions + 1):
            make_question(study, persona, number)
        for number in range(questions + 1, questions + checks + 1):
            make_question(study, persona, number, kind=QuestionKind.ATTENTION, right_answer=Response.REVISED)
    assembly.settle_questions(study=study)
    if open:
        assembly.open_study(study=study)
        study.refresh_from_db()
    return study


def make_question(study: Study, persona: Persona, number: int = 1, **fields) -> Question:
    """One question; call ``assembly.settle_questions`` after the last one where draws and sides matter."""
    is_foil = study.design == Design.FOIL and fields.get("kind", QuestionKind.DATA) == QuestionKind.DATA
    texts = {
        "prompt_key": f"prompt-{number:02}",
        "prompt": f"What should I do about matter {number}?",
        "revised": f"Do what fits {persona.key} in matter {number}.",
        "alternative": f"There are many views on matter {number}.",
        "alternative_kind": study.design,
        "foil_persona": another_persona(persona) if is_foil else None,
        "topic": "family" if number % 2 else "work",
        "position": number,
        "reference_first": Response.REVISED if number % 2 else Response.ALTERNATIVE,
    }
    return Question.objects.create(study=study, persona=persona, **{**texts, **fields})


def another_persona(persona: Persona) -> Persona:
    others = persona.persona_set.personas.exclude(pk=persona.pk)
    return others.filter(position__gt=persona.position).first() or others.first()


# --- Participants ----------------------------------------------------------------------------------
def prolific_id(number: int) -> str:
    """A 24-hex id; the same number is the same person."""
    return f"5f{number:022x}"


def make_entry(number: int = 1) -> Entry:
    return Entry(prolific_id=prolific_id(number), prolific_study_id="a" * 24, submission_id=f"6a{number:022x}")


def arrive(study: Study, number: int = 1, *, is_rehearsal: bool = False) -> Assignment:
    """Participant ``number`` follows the link; fails where the study turns them away."""
    arrival = seating.arrive(study=study, entry=make_entry(number), is_rehearsal=is_rehearsal)
    assert arrival.assignment is not None, f"turned away: {arrival.refusal}"
    return arrival.assignment


def walk_to_questions(assignment: Assignment) -> Assignment:
    """Through consent, instructions, the comprehension check and the persona."""
    participation.give_consent(assignment=assignment)
    participation.read_instructions(assignment=assignment)
    right = [item["right"] for item in assignment.study.comprehension]
    if right:
        participation.answer_check(assignment=assignment, answers=right)
    if assignment.study.has_practice:
        participation.finish_practice(assignment=assignment, length=80)
    participation.meet_persona(assignment=assignment)
    return assignment


def answer(assignment: Assignment, position: int, choice: str = Response.REVISED, text: str = REASON) -> Annotation:
    side = participation.side_of(assignment.screens.get(position=position), choice)
    recorded = participation.record_annotation(assignment=assignment, position=position, side=side, justification=text)
    return recorded.annotation


def answer_all(assignment: Assignment, choice: str = Response.REVISED, *, up_to: int | None = None) -> Assignment:
    """The same choice on every screen, or on the first ``up_to``."""
    for position in range(1, (up_to or assignment.screens.count()) + 1):
        answer(assignment, position, choice)
    return assignment


def finish(assignment: Assignment, comment: str = "") -> Assignment:
    participation.finish(assignment=assignment, comment=comment)
    return assignment


def finished(study: Study, number: int = 1, choice: str = Response.REVISED, *, is_rehearsal: bool = False):
    """Participant ``number`` from arrival to code."""
    assignment = walk_to_questions(arrive(study, number, is_rehearsal=is_rehearsal))
    return finish(answer_all(assignment, choice))


def run_out_of_time(assignment: Assignment) -> Assignment:
    """The deadline passes and the seat is swept free."""
    Assignment.objects.filter(pk=assignment.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    ledger.release_expired(assignment.study)
    assignment.refresh_from_db()
    return assignment


class Cast(NamedTuple):
    """Ada finished, Ben is half way, Cleo finished and was excluded."""

    ada: Assignment
    ben: Assignment
    cleo: Assignment


def make_cast(study: Study, *, by=None) -> Cast:
    ada = finished(study, 1)
    ben = walk_to_questions(arrive(study, 2))
    answer_all(ben, up_to=max(ben.screens.count() // 2, 1))
    cleo = finished(study, 3, Response.ALTERNATIVE)
    ledger.exclude(cleo, reason="Pasted the same reason ten times.", by=by)
    assert cleo.state == AssignmentState.EXCLUDED
    return Cast(ada, ben, cleo)


# --- Models ----------------------------------------------------------------------------------------
def make_model(study: Study, name: str = "a model", choice: str = Response.REVISED, *, run: int = 1) -> Rater:
    """A model annotator with one choice on every drawn question."""
    rater, _ = Rater.objects.get_or_create(
        study=study, kind=RaterKind.MODEL, name=name, defaults={"pseudonym": defaults.new_pseudonym()}
    )
    now = timezone.now()
    Annotation.objects.bulk_create(
        Annotation(rater=rater, question=question, run=run, choice=choice, created_at=now, saved_at=now)
        for question in study.questions.drawn()
    )
    return rater
