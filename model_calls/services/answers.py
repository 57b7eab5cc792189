"""The cache of answers: read by keys, written with what was made of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from llm.batch import SentLine
from llm.chat import ChatModel, ChatRequest, Reply, Token, Usage
from llm.endpoints import Endpoint
from llm.errors import CallFailed
from llm.keys import canonical
from model_calls.models import StoredAnswer

KEYS_AT_ONCE = 500


@dataclass(frozen=True)
class Asked:
    """A request and what came of it: a reply, or why there is none."""

    index: int
    request: ChatRequest
    key: str
    reply: Reply | None = None
    error: CallFailed | None = None
    was_stored: bool = False
    """The reply was in the cache: nothing was sent and nothing is paid."""


def stored_replies(keys: Iterable[str]) -> dict[str, Reply]:
    """The replies that are in the cache, by key."""
    wanted, found = list(dict.fromkeys(keys)), {}
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        rows = StoredAnswer.objects.filter(pk__in=wanted[start : start + KEYS_AT_ONCE]).defer("request")
        found.update({row.pk: reply_of(row) for row in rows})
    return found


def reply_of(row: StoredAnswer) -> Reply:
    tokens = (
        Token(text, logprob, tuple((other, chance) for other, chance in alternatives))
        for text, logprob, alternatives in row.details.get("tokens", ())
    )
    return Reply(
        text=row.text,
        finish_reason=row.details.get("finish_reason", ""),
        usage=Usage(row.input_tokens, row.output_tokens),
        tokens=tuple(tokens),
        model=row.details.get("model", ""),
    )


def keep_answers(model: ChatModel, asked: Iterable[Asked]) -> None:
    """Store the new replies; call it in the transaction that writes what was made of them.

    Sorted by key, so that two workers do not lock each other out; a reply that is there stays as it is.
    """
    new = {one.key: one for one in asked if one.reply and not one.was_stored}
    rows = [row_of(model, new[key]) for key in sorted(new)]
    StoredAnswer.objects.bulk_create(rows, ignore_conflicts=True)


def keep_sent(endpoint: Endpoint, replies: Iterable[tuple[SentLine, Reply]]) -> None:
    """Store the replies of a batch. Inside a transaction."""
    rows = [
        new_row(line.key, endpoint.name, "batch", endpoint.address, line.body, line.sample, reply)
        for line, reply in sorted(replies, key=lambda pair: pair[0].key)
    ]
    StoredAnswer.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def row_of(model: ChatModel, asked: Asked) -> StoredAnswer:
    assert asked.reply is not None
    request = asked.request
    body = model.body(request)
    return new_row(asked.key, model.name, request.purpose, model.address(), body, request.sample, asked.reply)


def new_row(key: str, endpoint: str, purpose: str, address: str, body: dict, sample: int, reply: Reply) -> StoredAnswer:
    sent = {"address": address, "body": body, "sample": sample}
    details = {"finish_reason": reply.finish_reason, "model": reply.model}
    if reply.tokens:
        details["tokens"] = [list(asdict(token).values()) for token in reply.tokens]
    return StoredAnswer(
        key=key,
        endpoint=endpoint,
        purpose=purpose,
        sample=sample,
        request=zlib.compress(canonical(sent).encode()),
        text=reply.text,
        details=details,
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
    )
