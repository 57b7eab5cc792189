"""Pages of rows that are computed, not stored: a cursor is the place of the page's first row."""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import islice
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.utils.urls import remove_query_param, replace_query_param

PAGE_SIZE = 1000
PREFIX = "p="


class ByPlace:
    """One page of the request's list, in the form that the API's other lists have."""

    def __init__(self, request) -> None:
        self.address = request.build_absolute_uri()
        self.start = place_in(request.query_params.get("cursor", ""))

    def of(self, rows: Iterator[dict[str, Any]]) -> dict[str, Any]:
        found = list(islice(rows, self.start, self.start + PAGE_SIZE + 1))
        if self.start and not found:
            raise NotFound("Invalid cursor")
        return {
            "next": self.address_of(self.start + PAGE_SIZE) if len(found) > PAGE_SIZE else None,
            "previous": self.address_of(max(0, self.start - PAGE_SIZE)) if self.start else None,
            "results": [as_json(row) for row in found[:PAGE_SIZE]],
        }

    def address_of(self, place: int) -> str:
        if not place:
            return remove_query_param(self.address, "cursor")
        cursor = urlsafe_b64encode(f"{PREFIX}{place}".encode()).decode()
        return replace_query_param(self.address, "cursor", cursor)


def place_in(cursor: str) -> int:
    """The place that a cursor names; raises ``NotFound`` for one that this site did not make."""
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    except ValueError:
        raise NotFound("Invalid cursor") from None
    place = text.removeprefix(PREFIX)
    if not (text.startswith(PREFIX) and place.isdigit() and len(place) < 10 and int(place) % PAGE_SIZE == 0):
        raise NotFound("Invalid cursor")
    return int(place)


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no nan and no infinity."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }
