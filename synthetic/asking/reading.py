"""Strict reading of what a model wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

LONGEST = 20_000


class Unreadable(ValueError):
    """The answer is not in the form that was asked for; the text says why."""


def json_object(text: str, names: Sequence[str]) -> dict[str, Any]:
    """Return the one JSON object that the answer is, with exactly these names. Raises Unreadable."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"It is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Unreadable("It is JSON, but not an object.")
    if set(value) != set(names):
        raise Unreadable(f"Expected {', '.join(names)}; found {', '.join(map(str, value)) or 'nothing'}.")
    return value


def plain_text(value: object, *, longest: int = LONGEST) -> str:
    """Return a text that is not empty, without space around it. Raises Unreadable."""
    if not isinstance(value, str):
        raise Unreadable(f"Expected text, found {type(value).__name__}.")
    text = value.strip()
    if not text:
        raise Unreadable("The text is empty.")
    if len(text) > longest:
        raise Unreadable(f"{len(text):,} characters; the most is {longest:,}.")
    return text


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(f"Expected true or false, found {value!r}.")
    return value
