"""What a column of an export is. Pure: no Django."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

TEXT, NUMBER, DECIMAL, BOOLEAN, TIME = "text", "whole number", "decimal number", "true/false", "time"
JSON = "JSON"
"""A list or an object."""
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """One column: its name, what kind of value it holds, what that means, and how it is got from a row's object.

    Only text is never null: a text that is not there is empty.
    """

    name: str
    kind: str
    help: str
    get: Callable[[Any], Any]
    is_identifying: bool = False
    """Ids of people at Prolific or in another tool: left out unless asked for."""

    def value(self, item: Any) -> Value:
        return as_value(self.get(item))


def as_value(value: Any) -> Value:
    """Times become ISO 8601 in UTC; an enum's member becomes its plain text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, str) else value
