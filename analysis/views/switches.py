"""A switch between a few states of a page, each with an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from analysis.views.pages import address_with


@dataclass(frozen=True)
class Choice:
    words: str
    address: str
    is_current: bool


def switch(request: HttpRequest, name: str, choices: Iterable[tuple[str, str]], current: str) -> list[Choice]:
    """The states of one parameter, from their values and words."""
    return [Choice(words, address_with(request, **{name: value}), value == current) for value, words in choices]
