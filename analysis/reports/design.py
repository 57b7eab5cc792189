"""What a study's design lets one say: who is blind to the persona, and what choosing the revised response means.

With baselines the revised response gives itself away by its style: a rule that always chooses it knows nothing of the
persona, and a shared lean to it is taste. With foils the alternative is another persona's revised response: the revised
one is the answer written for this persona, so always choosing it is the design's key, and choosing it is knowledge.
"""

from __future__ import annotations

from analysis.labels import Annotator
from annotation.baselines import ALWAYS_ALTERNATIVE, ALWAYS_REVISED, NEAREST
from annotation.conditions import Condition
from annotation.models import Design, Study

KEYS = (ALWAYS_REVISED, ALWAYS_ALTERNATIVE)
"""Rules that follow or invert the key where the alternative is a foil."""


def has_key(study: Study) -> bool:
    """Whether the revised response is the right one: the answer written for this persona, beside one for another."""
    return study.design == Design.FOIL


def is_persona_blind(annotator: Annotator, study: Study) -> bool:
    """Whether what this annotator reaches needs no knowledge of the persona, so that it can be the floor."""
    if not annotator.is_baseline:
        return annotator.condition == Condition.NONE
    return annotator.name != NEAREST and not (has_key(study) and annotator.name in KEYS)
