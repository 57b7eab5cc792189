"""Removes ids of people from texts that somebody wrote, so that no bundle publishes them."""

from __future__ import annotations

import re
from functools import partial

from annotation.models import Assignment, Rater, RaterKind, Study

LONG_HEX = re.compile(r"[0-9a-fA-F]{24,}")
ID_LENGTH = 24
REMOVED = "[id removed]"


def ids_of(study: Study) -> frozenset[str]:
    """Prolific's ids of this study's people and submissions, and ids from elsewhere that look like them."""
    found = set(Rater.objects.filter(study=study, prolific_id__isnull=False).values_list("prolific_id", flat=True))
    found |= set(Rater.objects.filter(study=study, kind=RaterKind.EXTERNAL).values_list("name", flat=True))
    for pair in Assignment.objects.filter(study=study).values_list("submission_id", "prolific_study_id"):
        found |= set(pair)
    return frozenset(one.lower() for one in found if one and LONG_HEX.fullmatch(one) and len(one) == ID_LENGTH)


def without_ids(value: object, ids: frozenset[str]) -> object:
    """The value with every known id in its texts replaced, at whatever depth."""
    if isinstance(value, str):
        return LONG_HEX.sub(partial(cleaned, ids=ids), value) if len(value) >= ID_LENGTH else value
    if isinstance(value, dict):
        return {without_ids(name, ids): without_ids(part, ids) for name, part in value.items()}
    return [without_ids(part, ids) for part in value] if isinstance(value, list | tuple) else value


def cleaned(match: re.Match[str], ids: frozenset[str]) -> str:
    text = match.group()
    holds = any(text[start : start + ID_LENGTH].lower() in ids for start in range(len(text) - ID_LENGTH + 1))
    return REMOVED if holds else text
