"""A model that follows a script instead of thinking: for tests, and for trying everything out at no cost.

The same request always gets the same reply. Replies obey the constraint, carry log probabilities as llama.cpp gives
them (before the constraint) and count tokens. ``tests/llm/test_contract.py`` holds it to what a real server does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from llm.abilities import Abilities, Dialect
from llm.chat import ChatRequest, JsonObject, OneOf, Reply, Token, Usage
from llm.endpoints import FAKE
from llm.keys import key_of
from llm.wire import body_of

Script = Callable[[ChatRequest, Random], str | Mapping[str, Any]]
"""Returns the reply's text, or an object to be written as JSON; may raise ``CallFailed``."""

ABILITIES = Abilities(
    one_of=Dialect.GRAMMAR, json_object=Dialect.JSON_SCHEMA, seed=True, logprobs=True, reported_model="scripted"
)
WORDS = (
    "the people who live here would rather have a plain answer than a clever one because they know what they need "
    "and most of them say so when somebody asks about work money family health or the place where they grew up"
).split()
# Other tokens that a real model would like to begin with.
DISTRACTIONS = (("I", 0.2), ("The", 0.1), (" ", 0.05))
CHARACTERS_PER_TOKEN = 4


class ScriptedModel:
    """``scripts``: what to reply, by the request's purpose; for other purposes a reply is made up."""

    def __init__(self, scripts: Mapping[str, Script] | None = None, *, name: str = FAKE) -> None:
        self.name = name
        self.scripts = dict(scripts or {})
        self.requests: list[ChatRequest] = []

    def address(self) -> str:
        return f"scripted:{self.name}"

    def body(self, request: ChatRequest) -> dict[str, Any]:
        return body_of("scripted", request, ABILITIES)

    async def reply(self, request: ChatRequest) -> Reply:
        return self.answer(request)

    def answer(self, request: ChatRequest) -> Reply:
        self.requests.append(request)
        random = Random(key_of(self.address(), self.body(request), request.sample))
        script = self.scripts.get(request.purpose, made_up)
        given = script(request, random)
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        shortened = text[: request.sampling.max_tokens * CHARACTERS_PER_TOKEN]
        spoken = sum(len(message.content) for message in request.messages)
        return Reply(
            text=shortened,
            finish_reason="stop" if shortened == text else "length",
            usage=Usage(tokens_of(spoken), tokens_of(len(shortened))),
            tokens=tokens_for(shortened, request, random),
            model="scripted",
        )


def tokens_of(characters: int) -> int:
    return max(1, math.ceil(characters / CHARACTERS_PER_TOKEN))


# --- Made-up replies -------------------------------------------------------------------------------
def made_up(request: ChatRequest, random: Random) -> str | dict[str, Any]:
    """A reply that obeys the constraint and means nothing."""
    if isinstance(request.constraint, OneOf):
        return random.choice(request.constraint.values)
    if isinstance(request.constraint, JsonObject):
        made = instance_of(request.constraint.schema, random)
        return made if isinstance(made, dict) else json.dumps(made)
    return sentences(random)


def sentences(random: Random, count: int = 2) -> str:
    return " ".join(f"{' '.join(random.choices(WORDS, k=9)).capitalize()}." for _ in range(count))


def instance_of(schema: Mapping[str, Any], random: Random) -> Any:
    """A value that the schema allows."""
    if "enum" in schema:
        return random.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        return {name: instance_of(part, random) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        count = max(schema.get("minItems", 1), min(2, schema.get("maxItems", 2)))
        return [instance_of(schema.get("items", {"type": "string"}), random) for _ in range(count)]
    if kind in ("integer", "number"):
        return random.randint(math.ceil(schema.get("minimum", 0)), math.floor(schema.get("maximum", 100)))
    if kind == "boolean":
        return random.random() < 0.5
    return sentences(random, 1)[: schema.get("maxLength", 10_000)]


# --- Log probabilities -----------------------------------------------------------------------------
def tokens_for(text: str, request: ChatRequest, random: Random) -> tuple[Token, ...]:
    """The text in tokens; where one of a few words was to be chosen, with the chance of each."""
    if not request.sampling.top_logprobs:
        return ()
    words = choices_in(request)
    pieces = pieces_of(text, words)
    return tuple(token_for(piece, words, request.sampling.top_logprobs, random) for piece in pieces)


def choices_in(request: ChatRequest) -> tuple[str, ...]:
    if isinstance(request.constraint, OneOf):
        return request.constraint.values
    if isinstance(request.constraint, JsonObject):
        first: Mapping[str, Any] = next(iter(request.constraint.schema.get("properties", {}).values()), {})
        return tuple(map(str, first.get("enum", ())))
    return ()


def pieces_of(text: str, words: tuple[str, ...]) -> list[str]:
    """The text cut so that the first of the words in quotes, or the whole text, is a token of its own."""
    if text in words:
        return [text]
    for word in words:
        before, quoted, after = text.partition(f'"{word}"')
        if quoted:
            return [f'{before}"', word, f'"{after}'[:CHARACTERS_PER_TOKEN]]
    return [text[start : start + CHARACTERS_PER_TOKEN] for start in range(0, min(len(text), 40), CHARACTERS_PER_TOKEN)]


def token_for(piece: str, words: tuple[str, ...], wanted: int, random: Random) -> Token:
    if piece not in words:
        return Token(piece, 0.0, ((piece, 0.0),))
    rest = 1.0 - sum(chance for _, chance in DISTRACTIONS)
    share = random.uniform(0.5, 0.99)
    others = [word for word in words if word != piece]
    chances = {piece: rest * share, **{word: rest * (1 - share) / len(others) for word in others}, **dict(DISTRACTIONS)}
    ranked = sorted(((word, math.log(chance)) for word, chance in chances.items()), key=lambda pair: -pair[1])
    return Token(piece, math.log(chances[piece]), tuple(ranked[:wanted]))
