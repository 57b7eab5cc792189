"""What a model annotator is asked, and how its reply is read. Pure: no Django.

Raise ``VERSION`` with every change of the words: runs of different versions are not the same annotator.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from annotation.sides import SIDES
from annotation.terms import UNPARSABLE
from llm.chat import ChatRequest, Constraint, JsonObject, OneOf, Reply, Sampling, chat
from llm.choice import ChoiceChances, choice_chances

VERSION = "role-play-1"
PURPOSE = "annotate"
LONGEST_VERDICT = 500
LONGEST_JUSTIFICATION = 4_000
# OpenAI lists at most so many, llama.cpp any number.
TOP_LOGPROBS = 20


class AskFor(StrEnum):
    """How much a model says."""

    REASONS = "reasons"
    """The choice, how certain it is, and why."""
    CHOICE = "choice"
    """The choice only: one token, so a fraction of the cost."""


WITH_PERSONA = """\
You play a person. You know what this person knows, want what this person wants, and judge by this person's values and \
taste. You are not an assistant.

The person:
{persona}"""
WITHOUT_PERSONA = "You compare two answers to the same question."

QUESTION = """\
{somebody} asked an assistant:

<question>
{prompt}
</question>

Two answers came back.

<answer_A>
{first}
</answer_A>

<answer_B>
{second}
</answer_B>

{which}"""
WHICH_PERSONA = "Which of the two would you, as this person, rather get?"
WHICH_ALONE = "Which of the two is the better answer?"

CHOICE_ONLY = "Reply with one letter, A or B, and nothing else."
WITH_REASONS = """\
Reply with a JSON object and nothing else:
"choice": "A" or "B",
"certainty": a whole number from 0 (a guess) to 100 (beyond doubt),
"justification": one or two sentences that say why."""

VOTE = JsonObject(
    "vote",
    {
        "type": "object",
        "properties": {
            "choice": {"type": "string", "enum": list(SIDES)},
            "certainty": {"type": "integer"},
            "justification": {"type": "string"},
        },
        "required": ["choice", "certainty", "justification"],
        "additionalProperties": False,
    },
)
LONGEST_REPLY = {AskFor.REASONS: 300, AskFor.CHOICE: 4}
CONSTRAINTS: dict[AskFor, Constraint] = {AskFor.REASONS: VOTE, AskFor.CHOICE: OneOf(SIDES)}


@dataclass(frozen=True)
class Item:
    """One question as one order shows it."""

    persona: str
    """The persona's text; empty = the model is given none."""
    prompt: str
    first: str
    second: str


@dataclass(frozen=True)
class Vote:
    """What a reply says. ``letter`` is empty where it could not be read; ``words`` then has what was said."""

    letter: str = ""
    certainty: float | None = None
    justification: str = ""
    chances: ChoiceChances | None = None
    words: str = ""

    @property
    def is_readable(self) -> bool:
        return bool(self.letter)


def request_for(
    item: Item, ask_for: AskFor, *, temperature: float, sample: int, seed: int | None = None
) -> ChatRequest:
    """The request for one item; ``sample`` numbers repeated draws of it."""
    question = QUESTION.format(
        somebody="You" if item.persona else "Somebody",
        prompt=item.prompt,
        first=item.first,
        second=item.second,
        which=WHICH_PERSONA if item.persona else WHICH_ALONE,
    )
    wanted = CHOICE_ONLY if ask_for == AskFor.CHOICE else WITH_REASONS
    system = WITH_PERSONA.format(persona=item.persona) if item.persona else WITHOUT_PERSONA
    sampling = Sampling(temperature, max_tokens=LONGEST_REPLY[ask_for], seed=seed, top_logprobs=TOP_LOGPROBS)
    messages = chat(f"{question}\n\n{wanted}", system=system)
    return ChatRequest(messages, sampling, CONSTRAINTS[ask_for], sample, PURPOSE)


# --- Reading the reply -----------------------------------------------------------------------------
def vote_in(reply: Reply, ask_for: AskFor) -> Vote:
    """The vote in a reply; strictly read, so anything else than what was asked for is unreadable.

    >>> vote_in(Reply(" B."), AskFor.CHOICE).letter, vote_in(Reply("Both are good."), AskFor.CHOICE).words
    ('B', 'Both are good.')
    """
    if ask_for == AskFor.CHOICE:
        letter = reply.text.strip(" \n\t.\"'")
        chances = choice_chances(reply.tokens, SIDES)
        return Vote(letter, chances=chances) if letter in SIDES else unreadable(reply)
    said = object_in(reply)
    if said is None or said.get("choice") not in SIDES:
        return unreadable(reply)
    return Vote(
        letter=said["choice"],
        certainty=certainty_in(said),
        justification=text_in(said),
        chances=choice_chances(reply.tokens, SIDES, field="choice"),
    )


def unreadable(reply: Reply) -> Vote:
    return Vote(words=reply.text.strip()[:LONGEST_VERDICT] or f"(nothing: {reply.finish_reason or UNPARSABLE})")


def object_in(reply: Reply) -> Mapping[str, Any] | None:
    """The JSON object that the reply is, with or without a code fence; of a reply that was cut off what is there."""
    text = re.sub(r"^```(?:json)?\s*|\s*```$", "", reply.text.strip())
    try:
        said = json.loads(text)
    except ValueError:
        return cut_off(text) if reply.finish_reason == "length" else None
    return said if isinstance(said, dict) else None


def cut_off(text: str) -> Mapping[str, Any]:
    """The fields of an object whose end is missing; the justification ends where the text does."""
    found: dict[str, Any] = {}
    if choice := re.match(r'\{\s*"choice"\s*:\s*"([^"]*)"', text):
        found["choice"] = choice[1]
    if certainty := re.search(r'"certainty"\s*:\s*(\d+)\s*,', text):
        found["certainty"] = int(certainty[1])
    if justification := re.search(r'"justification"\s*:\s*"(.*)$', text, re.DOTALL):
        found["justification"] = f"{justification[1]}…"
    return found


def certainty_in(said: Mapping[str, Any]) -> float | None:
    """From 0 to 1; None where it is no number from 0 to 100."""
    value = said.get("certainty")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return value / 100 if 0 <= value <= 100 else None


def text_in(said: Mapping[str, Any]) -> str:
    justification = said.get("justification")
    return justification.strip()[:LONGEST_JUSTIFICATION].replace("\x00", "") if isinstance(justification, str) else ""
