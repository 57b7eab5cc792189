"""What the scripted model replies to each purpose: made up, but readable and of the right shape."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from llm.chat import ChatRequest, JsonObject
from llm.scripted import Script
from synthetic.asking import personas

# The paper's filter removed about 8.5 % of its configurations.
CONSISTENT = 0.915
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


SCRIPTS: dict[str, Script] = {personas.JUDGE: self_consistency, personas.FILL: open_attributes}
