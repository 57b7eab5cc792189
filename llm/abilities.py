"""What an endpoint obeys, as its probe found, and the dialect in which a constraint is put to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Dialect(StrEnum):
    """How a server is told that only certain replies are allowed."""

    NONE = ""
    CHOICE = "structured_outputs.choice"
    """vLLM since 0.12; llama.cpp ignores it without a word."""
    GRAMMAR = "grammar"
    """llama.cpp."""
    JSON_SCHEMA = "response_format"
    """OpenAI and most others."""


@dataclass(frozen=True)
class Abilities:
    """Nothing is assumed of an endpoint that was not probed."""

    one_of: Dialect = Dialect.NONE
    json_object: Dialect = Dialect.NONE
    seed: bool = False
    """The same seed gave the same text, and another seed another one."""
    logprobs: bool = False
    constrained_logprobs: bool = False
    """Log probabilities are those after the constraint; else they must be renormalized."""
    batch: bool = False
    reported_model: str = ""
    """What replies say the model is."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Abilities:
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        for name in ("one_of", "json_object"):
            known[name] = Dialect(known.get(name, ""))
        return cls(**known)
