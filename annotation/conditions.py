"""What a run of an annotator was given: the condition, as data. Pure: no Django.

A file says the condition in its own columns. Where it does not, the annotator's name may tell (``condition_in``);
pages mark such a reading as a guess and ask a researcher to confirm or correct it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Condition(StrEnum):
    """What the annotator knew of the persona."""

    PERSONA = "persona"
    """All attributes that raters see."""
    DEMOGRAPHICS = "demographics"
    """The census attributes only."""
    WITHOUT_ATTRIBUTE = "without_attribute"
    """All attributes but one (leave-one-out)."""
    NONE = "none"
    """Nothing: the control that tells skill from taste."""
    OTHER = "other"
    """Something else, such as a summary of the persona."""


class AnswerOrder(StrEnum):
    """In which order a run saw the two answers."""

    REFERENCE = "reference"
    """Each question's fixed order."""
    REVERSED = "reversed"
    """The fixed order turned round."""
    DRAWN = "drawn"
    """Drawn anew for each question."""
    BOTH = "both"
    """Both orders, joined into one answer."""


class RunSetting(NamedTuple):
    """How one run of an annotator was made; empty where nobody has said."""

    model: str = ""
    prompt_version: str = ""
    condition: str = ""
    hidden_attribute: str = ""
    answer_order: str = ""
    sampling: str = ""
    """What the sampling was, as written: "temperature 0.7", or a JSON object."""

    @property
    def words(self) -> str:
        """The condition in a word or two, for the label of an annotator.

        >>> RunSetting(condition="without_attribute", hidden_attribute="age").words
        'persona without age'
        """
        if self.condition == Condition.WITHOUT_ATTRIBUTE:
            return f"persona without {self.hidden_attribute}"
        return SHORT_WORDS.get(self.condition, "")


UNSAID = RunSetting()
SHORT_WORDS: dict[str, str] = {
    Condition.PERSONA: "persona",
    Condition.DEMOGRAPHICS: "demographics only",
    Condition.NONE: "no persona",
    Condition.OTHER: "other input",
}

NO_PERSONA = ("no persona", "without persona", "nopersona", "persona blind", "persona free")
ONLY_DEMOGRAPHICS = ("demographic",)
WITH_PERSONA = ("role play", "roleplay", "with persona", "as persona", "persona prompted")


def condition_in(name: str) -> str:
    """The condition that an annotator's name tells, or "" when it tells none.

    >>> condition_in("language-model, no persona"), condition_in("GPT role-play 2"), condition_in("gpt")
    (<Condition.NONE: 'none'>, <Condition.PERSONA: 'persona'>, '')
    """
    words = name.casefold().replace("-", " ").replace("_", " ")
    for condition, signs in (
        (Condition.NONE, NO_PERSONA),
        (Condition.DEMOGRAPHICS, ONLY_DEMOGRAPHICS),
        (Condition.PERSONA, WITH_PERSONA),
    ):
        if any(sign in words for sign in signs):
            return condition
    return ""


def contradiction_in(setting: RunSetting) -> tuple[str, str]:
    """(field, what is wrong) where a setting contradicts itself; two empty strings where it does not."""
    hides = setting.condition == Condition.WITHOUT_ATTRIBUTE
    if hides and not setting.hidden_attribute:
        return "hidden_attribute", "Name the attribute that was hidden."
    if setting.hidden_attribute and not hides:
        return "hidden_attribute", f"Only the condition {Condition.WITHOUT_ATTRIBUTE} hides an attribute."
    return "", ""
