"""Is this person self-consistent, and what does the census not say of them? In our own words.

The steps are those of section 3.1 of the paper (arXiv 2407.17387); VERSION names the wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm.chat import ChatRequest, JsonObject, Sampling, chat
from synthetic.asking.reading import Unreadable, json_object, plain_text, yes_or_no

VERSION = 1
JUDGE, FILL = "self-consistency", "open attributes"
LONGEST_ATTRIBUTE = 400
Pairs = Sequence[tuple[str, str]]

JUDGE_SYSTEM = (
    "You check short descriptions of people for contradictions. Unusual people are real: answer false only where two "
    "statements cannot both be true of one person in the United States today."
)
JUDGE_REQUEST = """These are facts about one person:

{facts}

Could all of them be true of one person? Reply with a JSON object: "consistent" is true or false, "reason" names the \
statements that contradict each other in one sentence, or is "none"."""

FILL_SYSTEM = (
    "You complete descriptions of fictional people for a study of how people differ. Write concretely and without "
    "stereotypes or judgement; most people hold ordinary, mixed and sometimes contradictory views. Use the third "
    "person without a name, or no subject at all."
)
FILL_REQUEST = """This is known about a person:

{facts}

Write what is missing: {names}. Each is one sentence of at most 30 words that fits everything above and says \
something that does not follow from it. Reply with a JSON object with exactly these names, each a text."""


@dataclass(frozen=True)
class Verdict:
    is_consistent: bool
    reason: str


def facts(attributes: Pairs) -> str:
    return "\n".join(f"{name}: {value}" for name, value in attributes)


def ask_whether_consistent(attributes: Pairs) -> ChatRequest:
    schema = {
        "type": "object",
        "properties": {"consistent": {"type": "boolean"}, "reason": {"type": "string", "maxLength": 300}},
        "required": ["consistent", "reason"],
        "additionalProperties": False,
    }
    return ChatRequest(
        messages=chat(JUDGE_REQUEST.format(facts=facts(attributes)), system=JUDGE_SYSTEM),
        sampling=Sampling(temperature=0.0, max_tokens=200),
        constraint=JsonObject("verdict", schema),
        purpose=JUDGE,
    )


def read_verdict(text: str) -> Verdict:
    value = json_object(text, ("consistent", "reason"))
    return Verdict(yes_or_no(value["consistent"]), plain_text(value["reason"], longest=1000))


def ask_for_attributes(attributes: Pairs, names: Sequence[str], *, seed: int) -> ChatRequest:
    schema = {
        "type": "object",
        "properties": {name: {"type": "string", "maxLength": LONGEST_ATTRIBUTE} for name in names},
        "required": list(names),
        "additionalProperties": False,
    }
    return ChatRequest(
        messages=chat(FILL_REQUEST.format(facts=facts(attributes), names=", ".join(names)), system=FILL_SYSTEM),
        sampling=Sampling(temperature=1.0, max_tokens=120 * len(names), seed=seed),
        constraint=JsonObject("attributes", schema),
        purpose=FILL,
    )


def read_attributes(text: str, names: Sequence[str]) -> list[tuple[str, str]]:
    value = json_object(text, names)
    found = [(name, plain_text(value[name], longest=LONGEST_ATTRIBUTE)) for name in names]
    for name, written in found:
        if "\n" in written:
            raise Unreadable(f"{name} has more than one line.")
    return found
