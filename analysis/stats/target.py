"""What an interval generalises to. Without numpy: the options of an address name it."""

from enum import StrEnum


class Target(StrEnum):
    """To what an interval generalises: what would be drawn anew if the study were run again."""

    PERSONAS_AND_PROMPTS = "personas_and_prompts"
    PERSONAS = "personas"
    RATERS = "raters"
