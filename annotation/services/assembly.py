"""Putting a study together and moving it between draft, open, paused and closed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from annotation import defaults, design
from annotation.models import (
    CompletionCode,
    Outcome,
    Response,
    Seat,
    Study,
    StudyEvent,
    StudyState,
)
from annotation.study_fields import COPIED
from personas.models import Persona

BATCH = 900  # SQLite takes 999 values in a statement


class StudyFrozen(Exception):
    """A seat has been taken: what would change the data stays as it is."""


class StudyNotReady(Exception):
    """The study cannot open; ``problems`` says why, one sentence each."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def create_study(*, slug: str, name: str, by=None, **settings) -> Study:
    """A draft with a completion code for every outcome, and its creator among its researchers."""
    study = Study.objects.create(slug=slug, name=name, created_by=by, **settings)
    if by is not None:
        study.researchers.add(by)
    CompletionCode.objects.bulk_create(
        CompletionCode(study=study, outcome=outcome, code=defaults.new_completion_code()) for outcome in Outcome.values
    )
    StudyEvent.objects.create(study=study, by=by, what="created")
    return study


OF_THE_EXAMPLE = ("run_by", "contact", "payment", "bonus_amount", "bonus_rule", "retention")
"""What the consent page of an example says of itself; nobody's own study may say it."""


def consent_to_write(study: Study) -> dict[str, str]:
    """What a study made from this one has to say anew."""
    return dict.fromkeys(OF_THE_EXAMPLE, "") if study.is_example else {}


@transaction.atomic
def create_study_like(study: Study, *, slug: str, name: str, by=None, **settings) -> Study:
    """A draft with the settings, personas and researchers of another study; its questions and people stay there."""
    copied = [Study._meta.get_field(name) for name in COPIED]
    values = {field.name: getattr(study, field.name) for field in copied if not field.many_to_many}
    draft = create_study(slug=slug, name=name, by=by, **values | consent_to_write(study) | settings)
    for field in copied:
        if field.many_to_many:
            getattr(draft, field.name).add(*getattr(study, field.name).all())
    return draft


@transaction.atomic
def settle_questions(*, study: Study) -> None:
    """Draw what raters see, and each question's reference order, from the study's seed."""
    refuse_if_frozen(study)
    pool = study.questions.countable().order_by("persona__position", "position").values_list("persona__key", "pk")
    settled: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for persona, rows in groupby(pool, key=lambda row: row[0]):
        for question, *draw in _settle_persona(study, persona, [pk for _, pk in rows]):
            settled[tuple(draw)].append(question)
    for (is_drawn, reference_first), questions in settled.items():
        # Four values in all, so an update for each is far quicker than one for each question.
        for start in range(0, len(questions), BATCH):
            batch = study.questions.filter(pk__in=questions[start : start + BATCH])
            batch.update(is_drawn=is_drawn, reference_first=reference_first)


def _settle_persona(study: Study, persona: str, pool: list[int]) -> Iterator[tuple[int, bool, str]]:
    """(question, is drawn, response that the reference coding puts first) for each question of a persona."""
    drawn = design.draw(pool, study.questions_per_rater, seed=study.seed, what=persona)
    taken = set(drawn)
    rest = [question for question in pool if question not in taken]
    sides = design.reference_order(len(drawn), seed=study.seed, persona=persona)
    sides += design.reference_order(len(rest), seed=study.seed, persona=f"{persona}:rest")
    for place, (question, revised_first) in enumerate(zip(drawn + rest, sides, strict=True)):
        yield question, place < len(drawn), Response.REVISED if revised_first else Response.ALTERNATIVE


def refuse_if_frozen(study: Study) -> None:
    if study.is_frozen:
        raise StudyFrozen(
            "A seat in this study has been taken, so its personas, questions and design can no longer change."
        )


@transaction.atomic
def choose_personas(*, study: Study, personas, by=None) -> None:
    """Say which personas of the set take part."""
    refuse_if_frozen(study)
    study.personas.set(personas)


def readiness_problems(study: Study) -> list[str]:
    """Why the study cannot open, as sentences for the person who wants to open it; empty = ready."""
    problems = design_problems(study)
    if study.personas.exists() and not study.is_frozen:
        problems += consent_problems(study)
    if study.state == StudyState.DRAFT and is_rehearsed(study):
        problems.append(HAS_REHEARSAL)
    return problems


HAS_REHEARSAL = "Simulated raters have its seats. Wipe the rehearsal first."


def is_rehearsed(study: Study) -> bool:
    """Whether simulated raters are in it now."""
    return study.raters.filter(is_rehearsal=True).exists()


def design_problems(study: Study) -> list[str]:
    """What keeps even simulated raters from walking through the study."""
    personas = list(study.personas.all())
    if not personas:
        return [NO_PERSONA]
    return [*question_problems(study, personas), *code_problems(study), *check_problems(study, personas)]


NO_PERSONA = "No persona has been chosen yet."


def question_problems(study: Study, personas: list[Persona]) -> list[str]:
    counts = Counter(study.questions.drawn().values_list("persona_id", flat=True))
    short = [persona.key for persona in personas if counts[persona.pk] < study.questions_per_rater]
    if not short:
        return []
    return [
        f"{len(short)} of {len(personas)} personas have fewer than {study.questions_per_rater} questions "
        f"(first: {', '.join(short[:3])}). Import more, ask fewer questions per rater, or leave these personas out."
    ]


def code_problems(study: Study) -> list[str]:
    return [] if study.code_for(Outcome.COMPLETED) else ["There is no completion code for finished raters."]


def check_problems(study: Study, personas: list[Persona]) -> list[str]:
    places = len(study.attention_after)
    if not places or study.questions.attention_checks().filter(persona__in=personas).count() >= places * len(personas):
        return []
    return [
        f"The settings ask for {places} attention checks, but not every persona has that many. "
        "Import more with the questions, or ask for fewer."
    ]


CONSENT_FIELDS = {
    "run_by": "who runs the study",
    "contact": "whom participants can contact",
    "payment": "what they are paid",
    "minutes": "how many minutes it takes",
    "retention": "how long the data are kept",
    "leaving": "what stopping before the end means",
}


def consent_problems(study: Study) -> list[str]:
    """What the first page does not tell participants yet."""
    missing = [words for name, words in CONSENT_FIELDS.items() if not getattr(study, name)]
    if not missing:
        return []
    return [f"The consent page does not say {'; '.join(missing)}. Fill this in under Settings."]


@transaction.atomic
def open_study(*, study: Study, by=None, wipes_rehearsal: bool = False) -> None:
    """Take participants: from a draft this makes the seats, later it lifts a pause."""
    study = Study.objects.select_for_update().get(pk=study.pk)
    if wipes_rehearsal and study.state == StudyState.DRAFT and is_rehearsed(study):
        wipe_rehearsal(study=study, by=by)
    if study.archived_at:
        raise StudyNotReady(["The study is archived. Take it out of the archive first."])
    problems = readiness_problems(study)
    if problems:
        raise StudyNotReady(problems)
    if not study.is_frozen:
        make_seats(study)
    _set_state(study, StudyState.OPEN, by=by, what="opened")


def make_seats(study: Study) -> None:
    """Make the seats anew from the personas and K; only while none is taken."""
    refuse_if_frozen(study)
    study.seats.all().delete()
    personas = list(study.personas.order_by("position").values_list("pk", flat=True))
    ranked = design.seat_ranks(personas, study.raters_per_persona, seed=study.seed)
    Seat.objects.bulk_create(
        Seat(study=study, persona_id=persona_id, number=number, rank=rank)
        for rank, (persona_id, number) in enumerate(ranked)
    )


@transaction.atomic
def pause_study(*, study: Study, by=None, what: str = "paused") -> None:
    """Turn new arrivals away for now; whoever has a seat goes on."""
    _leave_open(study, StudyState.PAUSED, by, what)


@transaction.atomic
def close_study(*, study: Study, by=None) -> None:
    """Take no more participants; whoever has a seat may finish."""
    _leave_open(study, StudyState.CLOSED, by, "closed")


def _leave_open(study: Study, state: str, by, what: str) -> None:
    if study.state == StudyState.DRAFT:
        raise StudyNotReady(["A draft takes no participants, so there is nothing to stop."])
    _set_state(study, state, by=by, what=what)


def _set_state(study: Study, state: str, *, by, what: str) -> None:
    if study.state == state:
        return
    study.state = state
    study.opened_at = study.opened_at or timezone.now()
    study.save(update_fields=["state", "opened_at"])
    StudyEvent.objects.create(study=study, by=by, what=what)


@transaction.atomic
def prepare_rehearsal(*, study: Study, by=None) -> None:
    """Make the seats of a draft, for simulated raters; those of an earlier rehearsal are wiped."""
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.raters.filter(is_rehearsal=True).exists():
        wipe_rehearsal(study=study, by=by)
    if study.state == StudyState.DRAFT:
        make_seats(study)


@transaction.atomic
def wipe_rehearsal(*, study: Study, by=None) -> int:
    """Delete all that rehearsals made in this study; returns how many raters that was."""
    rehearsed = study.raters.filter(is_rehearsal=True)
    count = rehearsed.count()
    rehearsed.delete()
    StudyEvent.objects.create(study=study, by=by, what="rehearsal wiped", detail={"raters": count})
    return count
