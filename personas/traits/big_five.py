"""Big Five levels drawn from the norms of a personality inventory."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from personas.text.big_five import LEVELS, TRAITS, BigFive, format_big_five

LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True)
class Norms:
    """Means and standard deviations of the five domain scores (1 to 5), and where one level ends and the next begins.

    The defaults are the norms of the Big Five Inventory-2 in its Internet sample of 1,000 adults: C. J. Soto and
    O. P. John, "The next Big Five Inventory (BFI-2)", Journal of Personality and Social Psychology 113 (2017),
    117-143, Study 3, https://doi.org/10.1037/pspp0000096. The numbers were taken from a secondary source and should be
    checked against the article before they are cited. The inventory states no levels; the cut-offs, in standard
    deviations from the mean, are ours and give about 7, 24, 38, 24 and 7 % from extremely low to extremely high.
    Traits are drawn independently of one another and of the census attributes.
    """

    means: dict[str, float] = field(
        default_factory=lambda: {
            "Openness": 3.92,
            "Conscientiousness": 3.43,
            "Extraversion": 3.23,
            "Agreeableness": 3.68,
            "Neuroticism": 3.07,
        }
    )
    deviations: dict[str, float] = field(
        default_factory=lambda: {
            "Openness": 0.65,
            "Conscientiousness": 0.77,
            "Extraversion": 0.80,
            "Agreeableness": 0.64,
            "Neuroticism": 0.87,
        }
    )
    cutoffs: tuple[float, float, float, float] = (-1.5, -0.5, 0.5, 1.5)

    def __post_init__(self) -> None:
        if list(self.cutoffs) != sorted(set(self.cutoffs)) or len(self.cutoffs) != len(LEVELS) - 1:
            raise ValueError("Four rising cut-offs make five levels.")
        if set(self.means) != set(TRAITS) or set(self.deviations) != set(TRAITS):
            raise ValueError(f"Norms need each of {', '.join(TRAITS)}.")
        if min(self.deviations.values()) <= 0:
            raise ValueError("Standard deviations are above 0.")


def draw_big_five(random: np.random.Generator, norms: Norms) -> str:
    """Return five levels in the paper's one-string form."""
    return format_big_five(BigFive(*(draw_level(trait, random, norms) for trait in TRAITS)))


def draw_level(trait: str, random: np.random.Generator, norms: Norms) -> str:
    """Return the level of a score drawn from the norms; a score outside the scale counts as its end."""
    mean, deviation = norms.means[trait], norms.deviations[trait]
    score = min(max(random.normal(mean, deviation), LOWEST), HIGHEST)
    return LEVELS[int(np.searchsorted(norms.cutoffs, (score - mean) / deviation, side="right"))]
