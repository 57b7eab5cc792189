"""A study's log in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.models import Study, StudyEvent

LONGEST = 60


@dataclass(frozen=True)
class LogLine:
    at: datetime
    words: str
    details: list[str]


def study_log(study: Study, *, newest: int) -> list[LogLine]:
    events = study.events.select_related("by").order_by("-at", "-pk")[:newest]
    return [LogLine(event.at, _words(event), [_detail(*item) for item in event.detail.items()]) for event in events]


def _words(event: StudyEvent) -> str:
    what = event.what[:1].upper() + event.what[1:]
    return f"{what} by {event.by.get_username()}" if event.by else what


def _detail(name: str, value: object) -> str:
    name = name.replace("_", " ")
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        before, after = _short(value["from"]), _short(value["to"])
        return f"{name}: {before} → {after}" if before and after else f"{name}: changed"
    if name == "sha256":
        return f"{name} {str(value)[:12]}…"
    return f"{name}: {_short(value) or 'changed'}"


def _short(value: object) -> str:
    """The value where it fits on a line; the whole of it stands in the database."""
    text = ", ".join(map(str, value)) if isinstance(value, list) and value else str(value)
    text = {"": "none", "None": "none", "[]": "none"}.get(text, text)
    return text if len(text) <= LONGEST and "\n" not in text and "{" not in text else ""
