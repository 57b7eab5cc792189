"""What Prolific's link carries, and where people go when they are done. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PROLIFIC_ID = re.compile(r"[0-9a-f]{24}")
"""Participant, study and submission ids are 24 hexadecimal digits in Prolific's documentation."""

COMPLETION_URL = "https://app.prolific.com/submissions/complete"


@dataclass(frozen=True)
class Entry:
    """A real arrival: the participant's id, and Prolific's study and submission ids where they came along."""

    prolific_id: str
    prolific_study_id: str
    submission_id: str


def read_entry(parameters: Mapping[str, str]) -> Entry | None:
    """The arrival in a link's parameters; None for a preview.

    A preview is a link without a participant id, with placeholders that nobody
    filled in ("{{%PROLIFIC_PID%}}"), or with anything else that is no id.
    """
    prolific_id = clean_id(parameters.get("PROLIFIC_PID", ""))
    if not prolific_id:
        return None
    return Entry(
        prolific_id=prolific_id,
        prolific_study_id=clean_id(parameters.get("STUDY_ID", "")),
        submission_id=clean_id(parameters.get("SESSION_ID", "")),
    )


def clean_id(text: str) -> str:
    """The id in lower case, or an empty text when it is none."""
    text = text.strip().lower()
    return text if PROLIFIC_ID.fullmatch(text) else ""


def completion_url(code: str) -> str:
    """Prolific's page that takes a completion code."""
    return f"{COMPLETION_URL}?{urlencode({'cc': code})}"
