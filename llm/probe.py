"""What an endpoint really obeys: servers ignore fields they do not know without a word, so every one is tried."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import replace

from llm.abilities import Abilities, Dialect
from llm.chat import ChatRequest, JsonObject, OneOf, Reply, Sampling, chat
from llm.client import HttpModel
from llm.errors import CallFailed, Failure

# Nobody answers so by chance.
NONSENSE = OneOf(("zqx", "vjk"))
NONSENSE_OBJECT = JsonObject(
    "probe",
    {
        "type": "object",
        "properties": {"zqx": {"type": "string", "enum": ["vjk"]}},
        "required": ["zqx"],
        "additionalProperties": False,
    },
)
QUESTION = chat("What is the capital of France?")
STORY = chat("Tell me a story about a fox.")
WHOLE_MASS = 0.99
FINDING = tuple[str, str]


async def probe(model: HttpModel) -> tuple[Abilities, list[FINDING]]:
    """Ask about a dozen short questions. Raises ``CallFailed`` where not even a plain one is answered."""
    plain = await model.reply(ChatRequest(QUESTION, Sampling(max_tokens=8)))
    found = Abilities(reported_model=plain.model)
    findings = [("model", plain.model or "not said"), ("tokens counted", yes(plain.usage.input_tokens is not None))]
    one_of = await first_obeyed(model, (Dialect.CHOICE, Dialect.GRAMMAR, Dialect.JSON_SCHEMA), findings)
    found = replace(found, one_of=one_of, json_object=await object_dialect(model, findings))
    found = replace(found, seed=await obeys_seed(model, findings))
    found = await with_logprobs(model, found, findings)
    return replace(found, batch=await has_batches(model, findings)), findings


def yes(obeyed: bool) -> str:
    return "yes" if obeyed else "no"


async def tried(model: HttpModel, abilities: Abilities, request: ChatRequest) -> Reply | None:
    """The reply; None where the server refuses the request for what is in it."""
    try:
        return await model.with_abilities(abilities).reply(request)
    except CallFailed as failed:
        if failed.failure in (Failure.REFUSED, Failure.SERVER_ERROR, Failure.MALFORMED):
            return None
        raise


async def first_obeyed(model: HttpModel, dialects: tuple[Dialect, ...], findings: list[FINDING]) -> Dialect:
    for dialect in dialects:
        reply = await tried(model, Abilities(one_of=dialect), ChatRequest(QUESTION, Sampling(max_tokens=24), NONSENSE))
        obeyed = reply is not None and reply.text in NONSENSE.values
        findings.append((dialect.value, yes(obeyed)))
        if obeyed:
            return dialect
    return Dialect.NONE


async def object_dialect(model: HttpModel, findings: list[FINDING]) -> Dialect:
    request = ChatRequest(QUESTION, Sampling(max_tokens=40), NONSENSE_OBJECT)
    reply = await tried(model, Abilities(json_object=Dialect.JSON_SCHEMA), request)
    obeyed = reply is not None and is_the_object(reply.text)
    findings.append(("JSON object by response_format", yes(obeyed)))
    return Dialect.JSON_SCHEMA if obeyed else Dialect.NONE


def is_the_object(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"zqx": "vjk"})
    except ValueError:
        return False


async def obeys_seed(model: HttpModel, findings: list[FINDING]) -> bool:
    """In a quiet moment: the same seed twice, then another one. Servers under load repeat themselves less."""
    texts = []
    for seed in (7, 7, 8):
        reply = await tried(model, Abilities(), ChatRequest(STORY, Sampling(1.0, max_tokens=24, seed=seed)))
        texts.append(reply.text if reply else "")
    obeyed = texts[0] == texts[1] != texts[2]
    findings.append(("seed", yes(obeyed)))
    return obeyed


async def with_logprobs(model: HttpModel, found: Abilities, findings: list[FINDING]) -> Abilities:
    asking = replace(found, logprobs=True)
    request = ChatRequest(QUESTION, Sampling(max_tokens=24, top_logprobs=5), NONSENSE if found.one_of else None)
    reply = await tried(model, asking, request)
    has_them = reply is not None and bool(reply.tokens) and bool(reply.tokens[0].alternatives)
    findings.append(("log probabilities", yes(has_them)))
    if not has_them or reply is None:
        return found
    is_constrained = bool(found.one_of) and mass_of_choices(reply) >= WHOLE_MASS
    findings.append(("log probabilities after the constraint", yes(is_constrained)))
    return replace(asking, constrained_logprobs=is_constrained)


def mass_of_choices(reply: Reply) -> float:
    """How much of the first token's probability begins one of the allowed answers."""
    begins = [(text, logprob) for text, logprob in reply.tokens[0].alternatives if text.strip()]
    return sum(math.exp(p) for text, p in begins if any(value.startswith(text) for value in NONSENSE.values))


async def has_batches(model: HttpModel, findings: list[FINDING]) -> bool:
    try:
        listed = await asyncio.wait_for(model.get("/batches?limit=1"), 30)
    except (CallFailed, TimeoutError):
        listed = None
    has_them = isinstance(listed, dict) and isinstance(listed.get("data"), list)
    findings.append(("batches", yes(has_them)))
    return has_them
