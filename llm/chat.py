"""What a language model is asked and what it replies. Everything else in this package implements or uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    role: str
    """"system", "user" or "assistant"."""
    content: str


@dataclass(frozen=True)
class Sampling:
    """How the reply is drawn. Every field is part of the cache's key."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 512
    seed: int | None = None
    top_logprobs: int = 0
    """How many alternatives of each token are wanted; 0 = no log probabilities."""


@dataclass(frozen=True)
class OneOf:
    """The reply is exactly one of these texts."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class JsonObject:
    """The reply is a JSON object of this schema (the subset that servers support: no references)."""

    name: str
    schema: Mapping[str, Any]


Constraint = OneOf | JsonObject


@dataclass(frozen=True)
class ChatRequest:
    """One question to a model.

    ``sample`` tells repeated draws of the same request apart; ``purpose`` says what the request is for ("critique"):
    it selects the script of the scripted model and names the step in counts. It is not sent and not part of the key.
    """

    messages: tuple[Message, ...]
    sampling: Sampling = field(default_factory=Sampling)
    constraint: Constraint | None = None
    sample: int = 1
    purpose: str = ""


@dataclass(frozen=True)
class Usage:
    """Tokens as the server counted them; None where it did not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Token:
    """A token of the reply with its most likely alternatives, as natural logarithms of probabilities."""

    text: str
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Reply:
    text: str
    finish_reason: str = "stop"
    usage: Usage = field(default_factory=Usage)
    tokens: tuple[Token, ...] = ()
    """The first tokens with log probabilities; empty where none were asked for or the server gave none."""
    model: str = ""
    """What the server says it is."""


class ChatModel(Protocol):
    """A model that can be asked. ``reply`` raises ``llm.errors.CallFailed``."""

    @property
    def name(self) -> str:
        """The endpoint's name in the deployment's settings."""

    def address(self) -> str:
        """Where the model is; part of the cache's key."""

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """The request as it is sent, without secrets; part of the cache's key."""

    async def reply(self, request: ChatRequest) -> Reply: ...


def chat(*turns: str, system: str = "") -> tuple[Message, ...]:
    """Messages from alternating turns of user and assistant.

    >>> [message.role for message in chat("Hello", "Hi", "How are you?", system="Be brief.")]
    ['system', 'user', 'assistant', 'user']
    """
    spoken = (Message(("user", "assistant")[place % 2], text) for place, text in enumerate(turns))
    return (*((Message("system", system),) if system else ()), *spoken)
