"""The OpenAI-compatible format: a request as it is sent, and a reply as it comes back. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from llm.abilities import Abilities, Dialect
from llm.chat import ChatRequest, Constraint, JsonObject, OneOf, Reply, Token, Usage
from llm.errors import CallFailed, Failure

TOKENS_KEPT = 24
"""Log probabilities are kept for the first tokens of a reply, where the choice is."""
ONE_OF = "answer"


def body_of(model: str, request: ChatRequest, abilities: Abilities) -> dict[str, Any]:
    """The request's JSON body."""
    sampling = request.sampling
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
    }
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.top_logprobs and abilities.logprobs:
        body |= {"logprobs": True, "top_logprobs": sampling.top_logprobs}
    return body | constraint_in_dialect(request.constraint, abilities)


def constraint_in_dialect(constraint: Constraint | None, abilities: Abilities) -> dict[str, Any]:
    """The fields that make this server obey; none where it obeys nothing (the reply is then read strictly)."""
    if isinstance(constraint, OneOf):
        if abilities.one_of == Dialect.CHOICE:
            return {"structured_outputs": {"choice": list(constraint.values)}}
        if abilities.one_of == Dialect.GRAMMAR:
            return {"grammar": grammar_of(constraint)}
        if abilities.one_of == Dialect.JSON_SCHEMA:
            return json_schema(JsonObject(ONE_OF, schema_of(constraint)))
    if isinstance(constraint, JsonObject) and abilities.json_object == Dialect.JSON_SCHEMA:
        return json_schema(constraint)
    return {}


def grammar_of(constraint: OneOf) -> str:
    """Llama.cpp's notation.

    >>> grammar_of(OneOf(("A", "B")))
    'root ::= "A" | "B"'
    """
    return "root ::= " + " | ".join(json.dumps(value, ensure_ascii=False) for value in constraint.values)


def schema_of(constraint: OneOf) -> dict[str, Any]:
    one = {"type": "string", "enum": list(constraint.values)}
    return {"type": "object", "properties": {ONE_OF: one}, "required": [ONE_OF], "additionalProperties": False}


def json_schema(constraint: JsonObject) -> dict[str, Any]:
    described = {"name": constraint.name, "strict": True, "schema": constraint.schema}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


# --- Replies ---------------------------------------------------------------------------------------
def reply_in(payload: object, request: ChatRequest, abilities: Abilities) -> Reply:
    """Read a completion. Raises ``CallFailed`` where it is not one."""
    try:
        choice = payload["choices"][0]  # type: ignore[index]
        text = choice["message"]["content"]
        finish_reason = choice.get("finish_reason") or ""
        model = payload.get("model") or ""  # type: ignore[attr-defined]
    except (KeyError, IndexError, TypeError, AttributeError):
        raise CallFailed(Failure.MALFORMED, "The reply has no choices[0].message.content.") from None
    if not isinstance(text, str) or not isinstance(finish_reason, str) or not isinstance(model, str):
        raise CallFailed(Failure.MALFORMED, "The reply's content is not text.")
    if "\x00" in text:
        raise CallFailed(Failure.MALFORMED, "The reply contains a null character.")
    if isinstance(request.constraint, OneOf) and abilities.one_of == Dialect.JSON_SCHEMA:
        text = unwrapped(text)
    return Reply(text, finish_reason, usage_in(payload), tokens_in(choice), model)


def unwrapped(text: str) -> str:
    """The value of {"answer": value}; other text as it is."""
    try:
        return str(json.loads(text)[ONE_OF])
    except (ValueError, KeyError, TypeError):
        return text


def usage_in(payload: Any) -> Usage:
    usage = payload.get("usage")
    if not isinstance(usage, Mapping):
        return Usage()
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    return Usage(*(count if type(count) is int and count >= 0 else None for count in counts))


def tokens_in(choice: Mapping[str, Any]) -> tuple[Token, ...]:
    content = (choice.get("logprobs") or {}).get("content") or []
    try:
        return tuple(
            Token(
                entry["token"],
                float(entry["logprob"]),
                tuple((one["token"], float(one["logprob"])) for one in entry.get("top_logprobs") or ()),
            )
            for entry in content[:TOKENS_KEPT]
        )
    except (KeyError, TypeError, ValueError):
        return ()
