"""How personas fall into groups by an attribute: age bands, quarters of other numbers, frequent values. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from personas.attributes import values_by_key

if TYPE_CHECKING:
    from personas.models import Persona

AGE_BANDS = ((18, 29), (30, 44), (45, 59), (60, 74))
OLDEST = "75+"
YOUNGEST = "under 18"
NOT_GIVEN = "not given"
OTHER = "other"
MOST_GROUPS = 8
"""The most frequent values of an attribute are groups of their own, up to this many; the rest are one group."""


def attribute_groups(name: str, values: Sequence[str]) -> tuple[list[str], list[int]]:
    """Group personas by the values of one attribute.

    Parameters
    ----------
    name : str
        The attribute's canonical key; ``age`` has fixed bands.
    values : sequence of str
        One for each persona; empty = not given.

    Returns
    -------
    names : list of str
        The groups in the order of a table: bands and quarters upwards, values from the most frequent, then "other"
        and "not given"; only groups that have a persona.
    groups : list of int
        For each persona its position in ``names``.

    Examples
    --------
    >>> attribute_groups("age", ["39", "22", "81", ""])
    (['18-29', '30-44', '75+', 'not given'], [1, 0, 2, 3])
    >>> attribute_groups("religion", ["Baptist", "None", "Baptist"])
    (['Baptist', 'None'], [0, 1, 0])
    """
    numbers = [_number(value) for value in values]
    given = [value for value in values if value]
    is_numeric = bool(given) and all(number is not None for number, value in zip(numbers, values, strict=True) if value)
    if is_numeric and name == "age":
        order = [YOUNGEST, *(f"{low}-{high}" for low, high in AGE_BANDS), OLDEST]
        labels = [NOT_GIVEN if number is None else age_band(number) for number in numbers]
    elif is_numeric and len(set(given)) > MOST_GROUPS:
        order, labels = _quarters(numbers)
    else:
        order, labels = _frequent(values)
    present = [group for group in [*order, OTHER, NOT_GIVEN] if group in set(labels)]
    names = list(dict.fromkeys(present))
    return names, [names.index(label) for label in labels]


def is_worth_grouping(name: str, values: Sequence[str]) -> bool:
    """Say whether an attribute makes groups: two or more, and not nearly as many as there are personas.

    >>> is_worth_grouping("sex", ["f", "m", "f", "m"]), is_worth_grouping("quirk", ["hums", "taps", "naps", "sings"])
    (True, False)
    """
    names, groups = attribute_groups(name, values)
    shared = sum(count for count in Counter(groups).values() if count > 1)
    return len(names) > 1 and shared * 2 >= len(values) and len(set(values)) <= _most_values(values)


def attribute_values(personas: Sequence[Persona]) -> dict[str, list[str]]:
    """For each attribute the value of every persona, empty where it has none."""
    found = [values_by_key(persona.attributes) for persona in personas]
    names = dict.fromkeys(name for values in found for name in values)
    return {name: [values.get(name, "") for values in found] for name in names}


def age_band(years: float) -> str:
    """Return the band of an age.

    >>> age_band(29.0), age_band(30), age_band(75), age_band(17)
    ('18-29', '30-44', '75+', 'under 18')
    """
    if years < AGE_BANDS[0][0]:
        return YOUNGEST
    return next((f"{low}-{high}" for low, high in AGE_BANDS if years < high + 1), OLDEST)


def _most_values(values: Sequence[str]) -> float:
    """Numbers are banded however many they are; texts that hardly repeat are no groups."""
    is_numeric = all(_number(value) is not None for value in values if value)
    return float("inf") if is_numeric else max(2, len(values) * 0.75)


def _number(value: str) -> float | None:
    try:
        number = float(value.replace(",", "").removeprefix("$"))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _quarters(numbers: Sequence[float | None]) -> tuple[list[str], list[str]]:
    """Four groups of about as many personas; equal numbers stay together."""
    given = sorted(number for number in numbers if number is not None)
    cuts = sorted({given[len(given) * quarter // 4] for quarter in (1, 2, 3)} - {given[0]})
    edges = [given[0], *cuts]
    order = [f"from {low:,.10g}" for low in edges]

    def label(number: float | None) -> str:
        if number is None:
            return NOT_GIVEN
        return order[sum(number >= low for low in edges) - 1]

    return order, [label(number) for number in numbers]


def _frequent(values: Sequence[str]) -> tuple[list[str], list[str]]:
    counts = Counter(value for value in values if value)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    kept = ranked if len(ranked) <= MOST_GROUPS else ranked[: MOST_GROUPS - 1]
    labels = [NOT_GIVEN if not value else value if value in kept else OTHER for value in values]
    return kept, labels
