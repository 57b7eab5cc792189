"""What simulated raters write and how long they seem to take. Every text says that it is simulated. Pure."""

from __future__ import annotations

import json
import math
from random import Random

OPENINGS = (
    "this fits how the person on the card lives",
    "somebody with this work and family would rather hear this",
    "it takes the person's beliefs as they are",
    "it speaks to what the person can do in their own town",
    "the other answer talks past what matters to this person",
)
MIDDLES = (
    "it is practical",
    "it does not lecture",
    "it names what they care about",
    "it is honest about the cost",
    "it keeps their values in view",
)

PRACTICE_REASON = "Simulated practice reason: this plan costs nothing and keeps to what the person knows and trusts."


def simulated_reason(rng: Random, *, name: str, position: int, version: int) -> str:
    """A justification that no other answer of the rehearsal has, so that each can be found again."""
    again = f", version {version}" if version > 1 else ""
    return f"Simulated reason ({name}, question {position}{again}): {rng.choice(OPENINGS)}, and {rng.choice(MIDDLES)}."


def simulated_comment(rng: Random) -> str:
    return rng.choice(["", "", "Simulated comment: the pages were easy to follow."])


def simulated_telemetry(rng: Random, side: str, pastes: float) -> str:
    """What a browser would count on one question: about a minute, mostly active, a paste in that share of them."""
    visible = int(1000 * math.exp(rng.gauss(math.log(65), 0.5)))
    pasted = rng.random() < pastes
    return json.dumps(
        {
            "visible_ms": visible,
            "active_ms": int(visible * rng.uniform(0.5, 0.95)),
            "paste_count": int(pasted),
            "paste_characters": rng.randint(80, 400) if pasted else 0,
            "focus_losses": rng.choice([0, 0, 0, 1, 2]),
            "choice_changes": 0,
            "first_choice": side,
        }
    )
