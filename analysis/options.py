"""What a reader chose: coding, vote rule, filters. All of it is in the URL, so a page can be shared. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from analysis.stats.target import Target
from analysis.stats.vote_rules import VoteRule

DEFAULT_SEED = 20240717
SWITCHES = ("excluded", "surplus", "simulated")
"""Raters that count on request."""


class Coding(StrEnum):
    """What a label means (docs/glossary.md: coding)."""

    CONTENT = "content"
    """Revised, or the alternative."""
    REFERENCE = "reference"
    """First or second in the question's fixed random order, the same for every rater and model."""


class InvalidOption(ValueError):
    """A parameter of the address is none of the possible values; the message names both."""


@dataclass(frozen=True)
class ReportOptions:
    """Everything a result depends on beside the data.

    ``target`` is what intervals generalise to; ``seed`` draws whatever is drawn: noise, joinings, halves.
    ``attributes`` keeps only personas whose attribute has the value, as (name, value) pairs;
    ``excluded`` and ``surplus`` let those raters count, which by default they do not, and ``simulated`` those of a
    rehearsal, which by default count only while no real person does.
    """

    coding: Coding = Coding.REFERENCE
    rule: VoteRule = VoteRule.THREE_OF_FOUR
    topic: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    excluded: bool = False
    surplus: bool = False
    simulated: bool = False
    seed: int = DEFAULT_SEED
    target: Target = Target.PERSONAS_AND_PROMPTS

    def with_(self, **changes: object) -> ReportOptions:
        return replace(self, **changes)  # type: ignore[arg-type]

    def as_query(self) -> str:
        """The address's parameters; defaults are left out, so that one state has one address."""
        return urlencode(self.parameters())

    def parameters(self) -> list[tuple[str, str]]:
        default = ReportOptions()
        pairs = [
            (name, str(getattr(self, name)))
            for name in ("coding", "rule", "topic", "target", "seed")
            if getattr(self, name) != getattr(default, name)
        ]
        pairs += [(f"attribute:{name}", value) for name, value in self.attributes]
        pairs += [(name, "1") for name in SWITCHES if getattr(self, name)]
        return pairs


def read_options(parameters: Mapping[str, str]) -> ReportOptions:
    """The options in an address; raises ``InvalidOption`` for a value that is none."""
    return ReportOptions(
        coding=_one_of(Coding, parameters, "coding", Coding.REFERENCE),
        rule=_one_of(VoteRule, parameters, "rule", VoteRule.THREE_OF_FOUR),
        topic=parameters.get("topic", ""),
        attributes=tuple(
            sorted((name.partition(":")[2], parameters[name]) for name in parameters if _filters(name, parameters))
        ),
        **{name: parameters.get(name, "") == "1" for name in SWITCHES},
        seed=_whole_number(parameters, "seed", DEFAULT_SEED, 0, 2**31 - 1),
        target=_one_of(Target, parameters, "target", Target.PERSONAS_AND_PROMPTS),
    )


def _filters(name: str, parameters: Mapping[str, str]) -> bool:
    return name.startswith("attribute:") and bool(parameters[name])


def _one_of(kind, parameters: Mapping[str, str], name: str, default):  # type: ignore[no-untyped-def]
    value = parameters.get(name, "") or default
    try:
        return kind(value)
    except ValueError:
        raise InvalidOption(f"{name}={value} is not one of {', '.join(kind)}.") from None


def _whole_number(parameters: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = parameters.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise InvalidOption(f"{name}={text} is not a whole number from {least} to {most}.")
    return int(text)
