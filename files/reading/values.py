"""Checks on one parsed record, whatever form it came in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from files.reading.problems import Problems
from files.reading.records import Limits, Value

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def nested_values(values: dict[str, Value]) -> Iterator[tuple[str, Value, int]]:
    """Yield (top-level key, value, depth) for every value, without recursion."""
    waiting: list[tuple[str, Value, int]] = [(key, key, 1) for key in values]
    waiting += [(key, value, 2) for key, value in values.items()]
    while waiting:
        key, value, depth = waiting.pop()
        yield key, value, depth
        if isinstance(value, dict):
            waiting.extend((key, name, depth) for name in value)
            waiting.extend((key, inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((key, inner, depth + 1) for inner in value)


def check_values(values: dict[str, Value], line: int, limits: Limits, problems: Problems) -> int:
    """Note values that no text column can hold, and return how many values there are."""
    count = 0
    for key, value, depth in nested_values(values):
        count += 1
        if depth > limits.depth:
            problems.note(f"Nested more than {limits.depth} levels deep.", line=line, column=key)
            return count
        if isinstance(value, str):
            check_text(value, line, key, limits, problems)
    if count > 2 * limits.columns:
        problems.note(f"{count:,} values in one record; the limit is {2 * limits.columns:,}.", line=line)
    return count


def check_text(text: str, line: int, column: str, limits: Limits, problems: Problems) -> None:
    """Note text that a database refuses (NUL, half of a surrogate pair) or that is too long."""
    if "\x00" in text:
        problems.note("A NUL character (\\u0000); text must not contain one.", line=line, column=column, value=text)
    elif LONE_SURROGATE.search(text):
        message = (
            "Half of a surrogate pair (such as \\ud800) is not a character; write the whole pair or the character."
        )
        problems.note(message, line=line, column=column, value=text)
    elif len(text) > limits.field_characters:
        message = f"{len(text):,} characters; the limit for one value is {limits.field_characters:,}."
        problems.note(message, line=line, column=column, value=text)
