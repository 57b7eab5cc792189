"""Readers of single columns: a field's value as the type it stands for, or a problem."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from files.reading.fields import Fields
from files.reading.hidden import hidden_character, is_hidden
from files.reading.records import Value

LONGEST_ID = 200
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks differ, and a date without a time may be tomorrow's elsewhere.
AHEAD = timedelta(days=1)


def text(fields: Fields, name: str) -> str:
    """Return the text exactly as written; empty when absent."""
    return fields.text(name)


def needed_text(fields: Fields, name: str) -> str:
    """Return a text that must show something."""
    found = fields.text(name)
    if is_blank(found):
        fields.wrong(name, "This must not be empty.")
    return found


def short_text(fields: Fields, name: str) -> str:
    """Return a text of at most 200 characters; empty when absent."""
    found = fields.text(name)
    if len(found) > LONGEST_ID:
        fields.wrong(name, f"{len(found):,} characters; the limit here is {LONGEST_ID}.")
    return found


def identifier(fields: Fields, name: str) -> str:
    """Return an id that is required, visible throughout and at most 200 characters long."""
    found = needed_text(fields, name)
    complaint = what_is_wrong_with_id(found) if found else ""
    if complaint:
        fields.wrong(name, complaint)
    return found


def optional_identifier(fields: Fields, name: str) -> str:
    found = fields.text(name)
    return identifier(fields, name) if found else ""


def what_is_wrong_with_id(found: str) -> str:
    """Return why a text that is not empty cannot be an id, or ""."""
    if len(found) > LONGEST_ID:
        return f"{len(found):,} characters; the limit for an id is {LONGEST_ID}."
    hidden = hidden_character(found)
    if hidden:
        return f"The id contains {hidden}, which cannot be seen. Remove it."
    return "The id begins or ends with a space." if found != found.strip() else ""


def is_blank(found: str) -> bool:
    """Say whether nothing would be seen: white space and invisible characters only."""
    return not any(not is_hidden(character) and not character.isspace() for character in found)


def an_object(fields: Fields, name: str) -> dict[str, Value] | None:
    """Return the object of a JSON form; None where there is none."""
    found = fields.values.get(name)
    return found if isinstance(found, dict) else None


def yes_or_no(fields: Fields, name: str) -> bool:
    value = fields.values.get(name)
    if isinstance(value, bool):
        return value
    answer = fields.text(name).strip().casefold()
    if answer not in YES | NO:
        fields.wrong(name, "Write yes or no (or true, false, 1, 0).")
    return answer in YES


def one_of(words: Iterable[str]) -> Callable[[Fields, str], str]:
    """Return a reader of one of these words, in any case; empty where the column is."""
    known = [str(word) for word in words]

    def read(fields: Fields, name: str) -> str:
        found = fields.text(name).strip().casefold()
        if found and found not in known:
            fields.wrong(name, f"Write one of: {', '.join(known)}.")
        return found

    return read


def whole_number(least: int, most: int) -> Callable[[Fields, str], int | None]:
    """Return a reader of whole numbers in a range; None where the column is empty."""

    def read(fields: Fields, name: str) -> int | None:
        if name not in fields.values or not (found := fields.text(name).strip()):
            return None
        if not (found.isascii() and found.isdigit() and len(found) < 12 and least <= int(found) <= most):
            fields.wrong(name, f"Expected a whole number from {least} to {most:,}.")
            return None
        return int(found)

    return read


def decimal(most: float) -> Callable[[Fields, str], float | None]:
    """Return a reader of numbers from 0 to ``most``; None where the column is empty."""

    def read(fields: Fields, name: str) -> float | None:
        if name not in fields.values or not (found := fields.text(name).strip()):
            return None
        number = as_float(found)
        if not 0 <= number <= most:
            fields.wrong(name, f"Expected a number from 0 to {most:,.0f}.")
            return None
        return number

    return read


def as_float(found: str) -> float:
    try:
        return float(found)
    except ValueError:
        return math.nan


def time(fields: Fields, name: str) -> datetime | None:
    """Return a time from 2000 to a day after now; None where the column is empty.

    Neither Python nor PostgreSQL can convert every time that ISO 8601 can express (the last hours
    of year 9999 in a zone west of Greenwich), so what is out of range is a problem of its line.
    """
    if name not in fields.values or not (found := fields.text(name).strip()):
        return None
    moment = as_time(fields, name, found)
    latest = fields.header.now + AHEAD if fields.header.now else None
    if moment is not None and (moment < EARLIEST or (latest and moment > latest)):
        until = f" to {latest:%Y-%m-%d}" if latest else ""
        fields.wrong(name, f"Expected a time from {EARLIEST:%Y-%m-%d}{until}.")
        return None
    return moment


def as_time(fields: Fields, name: str, found: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        fields.wrong(name, "Expected a time, such as 2024-05-01T12:00:00Z.")
        return None
    if moment.tzinfo is None:
        fields.wrong(name, "Give the time zone too, such as 2024-05-01T12:00:00Z.")
        return None
    return moment
