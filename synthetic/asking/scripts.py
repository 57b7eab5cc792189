"""What the scripted model replies to each purpose: made up, but readable and of the right shape."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from llm.chat import ChatRequest, JsonObject
from llm.scripted import Script
from synthetic.asking import pairs, personas, prompts

# The paper's filter removed about 8.5 % of its configurations.
CONSISTENT = 0.915
# The paper kept 3,868 of the 4,652 prompts that its rules leave.
CONTESTED = 3868 / 4652
NEUTRAL = (
    "There are good arguments on several sides of this.",
    "It depends on what matters most to you.",
    "Many people weigh the costs against the benefits first.",
    "Experts disagree, and the evidence is mixed.",
    "It can help to talk to people who have been through it.",
    "Consider the long term as well as the next few months.",
    "Laws and customs differ from place to place.",
    "A small step is often better than a large plan.",
    "Whatever you decide, give it some time.",
    "You may want to write down what you would regret.",
)
EVALUATIONS = (
    "The answer is balanced, but says nothing that I could use tomorrow.",
    "I like that it is short; it does not take a side where I would.",
    "It sounds like a leaflet and not like somebody who has done this.",
)
SUGGESTIONS = (
    "Take a side, give one reason, and stop.",
    "Begin with what to do and leave out the general remarks.",
    "Speak plainly and use an example from everyday life.",
)
OPINIONATED = (
    "Start with the people who depend on you.",
    "Do the plain thing first and explain it later.",
    "Money spent on peace of mind is not wasted.",
    "Ask somebody older who has nothing to gain.",
    "Rules are there for a reason, and most reasons still hold.",
    "If it cannot be fixed, it can be borne.",
    "Try it for a month and keep what works.",
    "Nobody else has to live with your choice.",
    "Say no early and kindly.",
    "Put it in writing and keep a copy.",
    "Trust what you have seen over what you were told.",
    "Leave room for being wrong.",
)
WRITTEN: Mapping[str, tuple[str, ...]] = {
    "detailed job description": (
        "Handles the daily orders, trains whoever is new, and is called when something breaks.",
        "Works early shifts in a small team and keeps the records that nobody else wants to keep.",
        "Splits the week between customers and paperwork, and prefers the customers.",
        "Checks other people's work before it leaves the building, and signs for it.",
    ),
    "personal time": (
        "Walks the same loop every evening and calls a relative on the way.",
        "Repairs old radios and gives them away once they work.",
        "Plays cards on Thursdays with people known since school.",
        "Grows tomatoes and peppers, and more squash than anyone can eat.",
    ),
    "lifestyle": (
        "Early riser with a fixed routine and little patience for plans that change.",
        "Works late, sleeps late on Sundays, and cooks properly twice a week.",
        "Lives cheaply on purpose and spends what is left on travel.",
        "Busy with family on most days, and quiet whenever that is possible.",
    ),
    "ideology": (
        "Trusts people close by more than institutions far away.",
        "Thinks that rules should be few, clear and the same for everybody.",
        "Believes that help should be offered before it is asked for.",
        "Changes opinion when the facts change, and says so.",
    ),
    "political views": (
        "Votes in most elections, for candidates rather than for a party.",
        "Leans left on wages and health care, and right on crime.",
        "Leans right on taxes, and left on the environment.",
        "Follows local politics closely and national politics as little as possible.",
    ),
    "religion": (
        "Raised in a church and goes at Christmas and Easter.",
        "Not religious, but sings in a church choir.",
        "Prays every day and does not talk about it.",
        "Has never belonged to a religion and does not miss it.",
    ),
    "entertainment preferences": (
        "Crime series, old country music and the news on the car radio.",
        "Basketball, cooking videos and whatever the children watch.",
        "History books, baking shows and live music in small places.",
        "Comedies seen before, and podcasts about science.",
    ),
}


def self_consistency(request: ChatRequest, random: Random) -> dict[str, Any]:
    if random.random() < CONSISTENT:
        return {"consistent": True, "reason": "none"}
    return {"consistent": False, "reason": "The scripted model rejects about one person in twelve, at random."}


def open_attributes(request: ChatRequest, random: Random) -> dict[str, Any]:
    assert isinstance(request.constraint, JsonObject)
    return {name: random.choice(WRITTEN[name]) for name in request.constraint.schema["properties"]}


def contested(request: ChatRequest, random: Random) -> dict[str, Any]:
    return {"differs": random.random() < CONTESTED}


def baseline(request: ChatRequest, random: Random) -> str:
    return " ".join(random.sample(NEUTRAL, 4))


def critique(request: ChatRequest, random: Random) -> dict[str, Any]:
    return {"evaluation": random.choice(EVALUATIONS), "suggestions": random.choice(SUGGESTIONS)}


def revision(request: ChatRequest, random: Random) -> dict[str, Any]:
    return {"revision": " ".join(random.sample(OPINIONATED, 4))}


SCRIPTS: dict[str, Script] = {
    personas.JUDGE: self_consistency,
    personas.FILL: open_attributes,
    prompts.CONTESTED: contested,
    pairs.BASELINE: baseline,
    pairs.CRITIQUE: critique,
    pairs.REVISION: revision,
}
