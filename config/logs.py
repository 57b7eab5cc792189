"""Logs without keys or answers: addresses hold a participant's place, database errors quote whole rows."""

import logging
import re

# /a/<code>/ is a participant's place, /welcome/<user>/<token>/ lets a new researcher choose a password.
KEYS_IN_ADDRESSES = re.compile(r"(/a/|/welcome/[^/\s]+/)[^/\s?\"']+")
PROLIFIC_IDS = re.compile(r"\b[0-9a-fA-F]{24}\b")
# What PostgreSQL adds to an error ("DETAIL:  Failing row contains (...)"): values, over as many lines as they have,
# up to the next exception of a traceback.
DETAILS_OF_DATABASE_ERRORS = re.compile(
    r"^(DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d+): .*?"
    r"(?=^The above exception was the direct cause of|^During handling of the above exception|\Z)",
    re.MULTILINE | re.DOTALL,
)
# invalid input syntax for type bigint: "..."
VALUES_IN_DATABASE_ERRORS = re.compile(
    r"(invalid (?:input (?:syntax|value)|byte sequence)|out of range)([^\n\"]*): \"[^\n]*\""
)


def without_keys(text: str) -> str:
    return PROLIFIC_IDS.sub("…", KEYS_IN_ADDRESSES.sub(r"\1…", without_rows(text)))


def without_rows(text: str) -> str:
    """Leave the name of a database error and of its constraint, and take the stored values out."""
    return VALUES_IN_DATABASE_ERRORS.sub(r"\1\2: …", DETAILS_OF_DATABASE_ERRORS.sub(r"\1: …\n\n", text)).rstrip("\n")


class DiscreetFormatter(logging.Formatter):
    """Takes keys and stored values out of the whole entry, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))
