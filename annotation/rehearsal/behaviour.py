"""How a simulated rater acts: what goes wrong on the way, drawn from a seed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

DEFAULT_ACCURACY = 0.85


@dataclass(frozen=True)
class Behaviour:
    """One rater's habits. The plain one walks straight through."""

    accuracy: float = DEFAULT_ACCURACY
    """The chance of choosing the revised answer, independently at every question."""
    declines: bool = False
    fails_check: bool = False
    breaks_off_before: int | None = None
    """The number of the question at which the rater closes the page."""
    withdraws: bool = False
    """Breaks off by the "stop" page instead of just going away."""
    time_runs_out: bool = False
    """The deadline passes while away."""
    returns: bool = False
    """Follows the link again after breaking off, and finishes."""
    double_clicks: bool = False
    """Sends every answer twice at once."""
    revises: float = 0.0
    """The share of answers that are opened again by the back link and sent changed."""
    has_javascript: bool = True
    """Sends forms by htmx where the page loads it, as a browser does."""


HABITS: Sequence[tuple[str, float]] = (
    ("declines", 0.02),
    ("fails_check", 0.02),
    ("drops out", 0.06),
    ("withdraws", 0.02),
    ("comes back", 0.10),
    ("finishes late", 0.06),
    ("double clicks", 0.12),
    ("changes mind", 0.15),
    ("without JavaScript", 0.05),
)
"""Name and share of the raters who are not plain; what is left of 1 walks straight through."""


def draw_behaviour(rng: Random, *, accuracy: float, questions: int) -> Behaviour:
    """One rater's behaviour; the same generator state gives the same one."""
    habit = _draw_habit(rng)
    place = rng.randint(1, max(questions, 1))
    plain = Behaviour(accuracy=accuracy)
    changes = {
        "declines": {"declines": True},
        "fails_check": {"fails_check": True},
        "drops out": {"breaks_off_before": place, "time_runs_out": True},
        "withdraws": {"breaks_off_before": place, "withdraws": True},
        "comes back": {"breaks_off_before": place, "returns": True},
        "finishes late": {"breaks_off_before": place, "time_runs_out": True, "returns": True},
        "double clicks": {"double_clicks": True},
        "changes mind": {"revises": 0.3},
        "without JavaScript": {"has_javascript": False},
    }
    return replace(plain, **changes.get(habit, {}))


def _draw_habit(rng: Random) -> str:
    mark = rng.random()
    for name, share in HABITS:
        if mark < share:
            return name
        mark -= share
    return "plain"
