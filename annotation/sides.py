"""The two sides of a pair: A is the response shown first, B the other. Pure; the only place that defines them."""

from __future__ import annotations

from annotation.terms import ALTERNATIVE, REVISED

SIDES = FIRST, SECOND = "A", "B"
RESPONSES = frozenset((REVISED, ALTERNATIVE))


def other(response: str) -> str:
    return ALTERNATIVE if response == REVISED else REVISED


def in_order(shown_first: str) -> tuple[str, str]:
    """Both responses, starting with the one shown first."""
    return shown_first, other(shown_first)


def response_on(side: str, shown_first: str) -> str:
    """The response shown on a side.

    >>> response_on("B", shown_first="revised")
    'alternative'
    """
    return shown_first if side == FIRST else other(shown_first)


def side_of(response: str, shown_first: str) -> str:
    """A or B; empty for what is no response (no preference, unparsable), or when the order is not known.

    >>> side_of("revised", shown_first="alternative")
    'B'
    """
    if response not in RESPONSES or not shown_first:
        return ""
    return FIRST if response == shown_first else SECOND
