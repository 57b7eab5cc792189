"""The "key: value" text form: one line per attribute, a blank line between records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from files.reading.content import byte_lines, decoded
from files.reading.problems import Problems
from files.reading.records import Limits, Record, Value

Line = tuple[int, str]


def read_text(file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[Record]:
    """Yield one record per block of lines."""
    for block in blocks(file, limits, problems):
        before = problems.total
        if before > limits.rows:
            return
        values: dict[str, Value] = dict(pairs_of_block(block, limits, problems))
        if problems.total == before:
            yield Record(block[0][0], values)


def blocks(file: BinaryIO, limits: Limits, problems: Problems) -> Iterator[list[Line]]:
    """Yield the lines between blank lines, each with its number."""
    block: list[Line] = []
    size = 0
    for number, raw in byte_lines(file, limits, problems):
        if not raw.strip():
            if block:
                yield block
            block, size = [], 0
            continue
        size += len(raw)
        if size > limits.record_bytes:
            problems.note(f"More than {limits.record_bytes:,} bytes without a blank line between records.", line=number)
            return
        text = decoded(raw, number, problems)
        if text is not None:
            block.append((number, text))
    if block:
        yield block


def pairs_of_block(block: list[Line], limits: Limits, problems: Problems) -> Iterator[tuple[str, str]]:
    """Yield (key, value); the value is what follows the colon and one space, exactly."""
    seen: dict[str, int] = {}
    for number, text in block:
        key, colon, value = text.partition(":")
        key = key.strip()
        if not colon or not key:
            problems.note("Expected key: value, and a blank line between records.", line=number, value=text)
            continue
        first = seen.setdefault(key.casefold(), number)
        if first != number:
            message = f"This key is already on line {first}. Is the blank line between two records missing?"
            problems.note(message, line=number, column=key, value=value)
        elif len(value) > limits.field_characters:
            message = f"{len(value):,} characters; the limit for one value is {limits.field_characters:,}."
            problems.note(message, line=number, column=key, value=value)
        yield key, value.removeprefix(" ")
