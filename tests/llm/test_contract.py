"""One contract for the scripted model, for the fake server and for a real one.

The real one takes part where ``LOCAL_MODEL`` names its address (``script/local-model``), so never by itself:
``LOCAL_MODEL=http://127.0.0.1:18082/v1 .venv/bin/python -m pytest tests/llm/test_contract.py``
"""

import asyncio
import json
import os
import re
from random import Random

import pytest

from llm.abilities import Abilities, Dialect
from llm.chat import ChatRequest, JsonObject, OneOf, Sampling, chat
from llm.choice import choice_chances
from llm.client import HttpModel
from llm.endpoints import Endpoint
from llm.errors import CallFailed, Failure
from llm.many import event_loop
from llm.probe import probe
from llm.scripted import ScriptedModel, made_up, tokens_for
from tests.llm.server import Answer, completion, serving

REAL = os.environ.get("LOCAL_MODEL", "")
AB = OneOf(("A", "B"))
VOTE = JsonObject(
    "vote",
    {
        "type": "object",
        "properties": {"choice": {"type": "string", "enum": ["A", "B"]}, "reason": {"type": "string"}},
        "required": ["choice", "reason"],
        "additionalProperties": False,
    },
)
WHICH = chat("Which is the better greeting? A: Hello. B: Go away. Reply with A or B.")


def in_loop(work):
    return asyncio.run_coroutine_threadsafe(work, event_loop()).result(600)


def as_llama(path, body, number):
    """What llama.cpp does: it obeys a grammar and a schema and ignores what it does not know."""
    if body is None:
        return Answer({"error": {"code": 404}}, status=404)
    request = ChatRequest(
        (), Sampling(top_logprobs=body.get("top_logprobs", 0), max_tokens=body["max_tokens"]), constraint_in(body)
    )
    random = Random(f"{body.get('seed', 0)} {json.dumps(body['messages'])}")
    text = made_up(request, random)
    text = text if isinstance(text, str) else json.dumps(text)
    shortened = text[: body["max_tokens"] * 4]
    tokens = [
        {"token": token.text, "logprob": token.logprob, "top_logprobs": [
            {"token": other, "logprob": logprob} for other, logprob in token.alternatives]}
        for token in tokens_for(shortened, request, random)
    ]  # fmt: skip
    finish = "stop" if shortened == text else "length"
    return Answer(completion(shortened, model="llama", logprobs=tokens or None, finish_reason=finish))


def constraint_in(body):
    if "grammar" in body:
        return OneOf(tuple(re.findall(r'"(.*?)"', body["grammar"])))
    if "response_format" in body:
        return JsonObject("any", body["response_format"]["json_schema"]["schema"])
    return None


@pytest.fixture(scope="module", params=["scripted", "server", *(["real"] if REAL else [])])
def model(request):
    if request.param == "scripted":
        yield ScriptedModel()
        return
    if request.param == "real":
        yield from probed(Endpoint("real", REAL, "SmolLM2-135M-Instruct", at_once=2))
        return
    with serving(as_llama) as server:
        yield from probed(server.endpoint())


def probed(endpoint):
    plain = HttpModel(endpoint)
    abilities, _ = in_loop(probe(plain))
    yield plain.with_abilities(abilities)
    in_loop(plain.close())


def ask(model, messages, *, constraint=None, sample=1, **sampling):
    return in_loop(model.reply(ChatRequest(messages, Sampling(**sampling), constraint, sample=sample)))


def test_reply_has_text_usage_and_the_models_name(model):
    reply = ask(model, chat("Say hello."), max_tokens=20)
    assert reply.text
    assert reply.model
    assert reply.usage.input_tokens > 0
    assert 0 < reply.usage.output_tokens <= 20


def test_reply_that_is_cut_off_says_so(model):
    assert ask(model, chat("Tell me a long story about a fox."), max_tokens=3).finish_reason == "length"


def test_reply_is_one_of_the_allowed_texts(model):
    assert {ask(model, WHICH, constraint=AB, temperature=1.0, seed=seed).text for seed in range(4)} <= {"A", "B"}


def test_reply_is_an_object_of_the_schema(model):
    vote = json.loads(ask(model, WHICH, constraint=VOTE, max_tokens=200).text)
    assert vote.keys() == {"choice", "reason"}
    assert vote["choice"] in ("A", "B")


def test_log_probabilities_are_those_before_the_constraint(model):
    reply = ask(model, WHICH, constraint=AB, top_logprobs=20, max_tokens=4)
    chances = choice_chances(reply.tokens, ("A", "B"))
    assert sum(chances.of.values()) == pytest.approx(1)
    assert 0 < chances.mass < 1
    assert len(reply.tokens[0].alternatives) > 2


def test_log_probabilities_of_the_choice_inside_an_object(model):
    reply = ask(model, WHICH, constraint=VOTE, top_logprobs=20, max_tokens=200)
    chances = choice_chances(reply.tokens, ("A", "B"), field="choice")
    assert sum(chances.of.values()) == pytest.approx(1)


# --- The probe -------------------------------------------------------------------------------------
def test_probe_finds_what_the_server_obeys():
    with serving(as_llama) as server:
        model = HttpModel(server.endpoint())
        abilities, findings = in_loop(probe(model))
        in_loop(model.close())
    assert abilities == Abilities(
        one_of=Dialect.GRAMMAR,
        json_object=Dialect.JSON_SCHEMA,
        seed=True,
        logprobs=True,
        constrained_logprobs=False,
        batch=False,
        reported_model="llama",
    )
    assert dict(findings)["structured_outputs.choice"] == "no"


def test_probe_of_a_server_that_obeys_nothing_assumes_nothing():
    def stubborn(path, body, number):
        is_plain = body and not body.keys() & {"grammar", "structured_outputs", "logprobs"}
        return "Paris." if is_plain else Answer("unknown field", status=400)

    with serving(stubborn) as server:
        model = HttpModel(server.endpoint())
        abilities, _ = in_loop(probe(model))
        in_loop(model.close())
    assert abilities == Abilities(reported_model="small-1")


def test_probe_of_a_server_that_refuses_everything_fails():
    with serving(lambda *_: Answer("no", status=401)) as server:
        model = HttpModel(server.endpoint())
        with pytest.raises(CallFailed) as failed:
            in_loop(probe(model))
        in_loop(model.close())
    assert failed.value.failure == Failure.REFUSED


@pytest.mark.skipif(not REAL, reason="LOCAL_MODEL names no server")
def test_scripted_model_claims_what_the_real_server_obeys():
    from llm.scripted import ABILITIES

    model = HttpModel(Endpoint("real", REAL, "SmolLM2-135M-Instruct"))
    found, findings = in_loop(probe(model))
    in_loop(model.close())
    print(findings)
    same = ("one_of", "json_object", "logprobs", "constrained_logprobs", "batch")
    assert [getattr(found, name) for name in same] == [getattr(ABILITIES, name) for name in same]
