"""How a simulated rater acts: what goes wrong on the way, drawn from a seed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

DEFAULT_ACCURACY = 0.85


@dataclass(frozen=True)
class Behaviour:
    """One rater's habits. The plain one walks straight through."""

    accuracy: float = DEFAULT_ACCURACY
    """The mean chance of choosing the revised answer; ``skill`` says how it depends on persona, prompt and answer."""
    chooses_at_random: bool = False
    """Chooses either side with the same chance everywhere, attention checks included."""
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
    pastes: float = 0.03
    """The share of reasons that are pasted in."""
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
    # Only where somebody asks for them: they spoil the data on purpose.
    ("chooses at random", 0.0),
    ("pastes reasons", 0.0),
)
"""Name and share of the raters who are not plain; what is left of 1 walks straight through."""
PLAIN = "plain"


def draw_behaviour(rng: Random, *, accuracy: float, questions: int) -> Behaviour:
    """One rater's behaviour; the same generator state gives the same one."""
    return behaviour_with(_draw_habit(rng), rng, accuracy=accuracy, questions=questions)


def habits_of(raters: int, wanted: Mapping[str, int], rng: Random) -> list[str]:
    """One habit for each rater: as many of each as wanted, the others plain, in random order."""
    habits = [name for name, _ in HABITS for _ in range(wanted.get(name, 0))]
    habits += [PLAIN] * (raters - len(habits))
    rng.shuffle(habits)
    return habits


def behaviour_with(habit: str, rng: Random, *, accuracy: float, questions: int) -> Behaviour:
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
        "chooses at random": {"chooses_at_random": True},
        "pastes reasons": {"pastes": 1.0},
    }
    return replace(plain, **changes.get(habit, {}))


def _draw_habit(rng: Random) -> str:
    mark = rng.random()
    for name, share in HABITS:
        if mark < share:
            return name
        mark -= share
    return PLAIN
