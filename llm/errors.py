"""Why a call failed. The texts are shown on pages and stored, so they never contain a key."""

from __future__ import annotations

import re
from enum import StrEnum

LONGEST = 300
HIDDEN = "[hidden]"
# What servers quote of a request's authorization, and the usual shapes of keys.
SECRETS = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+|\b(sk|pk|key|hf|gsk|xai|api)[-_][A-Za-z0-9_\-]{12,}")


class Failure(StrEnum):
    """Kinds of failure, as the run's page counts them."""

    TIMEOUT = "Timed out"
    UNREACHABLE = "Unreachable"
    RATE_LIMITED = "Rate limited"
    SERVER_ERROR = "Server error"
    REFUSED = "Request refused"
    REDIRECTED = "Redirected"
    MALFORMED = "Malformed reply"
    TOO_LARGE = "Reply too large"
    WRONG_MODEL = "Wrong model"
    UNREADABLE = "Unreadable answer"
    NO_KEY = "No key"


TEMPORARY = {Failure.TIMEOUT, Failure.UNREACHABLE, Failure.RATE_LIMITED, Failure.SERVER_ERROR, Failure.MALFORMED}


class CallFailed(Exception):
    """A call that gave no usable reply. ``retry_after``: seconds the server asked to wait."""

    def __init__(self, failure: Failure, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after

    @property
    def is_temporary(self) -> bool:
        """Whether the same call may succeed later."""
        return self.failure in TEMPORARY


def without_secrets(text: str, *keys: str) -> str:
    """The text on one line, shortened, with the given keys and whatever looks like one replaced.

    >>> without_secrets("Incorrect API key: sk-proj-abcdef123456789, see Bearer xyz")
    'Incorrect API key: [hidden], see [hidden]'
    """
    # Keys first: a long text could be cut inside one.
    for key in keys:
        if key:
            text = text.replace(key, HIDDEN)
    text = " ".join(SECRETS.sub(HIDDEN, text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
