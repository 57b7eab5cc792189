"""What a trial of a model annotator showed: the prompts, the answers, and what the whole run would cost."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.models import ModelAnswer
from annotation.services.model_annotators import TRIAL, AnnotatingRefused
from annotation.services.model_costs import calls_and_cost, chosen_in
from jobs.models import Run
from model_calls.endpoints import UnknownEndpoint


@dataclass(frozen=True)
class Exchange:
    """A prompt as it was sent, and the reply as it came."""

    answer: ModelAnswer
    turns: list[tuple[str, str]]
    reply: str


@dataclass(frozen=True)
class Trial:
    exchanges: list[Exchange]
    calls: int = 0
    cost: str = ""
    refusal: str = ""
    """Why the whole run cannot be started."""


def trial_of(run: Run) -> Trial | None:
    """None where the run is no trial, or has not ended yet."""
    if run.kind != TRIAL or not run.has_ended:
        return None
    exchanges = [exchange_of(answer) for answer in answers_of(run)]
    try:
        calls, cost = calls_and_cost(run.study, chosen_in(run))
    except (AnnotatingRefused, UnknownEndpoint) as error:
        return Trial(exchanges, refusal=str(error))
    return Trial(exchanges, calls, cost)


def answers_of(run: Run):
    answers = ModelAnswer.objects.filter(run=run).select_related("question__persona", "reply")
    return answers.order_by("question__persona__position", "question_id", "sample", "order")


def exchange_of(answer: ModelAnswer) -> Exchange:
    messages = answer.reply.sent["body"]["messages"]
    return Exchange(answer, [(turn["role"], turn["content"]) for turn in messages], answer.reply.text)
