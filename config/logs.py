"""Logs without keys: an address can hold a participant's place, a Prolific id or a one-time link."""

import logging
import re

# /a/<code>/ is a participant's place, /welcome/<user>/<token>/ lets a new researcher choose a password.
KEYS_IN_ADDRESSES = re.compile(r"(/a/|/welcome/[^/\s]+/)[^/\s?\"']+")
PROLIFIC_IDS = re.compile(r"\b[0-9a-fA-F]{24}\b")


def without_keys(text: str) -> str:
    return PROLIFIC_IDS.sub("…", KEYS_IN_ADDRESSES.sub(r"\1…", text))


class DiscreetFormatter(logging.Formatter):
    """Takes the keys out of the whole entry, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_keys(super().format(record))
