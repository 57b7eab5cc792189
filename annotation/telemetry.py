"""What the browser says about how an answer was made: bounded, never trusted, never required. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

DAY_MS = 24 * 60 * 60 * 1000
LIMITS = {
    "visible_ms": DAY_MS,
    "active_ms": DAY_MS,
    "paste_count": 10_000,
    "paste_characters": 10_000_000,
    "focus_losses": 10_000,
    "choice_changes": 10_000,
}


@dataclass(frozen=True)
class Telemetry:
    """Running totals for one screen. Times in milliseconds; ``first_choice`` is A, B, N or empty."""

    visible_ms: int = 0
    active_ms: int = 0
    paste_count: int = 0
    paste_characters: int = 0
    focus_losses: int = 0
    choice_changes: int = 0
    first_choice: str = ""

    def as_dict(self) -> dict[str, int | str]:
        return dict(vars(self))


def read_telemetry(text: str) -> Telemetry:
    """The totals in a form's hidden field; whatever is missing or makes no sense counts as zero."""
    try:
        sent = json.loads(text[:5000]) if text else {}
    except (ValueError, RecursionError):
        sent = {}
    if not isinstance(sent, dict):
        sent = {}
    first = sent.get("first_choice")
    return Telemetry(
        **{name: _bounded(sent.get(name), limit) for name, limit in LIMITS.items()},
        first_choice=first if isinstance(first, str) and first in {"A", "B", "N"} else "",
    )


def _bounded(value: object, limit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0
    return int(min(max(value, 0), limit))
