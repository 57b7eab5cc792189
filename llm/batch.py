"""Files for a provider's batch interface: the requests as lines of JSON, and the replies that come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llm.abilities import Abilities
from llm.chat import ChatModel, ChatRequest, OneOf, Reply
from llm.errors import CallFailed
from llm.keys import answer_key, key_of
from llm.wire import ONE_OF, reply_in

URL = "/v1/chat/completions"


class WrongBatch(ValueError):
    """A line is not what it should be; the text says which and why."""


@dataclass(frozen=True)
class SentLine:
    """A request of the file: the key of its answer, the sample's number and the body."""

    key: str
    sample: int
    body: dict[str, Any]


def lines_for(model: ChatModel, requests: Iterable[ChatRequest]) -> Iterator[str]:
    """One line for each request; its ``custom_id`` is the cache's key with the sample's number."""
    for request in requests:
        custom_id = f"{answer_key(model, request)}-{request.sample}"
        yield json.dumps(
            {"custom_id": custom_id, "method": "POST", "url": URL, "body": model.body(request)}, ensure_ascii=False
        )


def sent_in(lines: Iterable[str], address: str) -> dict[str, SentLine]:
    """The requests of a file by key. Raises ``WrongBatch`` where a body is not the one of its key."""
    found = {}
    for number, line in enumerate(lines, start=1):
        entry = object_of(line, number)
        key, _, sample = str(entry.get("custom_id", "")).partition("-")
        body = entry.get("body")
        if not isinstance(body, dict) or not sample.isdecimal() or key_of(address, body, int(sample)) != key:
            raise WrongBatch(f"Line {number} of the requests was changed, or written for another endpoint.")
        found[key] = SentLine(key, int(sample), body)
    return found


def replies_in(
    lines: Iterable[str], sent: Mapping[str, SentLine], abilities: Abilities
) -> Iterator[tuple[SentLine, Reply | CallFailed | str]]:
    """Each line's request and its reply, or why there is none. Raises ``WrongBatch`` for a request nobody sent."""
    for number, line in enumerate(lines, start=1):
        entry = object_of(line, number)
        asked = sent.get(str(entry.get("custom_id", "")).partition("-")[0])
        if asked is None:
            raise WrongBatch(f"Line {number} of the replies answers a request that is not in the file of requests.")
        yield asked, reply_of(entry, asked, abilities)


def reply_of(entry: Mapping[str, Any], asked: SentLine, abilities: Abilities) -> Reply | CallFailed | str:
    response = entry.get("response")
    if not isinstance(response, dict) or response.get("status_code") != 200:
        return "The provider returned an error for this request."
    try:
        return reply_in(response.get("body"), ChatRequest((), constraint=constraint_of(asked.body)), abilities)
    except CallFailed as failed:
        return failed


def constraint_of(body: Mapping[str, Any]) -> OneOf | None:
    """A choice that was wrapped in an object, so that its reply is unwrapped again."""
    schema = body.get("response_format", {}).get("json_schema", {})
    if schema.get("name") != ONE_OF:
        return None
    return OneOf(tuple(schema["schema"]["properties"][ONE_OF]["enum"]))


def object_of(line: str, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        raise WrongBatch(f"Line {number} is not JSON.") from None
    if not isinstance(entry, dict):
        raise WrongBatch(f"Line {number} is not an object.")
    return entry
