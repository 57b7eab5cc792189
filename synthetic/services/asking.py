"""Ask a model many things and read each answer; an answer that cannot be read is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from jobs.kinds import ItemErrors
from jobs.models import Chunk
from llm.chat import ChatModel, ChatRequest
from llm.endpoints import FAKE
from llm.errors import CallFailed, Failure
from llm.scripted import ScriptedModel
from model_calls.endpoints import model_named
from model_calls.services.answers import Asked, keep_answers
from model_calls.services.asking import ask
from synthetic.asking.reading import Unreadable
from synthetic.asking.scripts import SCRIPTS

T = TypeVar("T")
TRIES = 3
SCRIPT_BATCH = 200


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What was read from the answer to a request, or why there is nothing."""

    index: int
    value: T | None = None
    failure: str = ""
    detail: str = ""


def model_for(name: str) -> ChatModel:
    """The deployment's model of this name; ``fake`` replies to our steps by a script. Raises UnknownEndpoint."""
    return ScriptedModel(SCRIPTS) if name == FAKE else model_named(name)


def ask_each(
    chunk: Chunk,
    model: ChatModel,
    requests: Sequence[ChatRequest],
    read: Callable[[int, str], T],
    save: Callable[[list[Answer[T]]], None],
    *,
    in_cache: bool = True,
) -> None:
    """Ask everything; ``read`` takes a request's index and the reply's text, ``save`` gets every request once.

    ``save`` runs in the transaction that stores the replies, so neither is there without the other. Replies of the
    scripted model need no cache where ``save`` stores what they say: it repeats itself.
    """
    asking = ask if in_cache else ask_script
    waiting = list(enumerate(requests))
    for attempt in range(1, TRIES + 1):
        again: list[tuple[int, ChatRequest]] = []
        for batch in asking(model, [request for _, request in waiting], tick=chunk.report):
            answers = [answer_to(waiting[asked.index][0], asked, read) for asked in batch]
            kept = []
            for answer, asked in zip(answers, batch, strict=True):
                if answer.failure == Failure.UNREADABLE and attempt < TRIES:
                    again.append((answer.index, replace(asked.request, sample=asked.request.sample + 1)))
                else:
                    kept.append(answer)
            with chunk.writing():
                if in_cache:
                    keep_answers(model, batch)
                save(kept)
        waiting = again
        if not waiting:
            return


def ask_script(model: ChatModel, requests: Sequence[ChatRequest], tick: Callable[[], None]) -> Iterator[list[Asked]]:
    """The scripted model's replies, without cache and event loop."""
    assert isinstance(model, ScriptedModel)
    for start in range(0, len(requests), SCRIPT_BATCH):
        tick()
        batch = enumerate(requests[start : start + SCRIPT_BATCH], start)
        yield [asked_of_script(model, index, request) for index, request in batch]


def asked_of_script(model: ScriptedModel, index: int, request: ChatRequest) -> Asked:
    try:
        return Asked(index, request, "", model.answer(request))
    except CallFailed as error:
        return Asked(index, request, "", error=error)


def answer_to(index: int, asked: Asked, read: Callable[[int, str], T]) -> Answer[T]:
    if asked.reply is None:
        assert asked.error is not None
        return Answer(index, failure=asked.error.failure, detail=asked.error.detail)
    try:
        return Answer(index, read(index, asked.reply.text))
    except Unreadable as error:
        return Answer(index, failure=Failure.UNREADABLE, detail=str(error))


class Failures:
    """Counts what failed in a chunk, by kind with an example of each."""

    def __init__(self) -> None:
        self.examples: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def add(self, kind: str, example: str) -> None:
        self.examples.setdefault(kind, example)
        self.counts[kind] = self.counts.get(kind, 0) + 1

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def errors(self) -> tuple[ItemErrors, ...]:
        return tuple(ItemErrors(kind, self.examples[kind], count) for kind, count in self.counts.items())
