"""What was drawn for a study and could be drawn again: the one value that every interval takes."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.stats.labels import AnyIntArray, BoolArray, IntArray, as_clusters
from analysis.stats.target import Target

__all__ = ["Sampling", "Target"]


@dataclass(frozen=True, eq=False)
class Sampling:
    """The clusters of a study's items, and the target of inference.

    Attributes
    ----------
    personas, prompts : integer arrays of shape (n_items,)
        Two items with the same number share a persona, or a prompt. The two are crossed: a prompt is asked about
        several personas.
    seats : integer array of shape (n_seats, n_personas), optional
        Which rater sits where, by the number of the persona; -1 for nobody. Without it no rater is left out.
    target : Target
    confidence : float
    """

    personas: AnyIntArray
    prompts: AnyIntArray
    seats: IntArray | None = None
    target: Target = Target.PERSONAS_AND_PROMPTS
    confidence: float = 0.95

    def only(self, keep: BoolArray) -> "Sampling":
        """Return the sampling of some of the items."""
        return replace(self, personas=self.personas[keep], prompts=self.prompts[keep])

    @cached_property
    def persona_groups(self) -> tuple[IntArray, int]:
        """Positions 0 .. P-1 of the items' personas, and P."""
        return as_clusters(self.personas, len(self.personas))

    @cached_property
    def prompt_groups(self) -> tuple[IntArray, int]:
        """Positions 0 .. Q-1 of the items' prompts, and Q."""
        return as_clusters(self.prompts, len(self.personas))

    @cached_property
    def taken(self) -> IntArray | None:
        """``seats`` of the personas that have an item, in the order of ``persona_groups``; None without seats."""
        return None if self.seats is None else self.seats[:, np.unique(self.personas)]

    @cached_property
    def raters_cross_personas(self) -> bool:
        """Whether a rater answered about more than one persona, so that personas are not independent draws."""
        if self.taken is None:
            return False
        raters = self.taken[self.taken >= 0]
        return bool(np.unique(raters).size < raters.size)
