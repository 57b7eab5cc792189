"""Addresses of a participant's pages, each pattern reversed once in a process: a page holds about five."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse

# Place holders that the routes accept and that no route contains.
CODE = "participant-code"
POSITION = 31_901


def participant_url(name: str, code: str, position: int | None = None) -> str:
    """``reverse`` of a participant's page. ``code`` is one of ours: nothing in it needs quoting."""
    address = _pattern(name, get_script_prefix(), position is not None).replace(CODE, code)
    return address if position is None else address.replace(str(POSITION), str(position))


@lru_cache(maxsize=100)
def _pattern(name: str, script_prefix: str, has_position: bool) -> str:
    return reverse(f"participant-{name}", args=[CODE, POSITION] if has_position else [CODE])
