"""Ask a model many things: what is in the cache at once, the rest in batches as the replies come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from jobs.models import Chunk
from llm.chat import ChatModel, ChatRequest, Reply
from llm.errors import CallFailed
from llm.keys import answer_key
from llm.many import replies
from model_calls.services.answers import Asked, keep_answers, stored_replies

BATCH = 25
BATCH_SECONDS = 0.25


def answer_chunk(
    chunk: Chunk, model: ChatModel, requests: Sequence[ChatRequest], save: Callable[[list[Asked]], None]
) -> None:
    """Ask everything and let ``save`` write its rows in the transaction that stores the replies.

    ``save`` gets every request once, failed ones too. Raises what ``chunk.report`` raises (pause, cancel, another
    worker); what was saved by then is neither asked nor paid again.
    """
    for batch in ask(model, requests, tick=chunk.report):
        with chunk.writing(done=chunk.done + sum(one.reply is not None for one in batch)):
            keep_answers(model, batch)
            save(batch)


def ask(
    model: ChatModel, requests: Sequence[ChatRequest], tick: Callable[[], None] = lambda: None
) -> Iterator[list[Asked]]:
    """Batches of answers, the stored ones first; the caller keeps them. ``tick`` is called four times a second."""
    keys = [answer_key(model, request) for request in requests]
    stored = stored_replies(keys)
    known = [
        Asked(index, request, key, stored[key], was_stored=True)
        for index, (request, key) in enumerate(zip(requests, keys, strict=True))
        if key in stored
    ]
    for start in range(0, len(known), BATCH):
        tick()
        yield known[start : start + BATCH]
    yield from _ask_new(model, requests, keys, [index for index, key in enumerate(keys) if key not in stored], tick)


def _ask_new(
    model: ChatModel, requests: Sequence[ChatRequest], keys: list[str], new: list[int], tick: Callable[[], None]
) -> Iterator[list[Asked]]:
    batch: list[Asked] = []
    since = time.monotonic()
    for outcome in replies(model, [requests[index] for index in new]):
        if outcome is not None:
            place, answer = outcome
            batch.append(_asked(new[place], requests, keys, answer))
        if batch and (len(batch) >= BATCH or time.monotonic() - since >= BATCH_SECONDS):
            yield batch
            batch, since = [], time.monotonic()
        tick()
    if batch:
        yield batch


def _asked(index: int, requests: Sequence[ChatRequest], keys: list[str], answer: Reply | CallFailed) -> Asked:
    if isinstance(answer, CallFailed):
        return Asked(index, requests[index], keys[index], error=answer)
    return Asked(index, requests[index], keys[index], answer)
