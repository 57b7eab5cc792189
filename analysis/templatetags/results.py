"""Numbers on pages of results, in the wording of the reports."""

from collections.abc import Mapping

from django import template

from analysis.figures.colours import model_colour
from analysis.reports import wording
from analysis.stats.alt_test import SlotAltTest

register = template.Library()

register.filter("number", wording.number)
register.filter("percent", wording.percent)
register.filter("interval", wording.range_words)
register.filter("percent_interval", wording.percent_range_words)
register.filter("is_by_algebra", wording.is_by_algebra)
register.filter("quoted", wording.quoted)
register.filter("estimate", wording.estimate_words)
register.filter("undefined", wording.undefined_words)
register.filter("p_value", wording.p_value)
register.filter("model_colour", model_colour)


@register.filter
def points(difference: float) -> str:
    """A difference of two shares in whole percentage points."""
    return wording.number(100 * difference, 0)


@register.filter
def at(found: Mapping[int, str], key: int) -> str:
    """What a mapping of the page has for a key; nothing where it has none."""
    return found.get(key, "") if found else ""


@register.filter
def sorted_by(sort: str, key: str) -> str:
    """The direction in which a column is sorted, in the words of aria-sort; empty where it is not."""
    if sort.removeprefix("-") != key:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


@register.filter
def next_sort(sort: str, key: str) -> str:
    """What a click on a column asks for: high values first, names from A, and the other way round the second time."""
    first = key if key == "name" else f"-{key}"
    if sort != first:
        return first
    return f"-{key}" if key == "name" else key


@register.filter
def alt_test(test: SlotAltTest | None) -> str:
    """The alternative annotator test in a cell: omega, rho, and whether the study is large enough to ask."""
    if test is None:
        return "undefined: it takes at least two humans."
    if test.undefined is not None:
        return wording.undefined_words(test.undefined)
    words = f"ω {wording.number(test.winning_rate)}, ρ {wording.number(test.advantage)}"
    if test.under_powered is not None:
        return f"{words}; under-powered: {test.under_powered.sentence[0].lower()}{test.under_powered.sentence[1:]}"
    return f"{words}, {'passed' if test.passed else 'not passed'}"
