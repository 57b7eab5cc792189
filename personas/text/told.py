"""What a sentence of the opening says and uses up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """One sentence, the attributes it uses up, and what it leaves of them for the groups."""

    sentence: str = ""
    used: frozenset[str] = frozenset()
    left: dict[str, str] = field(default_factory=dict)
