"""The request on the wire, its key, and the scripted model."""

import asyncio
import doctest
import importlib
import json
from dataclasses import replace

import pytest

from llm.abilities import Abilities, Dialect
from llm.chat import ChatRequest, JsonObject, Message, OneOf, Sampling, chat
from llm.errors import HIDDEN, CallFailed, Failure, without_secrets
from llm.keys import answer_key
from llm.many import replies
from llm.scripted import ScriptedModel
from llm.wire import body_of, reply_in
from tests.llm.server import completion

AB = OneOf(("A", "B"))
SCHEMA = {
    "type": "object",
    "properties": {
        "choice": {"type": "string", "enum": ["A", "B"]},
        "certainty": {"type": "integer", "minimum": 0, "maximum": 100},
        "justification": {"type": "string"},
    },
    "required": ["choice", "certainty", "justification"],
    "additionalProperties": False,
}
REQUEST = ChatRequest(chat("A or B?", system="You are Ada."), Sampling(temperature=0.7, seed=1), AB)


@pytest.mark.parametrize("module", ["chat", "choice", "errors", "keys", "limits", "wire", "client"])
def test_examples_in_docstrings(module):
    assert not doctest.testmod(importlib.import_module(f"llm.{module}")).failed


# --- The body --------------------------------------------------------------------------------------
DIALECTS = {
    Dialect.CHOICE: {"structured_outputs": {"choice": ["A", "B"]}},
    Dialect.GRAMMAR: {"grammar": 'root ::= "A" | "B"'},
    Dialect.NONE: {},
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_body_puts_the_choice_in_the_dialect_of_the_server(dialect):
    body = body_of("small", REQUEST, Abilities(one_of=dialect))
    extra = {name: body[name] for name in body.keys() & {"structured_outputs", "grammar", "response_format"}}
    assert extra == DIALECTS[dialect]


def test_choice_by_json_schema_is_unwrapped():
    abilities = Abilities(one_of=Dialect.JSON_SCHEMA)
    schema = body_of("small", REQUEST, abilities)["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["answer"]["enum"] == ["A", "B"]
    assert reply_in(completion('{"answer": "B"}'), REQUEST, abilities).text == "B"


def test_body_asks_for_log_probabilities_only_where_the_server_has_them():
    request = replace(REQUEST, sampling=Sampling(top_logprobs=20))
    assert "logprobs" not in body_of("small", request, Abilities())
    assert body_of("small", request, Abilities(logprobs=True))["top_logprobs"] == 20


# --- The key ---------------------------------------------------------------------------------------
OTHERS = {
    "another text": replace(REQUEST, messages=chat("B or A?", system="You are Ada.")),
    "text moved over the border of two messages": replace(REQUEST, messages=chat(" Ada.A or B?", system="You are")),
    "another role": replace(REQUEST, messages=(Message("user", "You are Ada."), Message("user", "A or B?"))),
    "another temperature": replace(REQUEST, sampling=Sampling(temperature=0.8, seed=1)),
    "another seed": replace(REQUEST, sampling=Sampling(temperature=0.7, seed=2)),
    "another length": replace(REQUEST, sampling=Sampling(temperature=0.7, seed=1, max_tokens=9)),
    "another top_p": replace(REQUEST, sampling=Sampling(temperature=0.7, seed=1, top_p=0.9)),
    "log probabilities": replace(REQUEST, sampling=Sampling(temperature=0.7, seed=1, top_logprobs=5)),
    "no constraint": replace(REQUEST, constraint=None),
    "another constraint": replace(REQUEST, constraint=OneOf(("A", "C"))),
    "another sample": replace(REQUEST, sample=2),
}


@pytest.mark.parametrize("change", OTHERS)
def test_key_changes_with_everything_that_can_change_the_reply(change):
    model = ScriptedModel()
    assert answer_key(model, OTHERS[change]) != answer_key(model, REQUEST)


def test_key_is_that_of_the_same_request_whatever_it_is_for():
    model = ScriptedModel()
    assert answer_key(model, replace(REQUEST, purpose="critique")) == answer_key(model, REQUEST)
    assert answer_key(ScriptedModel(name="other"), REQUEST) != answer_key(model, REQUEST)


PINNED = "693b7afbd26635b14d52b31cf413f0ea5d32df1561ba665200995d05b1c37657"


def test_key_stays_the_same_from_version_to_version():
    """Whoever changes it throws away every stored answer: raise llm.keys.VERSION and say so."""
    assert answer_key(ScriptedModel(), REQUEST) == PINNED


# --- The scripted model ------------------------------------------------------------------------------
def test_scripted_model_repeats_itself_and_draws_anew_for_another_sample():
    model = ScriptedModel()
    asked = [model.answer(replace(REQUEST, constraint=None, sample=sample)).text for sample in (1, 1, 2)]
    assert asked[0] == asked[1] != asked[2]


def test_scripted_model_follows_the_script_of_the_purpose():
    model = ScriptedModel({"critique": lambda request, random: {"needs": ["more warmth"]}})
    assert json.loads(model.answer(replace(REQUEST, purpose="critique")).text) == {"needs": ["more warmth"]}
    assert model.answer(REQUEST).text in "AB"


def test_scripted_model_obeys_a_schema():
    made = json.loads(ScriptedModel().answer(replace(REQUEST, constraint=JsonObject("vote", SCHEMA))).text)
    assert made["choice"] in ("A", "B")
    assert 0 <= made["certainty"] <= 100
    assert made["justification"]


def test_replies_give_failures_as_values():
    def script(request, random):
        raise CallFailed(Failure.REFUSED, "no")

    outcomes = [
        one for one in replies(ScriptedModel({"bad": script}), [REQUEST, replace(REQUEST, purpose="bad")]) if one
    ]
    answers = dict(outcomes)
    assert answers[0].text in "AB"
    assert answers[1].failure == Failure.REFUSED


def test_scripted_model_can_be_awaited():
    assert asyncio.run(ScriptedModel().reply(REQUEST)).text in "AB"


# --- Secrets -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["key mykey123 is wrong", "Bearer abcdef", "sk-ant-REDACTED", "hf_aaaabbbbccccdddd", "x" * 295 + " mykey123"],
)
def test_secrets_are_replaced(text):
    shown = without_secrets(text, "mykey123")
    assert not any(secret in shown for secret in ("mykey", "abcdef", "aaaabbbb"))
    assert HIDDEN in shown or len(shown) == 300
