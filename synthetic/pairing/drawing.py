"""Which prompts a persona gets: drawn from the seed and the persona's id alone, so not from who the persona is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

TRAIN, SEEN, HELD_OUT = "train", "test", "held-out"


class TooFewPrompts(ValueError):
    """The prompt set is smaller than what each persona is to get."""


@dataclass(frozen=True)
class Plan:
    """How many pairs a persona gets. The paper's numbers are the defaults: 100 + 50 + 50."""

    train: int = 100
    test: int = 50
    """Pairs kept for tests on prompts that other personas are trained on."""
    held_out: int = 50
    """Pairs on prompts that nobody is trained on."""

    @property
    def per_persona(self) -> int:
        return self.train + self.test + self.held_out

    def check(self, train_prompts: int, held_out_prompts: int) -> None:
        """Raise TooFewPrompts unless the set has enough."""
        if min(self.train, self.test, self.held_out) < 0 or self.per_persona == 0:
            raise TooFewPrompts("Each persona needs at least one pair, and no number below 0.")
        if self.train + self.test > train_prompts:
            raise TooFewPrompts(
                f"{self.train + self.test:,} train prompts are needed for each persona; the set has {train_prompts:,}."
            )
        if self.held_out > held_out_prompts:
            raise TooFewPrompts(
                f"{self.held_out:,} held-out prompts are needed for each persona; the set has {held_out_prompts:,}."
            )


def draw_prompts(
    persona: str, train: Sequence[int], held_out: Sequence[int], plan: Plan, *, seed: int
) -> list[tuple[int, str]]:
    """Return the persona's prompts, each once, with the part of the data it belongs to."""
    random = Random(f"{seed}:pairs:{persona}")
    seen = random.sample(train, plan.train + plan.test)
    drawn = [(prompt, TRAIN) for prompt in seen[: plan.train]]
    drawn += [(prompt, SEEN) for prompt in seen[plan.train :]]
    return drawn + [(prompt, HELD_OUT) for prompt in random.sample(held_out, plan.held_out)]


def is_judged(persona: str, prompt: int, share: float, *, seed: int) -> bool:
    """Say whether a pair is in the random share that the judge sees."""
    return Random(f"{seed}:judge:{persona}:{prompt}").random() < share
