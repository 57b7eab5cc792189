"""The key under which a reply is stored: a hash of everything that can change it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from llm.chat import ChatModel, ChatRequest

VERSION = 1


def canonical(value: Any) -> str:
    """JSON that is the same for equal values: sorted names, no spaces, no escapes.

    >>> canonical({"b": 1, "a": ["é", 0.5]})
    '{"a":["é",0.5],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def answer_key(model: ChatModel, request: ChatRequest) -> str:
    """SHA-256 over the address, the body as sent (model, messages, sampling, constraint) and the sample's number."""
    return key_of(model.address(), model.body(request), request.sample)


def key_of(address: str, body: dict[str, Any], sample: int) -> str:
    content = {"version": VERSION, "address": address, "body": body, "sample": sample}
    return hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()
