"""An assignment as a researcher reads it: every answer on the screen the rater saw, in the rater's order."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.flow import AssignmentState, may_move
from annotation.models import Annotation, Assignment, Question, Response, Screen
from annotation.services.participation import side_of
from annotation.sides import in_order

S = AssignmentState


@dataclass(frozen=True)
class Side:
    """One of the two answers, where this rater saw it."""

    letter: str
    content: str
    """revised, baseline or foil: what the rater was not told."""
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Version:
    """An earlier content of an answer."""

    number: int
    letter: str
    justification: str
    saved_at: object


@dataclass(frozen=True)
class ScreenRecord:
    screen: Screen
    question: Question
    sides: list[Side]
    annotation: Annotation | None
    visible_seconds: int
    active_seconds: int
    first_letter: str
    draft_letter: str
    earlier: list[Version]
    check: str
    """For attention checks: passed, missed or not answered; else empty."""


def screen_records(assignment: Assignment) -> list[ScreenRecord]:
    screens = assignment.screens.select_related("question__foil_persona").order_by("position")
    answers = Annotation.objects.filter(rater=assignment.rater_id).prefetch_related("revisions")
    by_question = {answer.question_id: answer for answer in answers}
    return [_record(screen, by_question.get(screen.question_id)) for screen in screens]


def _record(screen: Screen, annotation: Annotation | None) -> ScreenRecord:
    choice = annotation.choice if annotation else ""
    return ScreenRecord(
        screen=screen,
        question=screen.question,
        sides=[_side(screen, response, choice) for response in in_order(screen.shown_first)],
        annotation=annotation,
        visible_seconds=round(annotation.visible_ms / 1000) if annotation else 0,
        active_seconds=round(annotation.active_ms / 1000) if annotation else 0,
        first_letter=side_of(screen, annotation.first_choice) if annotation else "",
        draft_letter=side_of(screen, screen.draft_choice),
        earlier=_earlier(screen, annotation),
        check=_check(screen.question, choice),
    )


def _side(screen: Screen, response: str, choice: str) -> Side:
    question = screen.question
    is_revised = response == Response.REVISED
    return Side(
        letter=side_of(screen, response),
        content="revised" if is_revised else alternative_in_words(question),
        text=question.revised if is_revised else question.alternative,
        is_chosen=response == choice,
    )


def alternative_in_words(question: Question) -> str:
    """ "baseline", or "foil: the revision for persona-07" """
    if question.foil_persona:
        return f"foil: the revision for {question.foil_persona.key}"
    return question.alternative_kind


def _earlier(screen: Screen, annotation: Annotation | None) -> list[Version]:
    if annotation is None:
        return []
    return [
        Version(revision.version, side_of(screen, revision.choice), revision.justification, revision.saved_at)
        for revision in annotation.revisions.all()
    ]


def _check(question: Question, choice: str) -> str:
    if not question.is_attention_check:
        return ""
    if not choice:
        return "not answered"
    return "passed" if choice == question.right_answer else "missed"


def possible_actions(assignment: Assignment) -> list[str]:
    """What a researcher may do now: release, exclude, reopen."""
    state = S(assignment.state)
    actions = []
    if state is S.LIVE:
        actions.append("release")
    if may_move(state, S.EXCLUDED):
        actions.append("exclude")
    can_finish = assignment.completed_at or not assignment.rater.erased_at
    if state in {S.RELEASED, S.EXCLUDED, S.SURPLUS, S.DECLINED, S.SCREENED_OUT} and can_finish:
        actions.append("reopen")
    return actions
