"""What Prolific's link carries, and where people go when they are done. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PROLIFIC_ID = re.compile(r"[0-9a-f]{24}")
"""Participant, study and submission ids are 24 hexadecimal digits in Prolific's documentation."""

PARAMETERS = ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID")

PREVIEW_CODE = "PREVIEW"
"""What a preview shows in place of a completion code. No study can have it as a code."""

COMPLETION_URL = "https://app.prolific.com/submissions/complete"


@dataclass(frozen=True)
class Entry:
    """A real arrival: the participant's id, and Prolific's study and submission ids where they came along."""

    prolific_id: str
    prolific_study_id: str
    submission_id: str


class UnreadableId(ValueError):
    """The link names a participant, but not by an id of Prolific's: nobody could be paid for this visit."""


def read_entry(parameters: Mapping[str, str]) -> Entry | None:
    """The arrival in a link's parameters; None for a link without any id, which is a preview.

    Raises ``UnreadableId`` where the participant's id is malformed, or a placeholder that was not filled in
    ("{{%PROLIFIC_PID%}}"), or missing beside another id. A malformed study or submission id is left empty: with the
    participant's own id the visit can still be paid.
    """
    given = [parameters.get(name, "").strip() for name in PARAMETERS]
    if not any(given):
        return None
    prolific_id, prolific_study_id, submission_id = map(clean_id, given)
    if not prolific_id:
        raise UnreadableId
    return Entry(prolific_id=prolific_id, prolific_study_id=prolific_study_id, submission_id=submission_id)


def clean_id(text: str) -> str:
    """The id in lower case, or an empty text when it is none."""
    text = text.strip().lower()
    return text if PROLIFIC_ID.fullmatch(text) else ""


def completion_url(code: str) -> str:
    """Prolific's page that takes a completion code."""
    return f"{COMPLETION_URL}?{urlencode({'cc': code})}"
