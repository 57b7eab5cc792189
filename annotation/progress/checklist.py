"""What it takes to open a study, step by step: what is done, what is missing, and where to do it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from annotation.models import Outcome, Study, StudyState
from annotation.services import assembly


@dataclass(frozen=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True)
class Step:
    """One step; ``missing`` is empty where it is done, or where nothing obliges one to do it."""

    heading: str
    said: str
    links: list[Link]
    missing: list[str] = field(default_factory=list)
    is_optional: bool = False

    @property
    def state(self) -> str:
        return "missing" if self.missing else "optional" if self.is_optional else "done"


def checklist(study: Study) -> list[Step]:
    """The steps in the order in which one takes them."""
    steps = [_personas, _questions, _texts, _consent, _checks, _codes, _plan, _preview, _rehearsal]
    return [step(study) for step in steps]


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _link(study: Study, words: str, name: str) -> Link:
    return Link(words, reverse(name, args=[study.slug]))


def _personas(study: Study) -> Step:
    chosen = study.personas.count()
    links = [_link(study, "Choose the personas", "study-personas"), Link("Import personas", reverse("persona-import"))]
    said = f"{counted(chosen, 'persona')} of {study.persona_set}." if chosen else ""
    return Step("Personas", said, links, [] if chosen else [assembly.NO_PERSONA])


def _questions(study: Study) -> Step:
    personas = list(study.personas.all())
    number = study.questions.countable().count()
    links = [_link(study, "Import questions", "question-import"), _link(study, "Read the questions", "question-list")]
    missing = assembly.question_problems(study, personas)
    if not number:
        missing = ["No questions have been imported yet."]
    return Step(
        "Questions", f"{counted(number, 'question')}, {study.questions_per_rater} for each rater.", links, missing
    )


def _texts(study: Study) -> Step:
    missing = [f"The {name} text is empty." for name in ("consent", "instructions") if not getattr(study, name).strip()]
    said = f"Participants read it as “{study.public_title}”."
    return Step("Consent text and instructions", said, [_link(study, "Write the texts", "study-texts")], missing)


def _consent(study: Study) -> Step:
    missing = assembly.consent_problems(study)
    links = [
        _link(study, "Payment, minutes, retention", "study-texts"),
        _link(study, "Who runs it, contact", "study-times"),
    ]
    said = "" if missing else f"{study.run_by.rstrip('.')}; {study.payment} for about {study.minutes} minutes."
    return Step("What the consent page must say", said, links, missing)


def _checks(study: Study) -> Step:
    said = [
        counted(len(study.comprehension), "comprehension question"),
        counted(len(study.attention_after), "attention check"),
    ]
    said += ["a practice question" if study.has_practice else "no practice question"]
    links = [_link(study, "Comprehension check", "study-check"), _link(study, "Attention checks", "study-settings")]
    missing = assembly.check_problems(study, list(study.personas.all()))
    return Step("Checks", f"{', '.join(said)}.", links, missing)


def _codes(study: Study) -> Step:
    codes = study.completion_codes.count()
    said = f"{codes} of {len(Outcome)} ends have a completion code of their own."
    return Step("Completion codes", said, [_link(study, "Codes", "study-times")], assembly.code_problems(study))


def _plan(study: Study) -> Step:
    personas, raters = study.personas.count(), study.raters_per_persona
    said = f"{personas} × {raters} = {counted(personas * raters, 'seat')}, seed {study.seed}. "
    said += "Fixed: a seat has been taken." if study.is_frozen else "This is fixed once the first seat is taken."
    links = [_link(study, "Design", "study-settings"), _link(study, "Plan the size of the study", "agreement-plan")]
    return Step("Size and design", said, links, is_optional=True)


def _preview(study: Study) -> Step:
    links = [_link(study, "Preview on a phone and a desktop", "study-preview")]
    return Step("Preview", "Walk through it as a participant will, without a seat.", links, is_optional=True)


def _rehearsal(study: Study) -> Step:
    said = "Simulated raters walk through the real pages and fill the results, before anybody comes."
    if simulated := study.raters.filter(is_rehearsal=True).count():
        said = f"{counted(simulated, 'simulated rater')} in it; opening wipes them."
    links = [_link(study, "Rehearse", "rehearsal-start")] if study.state == StudyState.DRAFT else []
    return Step("Rehearsal", said, links, is_optional=True)


def opening_problems(study: Study) -> list[str]:
    """Why the study cannot open, when opening it wipes the rehearsal."""
    return [problem for problem in assembly.readiness_problems(study) if problem != assembly.HAS_REHEARSAL]
